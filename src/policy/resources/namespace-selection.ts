import { Inventory } from './inventory';
import { LabelSelector } from '../../istio/label-selector';
import { Truth } from '../../util/truth';
import { meets } from '../request/label-selector';

/** The API server gives every namespace its name as a label. */
const NAME = 'kubernetes.io/metadata.name';

/** Whether a selector chooses a namespace; undefined where that hangs on labels of a namespace that the manifests do not have. */
export function selectsNamespace(inventory: Inventory, selector: LabelSelector, name: string): Truth {
  const labels = inventory.namespaceLabels(name);
  return labels || asksForNameOnly(selector) ? meets({ ...labels, [NAME]: name }, selector) : undefined;
}

function asksForNameOnly({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)].every(key => key === NAME);
}
