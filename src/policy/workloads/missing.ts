import { nearest } from '../../util/nearest';
import { listed, quoted, unique } from '../../util/text';
import { Inventory } from '../resources/inventory';
import { Kind } from '../resources/kinds';

/** How many names are listed. */
const MOST = 6;

/** What to say of a name that the manifests do not have: which one may have been meant, what its namespace has, and where else the name is. */
export function insteadOf(inventory: Inventory, kinds: readonly Kind[], namespace: string, name: string): string {
  const names = unique(kinds.flatMap(kind => inventory.of(kind, namespace)).map(object => object.name)).sort();
  const elsewhere = unique(kinds.flatMap(kind => inventory.all(kind)).filter(object => object.name === name).map(object => object.namespace));
  const meant = nearest(name, names);
  const has = namespace === '' ? [] : [`namespace ${quoted(namespace)} has ${names.length === 0 ? 'none' : someOf(names)}`];
  const others = elsewhere.length === 0 ? [] : [`${quoted(name)} is in namespace ${someOf(elsewhere)}`];
  const known = [...has, ...others].join(', ');
  return known === '' ? '' : `; ${meant === undefined ? '' : `did you mean ${quoted(meant)}? `}${known}`;
}

function someOf(names: readonly string[]): string {
  return names.length <= MOST ? listed(names) : `${listed(names.slice(0, MOST))} and ${names.length - MOST} more`;
}
