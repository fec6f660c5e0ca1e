import { Check, UNDECIDED } from './family';
import { differences, MeshWorld } from './mesh-world';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { fullName } from '../../src/policy/resources/policy';
import { behindService } from '../../src/policy/services/behind';
import { isHeadless } from '../../src/policy/services/service';
import { addressOfEntry } from '../../src/policy/services/service-entry';
import { Way } from '../../src/policy/way/hop';
import { WayFinder } from '../../src/policy/way/way';
import { bindingOfObject } from '../../src/policy/way/waypoint-binding';
import { ControlPlanes } from '../../src/policy/workloads/control-planes';

type Verdict = Readonly<Record<string, unknown>>;

/** Which way a client in ambient mode takes. */
export interface ZtunnelQuestion {
  readonly q: 'way';
  readonly client: { readonly kind: 'ztunnel' };
  readonly destination: { readonly kind?: string; readonly namespace?: string; readonly name?: string; readonly pod?: string; readonly port: number };
  readonly verdict: Verdict;
}

const FIELDS = ['known', 'to', 'waypoint', 'weighted', 'transport', 'serviceWaypoint', 'endpoints', 'pods'];

/** Puts one question of a ztunnel client to the function that finds the ways of requests; compared by everything but the number of addresses. */
export function replayZtunnel(world: MeshWorld, inventory: Inventory, mesh: Mesh, { destination, verdict }: ZtunnelQuestion): Check {
  const { namespace = '', name = '', kind, pod, port } = destination;
  const asked = { inventory, mesh, finder: new WayFinder(inventory, mesh, new ControlPlanes(inventory, mesh)) };
  const ours = pod === undefined ? ofObject(asked, kind ?? '', namespace, name, port) : ofPod(asked, pod, port);
  const features = [...world.features, `ztunnel.${kind ?? 'pod'}`];
  if (ours === undefined) return { features, apart: UNDECIDED };
  const recorded = comparable(verdict);
  const differs = differences(ours, recorded, FIELDS);
  if (differs.length === 0) return { features };
  const where = `${world.id} ztunnel to ${kind ?? 'Pod'} ${pod ?? `${namespace}/${name}`}:${port} (${differs.join(', ')})`;
  return { features, disagreement: { where, input: JSON.stringify(world.manifests), recorded: JSON.stringify(recorded), ours: JSON.stringify(ours) } };
}

interface Asked {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly finder: WayFinder;
}

/** A client in ambient mode, of a namespace that has nothing else. */
const CLIENT = [{ passage: 'ambient', namespace: 'elsewhere' }] as const;

function ofPod({ finder }: Asked, pod: string, port: number): Verdict | undefined {
  const [namespace, name] = pod.split('/');
  const [way] = finder.find({ namespace, workload: name, port }, () => CLIENT);
  if (way.unknown !== undefined && !waypointOf(way)) return undefined;
  const waypoint = waypointOf(way);
  return waypoint ? { known: true, to: 'waypoint', waypoint, transport: 'hbone' } : { known: true, to: 'endpoint', transport: transport(way) };
}

function ofObject(asked: Asked, kind: string, namespace: string, name: string, port: number): Verdict | undefined {
  const { inventory, mesh, finder } = asked;
  if (kind === 'Service') {
    const service = inventory.find('Service', namespace, name)!;
    if (isHeadless(service)) return ofHeadless(asked, service, port);
    return ofWays(finder.find({ namespace, service: name, port }, () => CLIENT), bindingOfObject(inventory, mesh, { kind: 'Service', object: service }));
  }
  const entry = inventory.find('ServiceEntry', namespace, name)!;
  const binding = bindingOfObject(inventory, mesh, { kind: 'ServiceEntry', object: entry });
  if (addressOfEntry(entry, mesh) === 'none') return { known: true, to: 'no-address', serviceWaypoint: nameOf(binding) };
  const ways = finder.find({ namespace, serviceEntry: name, port }, () => CLIENT);
  const isHost = entry.spec.resolution?.startsWith('DNS') && ways[0].to === undefined;
  return ofWays(isHost ? ways.map(way => ({ ...way, to: fullName(entry) })) : ways, binding);
}

type Binding = ReturnType<typeof bindingOfObject>;
type Service = NonNullable<ReturnType<typeof Inventory.prototype.find<'Service'>>>;

function ofHeadless(asked: Asked, service: Service, port: number): Verdict {
  const pods = behindService(asked.inventory, service).map(({ workload }) => ({ pod: fullName(workload), ...ofPod(asked, fullName(workload), port) }));
  return { known: true, to: 'pod-addresses', pods, serviceWaypoint: nameOf(bindingOfObject(asked.inventory, asked.mesh, { kind: 'Service', object: service })) };
}

function ofWays(ways: readonly Way[], { waypoint, canary }: Binding): Verdict | undefined {
  const [first] = ways;
  const through = waypointOf(first);
  if (through === undefined) return first.to === undefined ? { known: true, to: 'endpoint', endpoints: [] } : { known: true, to: 'endpoint', endpoints: ways.map(way => ({ target: way.to, transport: transport(way) })) };
  if (!waypoint) return undefined;
  const weighted = canary && [{ waypoint: fullName(waypoint.gateway), weight: 100 - canary.weight }, { waypoint: fullName(canary.waypoint.gateway), weight: canary.weight }];
  return { known: true, to: 'waypoint', waypoint: fullName(waypoint.gateway), weighted, transport: 'hbone' };
}

function waypointOf({ hops: [first] }: Way): string | undefined { return first?.at === 'waypoint' ? fullName(first.proxy) : undefined; }

function nameOf({ waypoint }: Binding): string | undefined { return waypoint?.address === undefined ? undefined : fullName(waypoint.gateway); }

function transport({ tunnel }: Way): string { return tunnel?.hbone ? 'hbone' : 'plaintext'; }

/** Endpoints by their names, without the kinds. */
function comparable(verdict: Verdict): Verdict {
  const endpoints = (verdict.endpoints as { target: string; transport: string }[] | undefined)?.map(({ target, transport: by }) => ({ target: target.replace(/^(Pod|WorkloadEntry)\//, ''), transport: by }));
  const pods = (verdict.pods as Record<string, unknown>[] | undefined)?.map(({ tunnel: _, ...pod }) => pod);
  return { ...verdict, endpoints, pods };
}
