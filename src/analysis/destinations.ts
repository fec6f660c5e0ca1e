import { calledPorts } from './called-ports';
import { RUNNING } from './clients';
import { Port } from './port';
import { gatewayChains } from '../policy/gateways/gateway-chains';
import { portNumber } from '../policy/matching/dimensions';
import { PolicySet } from '../policy/policy-set';
import { PolicyWorld } from '../policy/policy-world';
import { ProxyKind } from '../policy/request/request';
import { Inventory } from '../policy/resources/inventory';
import { SpecOf } from '../policy/resources/kinds';
import { portsOf, targetPort } from '../policy/services/service';
import { hasLabels, selects } from '../policy/workloads/attachment';
import { gatewayKindOf, madePods } from '../policy/workloads/gateway-pods';
import { GATEWAY_NAME } from '../policy/workloads/label-names';
import { servicesOf, Workload, workloadsOf } from '../policy/workloads/workload';
import { groupedBy } from '../util/grouped';

/**
 * Everything that the manifests say can be called, by name.
 *
 * @param compared manifests that this is compared with: ports that their policies name are no other ports
 */
export function destinationsOf(side: PolicySet, compared = side): ReadonlyMap<string, Port> {
  const { inventory } = side._world;
  const namespaces = [...new Set(RUNNING.flatMap(kind => inventory.all(kind).map(({ namespace }) => namespace)))].sort();
  const other = firstOther(new Set([side, compared].flatMap(one => one._world.inventory.once(namedPorts))));
  const all = namespaces.flatMap(namespace => [
    ...workloadsOf(inventory, namespace).flatMap(workload => portsOfWorkload(side, workload, other)),
    ...madePods(inventory, namespace).flatMap(pods => portsOfWorkload(side, pods, other)),
  ]);
  const called = [...all, ...calledPorts(side)];
  return new Map(called.map((port): [string, Port] => [port.name, port]).sort(([a], [b]) => a < b ? -1 : 1));
}

function portsOfWorkload(side: PolicySet, workload: Workload, other: number): Port[] {
  const { inventory, mesh } = side._world;
  const { namespace, name } = workload;
  const behind = [workload];
  const kind = gatewayKindOf(inventory, workload);
  if (kind === ProxyKind.WAYPOINT) return [];
  if (kind === ProxyKind.GATEWAY) {
    const ports = [...new Set(gatewayChains(inventory, mesh, workload).flat().map(({ port }) => port))];
    const gateway = workload.labels[GATEWAY_NAME] ?? name;
    return ports.map(port => ({ name: `gateway ${namespace}/${gateway}:${port}`, behind, listening: [port], destination: { namespace, gateway, port } }));
  }
  const open = portsFor(side._world, workload);
  const at = (port: number, called: string) => ({ name: `${namespace}/${name}:${called}`, behind, listening: [port], destination: { namespace, workload: name, port } });
  return [...open.map(port => at(port, String(port))), { ...at(other, 'any other port'), isOther: true }];
}

/** The ports that nobody names are alike. */
function firstOther(named: ReadonlySet<number>): number {
  let port = 49152;
  while (named.has(port)) port++;
  return port;
}

/** The ports that the pods or their Services name, and those that policies for them name. */
function portsFor({ inventory, mesh: { rootNamespace } }: PolicyWorld, workload: Workload): number[] {
  const labels = ['', ...Object.entries(workload.labels).map(label => label.join('='))];
  const policies = [...new Set([workload.namespace, rootNamespace])].flatMap(namespace => {
    const byLabel = inventory.once(namingPortsByLabel, namespace);
    return labels.flatMap(label => byLabel.get(label) ?? []);
  });
  const named = policies.flatMap(({ isFor, ports }) => isFor(workload) ? ports : []);
  return [...new Set([...declaredPorts(inventory, workload), ...named])];
}

function declaredPorts(inventory: Inventory, workload: Workload): number[] {
  const declared = workload.podSpec?.containers?.flatMap(({ ports = [] }) => ports) ?? [];
  const tcp = declared.flatMap(({ containerPort, protocol = 'TCP' }) => protocol === 'TCP' ? containerPort ?? [] : []);
  const served = servicesOf(inventory, workload).flatMap(service => portsOf(service).flatMap(port => targetPort(port, workload) ?? []));
  return [...tcp, ...served];
}

/** A policy that names ports, and whether pods may be its. */
interface NamingPorts {
  readonly isFor: (workload: Workload) => boolean;
  /** A label that pods must have, `app=api`; empty where they may have any. */
  readonly label: string;
  readonly ports: readonly number[];
}

/** Those of a namespace; one that names its targets is for ports of Services and gateways. */
function namingPorts(inventory: Inventory, namespace: string): NamingPorts[] {
  const modes = inventory.of('PeerAuthentication', namespace).map(({ spec }) => ({ spec, ports: Object.keys(spec.portLevelMtls ?? {}) }));
  const rules = inventory.of('AuthorizationPolicy', namespace).filter(({ spec: { targetRef, targetRefs = [] } }) => !targetRef && targetRefs.length === 0)
    .map(({ spec }) => ({ spec, ports: portsIn(spec) }));
  return [...modes, ...rules].map(({ spec: { selector }, ports }) => ({
    label: Object.entries(selector?.matchLabels ?? {})[0]?.join('=') ?? '',
    isFor: ({ namespace: own, labels }: Workload) => hasLabels(selector) ? own === namespace && selects(selector?.matchLabels, labels) : true,
    ports: numbersOf(ports),
  })).filter(({ ports }) => ports.length > 0);
}

/** So that a workload need not be looked for in all policies of its namespace. */
function namingPortsByLabel(inventory: Inventory, namespace: string): ReadonlyMap<string, NamingPorts[]> {
  return groupedBy(inventory.once(namingPorts, namespace), ({ label }) => label);
}

function portsIn({ rules = [] }: SpecOf<'AuthorizationPolicy'>): string[] {
  return rules.flatMap(({ to = [], when = [] }) => [
    ...to.flatMap(({ operation: { ports = [], notPorts = [] } = {} }) => [...ports, ...notPorts]),
    ...when.flatMap(({ key, values = [], notValues = [] }) => key === 'destination.port' ? [...values, ...notValues] : []),
  ]);
}

/** Nothing is sent to port 0. */
function numbersOf(ports: readonly string[]): number[] {
  return ports.flatMap(port => portNumber(port) || []);
}

/** Those that anything names. */
function namedPorts(inventory: Inventory): number[] {
  const namespaces = new Set([...inventory.all('PeerAuthentication'), ...inventory.all('AuthorizationPolicy')].map(({ namespace }) => namespace));
  const running = new Set(RUNNING.flatMap(kind => inventory.all(kind).map(({ namespace }) => namespace)));
  return [
    ...[...namespaces].flatMap(namespace => inventory.once(namingPorts, namespace).flatMap(({ ports }) => ports)),
    ...[...running].flatMap(namespace => workloadsOf(inventory, namespace).flatMap(workload => declaredPorts(inventory, workload))),
  ];
}
