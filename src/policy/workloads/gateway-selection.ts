import { selects } from './attachment';
import { BySelector } from '../resources/by-selector';
import { Inventory, Labels } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { Resource } from '../resources/policy';

type Gateway = Resource<SpecOf<'Gateway'>>;

/** The classic Gateways of all namespaces that are for pods with some labels. */
export function gatewaysFor(inventory: Inventory, labels: Labels): Gateway[] {
  return inventory.once(bySelector).candidates(labels).filter(({ spec }) => selects(spec.selector, labels));
}

/** The same, without those that are for any pods, which tell of none that they are a gateway. */
export function gatewaysSelecting(inventory: Inventory, labels: Labels): Gateway[] {
  return gatewaysFor(inventory, labels).filter(({ spec: { selector = {} } }) => Object.keys(selector).length > 0);
}

function bySelector(inventory: Inventory): BySelector<Gateway> {
  return new BySelector(inventory.all('Gateway'), ({ spec }) => spec.selector);
}
