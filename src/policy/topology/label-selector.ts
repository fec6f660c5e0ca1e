import { Labels } from '../resources/inventory';
import { LabelSelector } from '../resources/kinds';

type Expression = NonNullable<LabelSelector['matchExpressions']>[number];

/** Whether labels are those that a selector of Kubernetes asks for; one that asks for nothing selects all. */
export function selectorMatches({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value) && matchExpressions.every(one => holds(one, labels));
}

function holds({ key = '', operator, values = [] }: Expression, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In': return value !== undefined && values.includes(value);
    case 'NotIn': return value === undefined || !values.includes(value);
    case 'Exists': return value !== undefined;
    case 'DoesNotExist': return value === undefined;
    default: return false;
  }
}
