import { Check, Family, UNDECIDED } from './family';
import { differences, MeshWorld, readWorld } from './mesh-world';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { fullName } from '../../src/policy/resources/policy';
import { ownerOfHost } from '../../src/policy/services/service-entry';
import { Binding, bindingOfObject, bindingOfWorkload, gatewayOfPods } from '../../src/policy/way/waypoint-binding';
import { tunnelTo } from '../../src/policy/workloads/tunnel';
import { Waypoint, waypointOf } from '../../src/policy/workloads/waypoint';
import { findWorkloads } from '../../src/policy/workloads/workload';

type Verdict = Readonly<Record<string, unknown>>;

/** Which waypoint an object has, or whether a Gateway is one. */
export interface BindingQuestion {
  readonly q: 'binding';
  readonly object: { readonly kind: string; readonly namespace: string; readonly name: string; readonly host?: string };
  readonly verdict: Verdict;
}

/** What ztunnel is told of an object; compared by all fields but `services` and `shadowedBy`. */
export const binding: Family = {
  families: ['binding'],
  replay: line => {
    const world = line as MeshWorld<BindingQuestion>;
    const { inventory, mesh } = readWorld(world);
    return world.questions.map(question => replayBinding(world, inventory, mesh, question));
  },
};

const FIELDS = [
  'known', 'waypoint', 'error', 'sentAddress', 'ingressUseWaypoint', 'weighted', 'tunnel', 'applicationTunnel', 'isWaypoint', 'trafficType', 'allowedFrom',
];

/** Puts one question to the functions that the evaluation itself uses. */
export function replayBinding(world: MeshWorld, inventory: Inventory, mesh: Mesh, { object, verdict }: BindingQuestion): Check {
  const ours = answer(inventory, mesh, object);
  const features = [...world.features, `binding.${object.kind}`];
  if (ours === undefined) return { features, apart: UNDECIDED };
  const differs = differences(ours, verdict, FIELDS);
  if (differs.length === 0) return { features };
  return {
    features,
    disagreement: {
      where: `${world.id} ${object.kind} ${object.namespace}/${object.name} (${differs.join(', ')})`,
      input: JSON.stringify(world.manifests),
      recorded: JSON.stringify(verdict),
      ours: JSON.stringify(ours),
    },
  };
}

/** Undefined where the evaluator says that it does not know. */
function answer(inventory: Inventory, mesh: Mesh, { kind, namespace, name, host }: BindingQuestion['object']): Verdict | undefined {
  switch (kind) {
    case 'Gateway': return ofGateway(waypointOf(inventory, mesh, inventory.find('KubernetesGateway', namespace, name)!));
    case 'Service': return ofService(inventory, mesh, inventory.find('Service', namespace, name)!);
    case 'ServiceEntry': return ofEntry(inventory, mesh, inventory.find('ServiceEntry', namespace, name)!, host);
    default: return ofWorkload(inventory, mesh, kind, namespace, name);
  }
}

function ofGateway(waypoint: Waypoint | undefined): Verdict {
  if (!waypoint) return { isWaypoint: false };
  return { isWaypoint: true, trafficType: waypoint.serves, allowedFrom: waypoint.allowedFrom, sentAddress: waypoint.address };
}

function ofService(inventory: Inventory, mesh: Mesh, object: NonNullable<ReturnType<typeof inventory.find<'Service'>>>): Verdict | undefined {
  if (object.spec.type === 'ExternalName') return { known: false };
  return ofObject(bindingOfObject(inventory, mesh, { kind: 'Service', object }));
}

function ofEntry(inventory: Inventory, mesh: Mesh, object: NonNullable<ReturnType<typeof inventory.find<'ServiceEntry'>>>, host?: string): Verdict | undefined {
  const owner = ownerOfHost(inventory, mesh, object, host ?? object.spec.hosts?.[0] ?? '');
  if (owner.unknown !== undefined) return undefined;
  return owner.hidden === undefined ? ofObject(bindingOfObject(inventory, mesh, { kind: 'ServiceEntry', object })) : { known: false };
}

function ofObject({ waypoint, canary, failed, ingress, unknown }: Binding): Verdict | undefined {
  if (unknown !== undefined) return undefined;
  const shares = canary && waypoint ? [{ ...share(waypoint), weight: 100 - canary.weight }, { ...share(canary.waypoint), weight: canary.weight }] : undefined;
  return { known: true, waypoint: waypoint && fullName(waypoint.gateway), error: failed?.error, sentAddress: waypoint?.address, ingressUseWaypoint: ingress, weighted: shares };
}

function share({ gateway, address }: Waypoint): { readonly waypoint: string } { return { waypoint: address === undefined ? '' : fullName(gateway) }; }

function ofWorkload(inventory: Inventory, mesh: Mesh, kind: string, namespace: string, name: string): Verdict | undefined {
  const workload = findWorkloads(inventory, namespace, name).find(one => one.kind === kind)!;
  const { waypoint, unknown } = bindingOfWorkload(inventory, mesh, workload);
  if (unknown !== undefined) return undefined;
  return {
    known: true,
    waypoint: waypoint?.address === undefined ? undefined : fullName(waypoint.gateway),
    tunnel: tunnelTo(inventory, mesh, workload).hbone ? 'HBONE' : 'NONE',
    applicationTunnel: gatewayOfPods(inventory, mesh, namespace, workload.labels)?.inboundBinding,
  };
}
