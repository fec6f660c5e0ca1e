import { madePods } from './gateway-pods';
import { workloadsOf } from './workload';
import { nearest } from '../../util/nearest';
import { quoted } from '../../util/text';
import { Inventory } from '../resources/inventory';

/** What to say of a client's service account, `NAMESPACE/NAME`, that its namespace does not have. Of a namespace without any nothing is known. */
export function unknownAccount(inventory: Inventory, serviceAccount: string): string | undefined {
  const [namespace, name] = serviceAccount.split('/');
  const accounts = accountsOf(inventory, namespace);
  if (accounts.length === 0 || name === 'default' || [...accounts, ...accountsOfGateways(inventory, namespace)].includes(name)) return undefined;
  const meant = nearest(name, accounts);
  const suggestion = meant === undefined ? '' : `; did you mean ${quoted(`${namespace}/${meant}`)}?`;
  return `no workload of the manifests runs as service account ${quoted(serviceAccount)}, and they have no ServiceAccount of that name${suggestion}`;
}

function accountsOf(inventory: Inventory, namespace: string): string[] {
  const ofWorkloads = workloadsOf(inventory, namespace).flatMap(({ serviceAccount = 'default' }) => serviceAccount === 'default' ? [] : serviceAccount);
  return [...inventory.of('ServiceAccount', namespace).map(({ name }) => name), ...ofWorkloads];
}

/** Those that Istio makes for gateways and waypoints. */
function accountsOfGateways(inventory: Inventory, namespace: string): string[] {
  return madePods(inventory, namespace).flatMap(({ serviceAccount }) => serviceAccount ?? []);
}
