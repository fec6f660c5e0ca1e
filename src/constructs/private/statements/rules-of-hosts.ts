import { isExported, writtenByHand, WrittenObject, WrittenSpec } from './written-networking';
import { fullHost, isWithin } from '../../../policy/workloads/host-name';
import { World } from '../index/world';
import { titleOf } from '../index/written';

/** A host that proxies of some namespaces call. */
export interface CalledHost {
  readonly host: string;
  /** The namespaces of the proxies, and that of the host, whose rules count. */
  readonly namespaces: readonly string[];
}

/** A rule that no intent states, and that may count for a host; none is asked whether another hides it. */
export function rulesFor({ host, namespaces }: CalledHost, clients: readonly string[], world: World): WrittenObject[] {
  const { rootNamespace } = world.mesh;
  const places = [...namespaces, rootNamespace];
  // one for some pods is for those of its own namespace
  const isForClients = ({ namespace, spec }: WrittenObject) =>
    spec.workloadSelector ? clients.includes(namespace) : clients.some(client => isExported(spec, namespace, client));
  return writtenByHand('DestinationRule', world).filter(rule =>
    places.includes(rule.namespace) && isForClients(rule) && isWithin(host, fullHost(rule.spec.host, rule.namespace).toLowerCase()));
}

type TrafficPolicy = NonNullable<WrittenSpec['trafficPolicy']>;

function policiesOf({ trafficPolicy = {}, subsets = [] }: WrittenSpec): TrafficPolicy[] {
  return [trafficPolicy, ...subsets.map(subset => subset.trafficPolicy ?? {})];
}

/** Whether a rule has clients connect to the address that they ask for, whatever it is. */
export function goesAsCalled(spec: WrittenSpec): boolean {
  return policiesOf(spec).some(({ loadBalancer, portLevelSettings = [] }) =>
    [loadBalancer, ...portLevelSettings.map(port => port.loadBalancer)].some(one => one?.simple === 'PASSTHROUGH'));
}

/** What a rule has clients put before the connection. */
function prefaceOf(spec: WrittenSpec): string | undefined {
  const policies = policiesOf(spec);
  if (policies.some(({ tunnel }) => tunnel)) { return 'tunnel'; }
  return policies.some(({ proxyProtocol }) => proxyProtocol) ? 'proxyProtocol' : undefined;
}

/** Why a rule lets clients go elsewhere than to a host, or has them say what it does not expect. */
export function leadsAstray(rule: WrittenObject, host: string): string | undefined {
  if (goesAsCalled(rule.spec)) {
    return `${titleOf(rule)} has clients of '${host}' connect to whatever address they ask for, by loadBalancer PASSTHROUGH, as long as they call it by that name; take that out, or name other hosts there`;
  }
  const preface = prefaceOf(rule.spec);
  return preface && `${titleOf(rule)} has clients of '${host}' put something before the connection, by ${preface}, which a host outside does not expect; take that out, or name other hosts there`;
}
