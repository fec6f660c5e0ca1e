import { LabelExpression, LabelSelector } from '../../istio/label-selector';
import { carries } from '../../util/labels';

type Labels = Readonly<Record<string, string>>;

/** Whether labels meet every requirement of a selector; an operator that Kubernetes does not know is met by nothing. */
export function meets(labels: Labels, { matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  const hasLabels = carries(labels, matchLabels);
  return hasLabels && matchExpressions.every(expression => meetsOne(labels, expression));
}

function meetsOne(labels: Labels, { key, operator, values = [] }: LabelExpression): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    default: return false;
  }
}

/** Whether a selector asks for anything. */
export function asks({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length > 0 || matchExpressions.length > 0;
}
