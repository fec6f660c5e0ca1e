import { Binding, BindingError, bindingOfObject, bindingOfWorkload, BoundObject, FailedBinding } from './waypoint-binding';
import { WaypointClient } from '../clients/waypoint-clients';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { ServiceEntryVisibility } from '../request/service-entry-visibility';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';
import { isHeadless, Service } from '../services/service';
import { addressOfEntry, ownerOfHosts, ServiceEntry, visibilityIn } from '../services/service-entry';
import { Target } from '../services/target';
import { kindOfGateway } from '../workloads/gateway-pods';
import { KubernetesGateway, Waypoint } from '../workloads/waypoint';
import { Workload } from '../workloads/workload';

/** What a client calls: an object with its address, or else a pod. */
export interface Called {
  readonly service?: Service;
  readonly entry?: ServiceEntry;
  readonly workload?: Workload;
}

/** A way as far as the waypoint on it. */
export interface Passed {
  /** Undefined where there is none. */
  readonly waypoint?: KubernetesGateway;
  readonly notes: readonly string[];
  /** What must be so, where there are several. */
  readonly if?: string;
  /** Why it is not known what happens. */
  readonly unknown?: string;
}

const PAST: Passed = { notes: [] };

/** The object that waypoints for services may stand in front of; a Service that is another name for some host is none. */
function boundObject({ service, entry }: Called): BoundObject | undefined {
  if (service?.spec.type === 'ExternalName') return undefined;
  if (service) return { kind: 'Service', object: service };
  return entry && { kind: 'ServiceEntry', object: entry };
}

/** Whether it matters who the client is: some waypoint is meant for what is called, or for what is behind it. */
export function meetsWaypoint(inventory: Inventory, mesh: Mesh, called: Called): boolean {
  const object = boundObject(called);
  const ofObject = object && bindingOfObject(inventory, mesh, object);
  const ofWorkload = called.workload && bindingOfWorkload(inventory, mesh, called.workload);
  return [ofObject ?? [], ofWorkload ?? []].flat().some(({ waypoint, unknown }) => waypoint !== undefined || unknown !== undefined);
}

/** The waypoints on the way of a client: one or none; several where a canary gets a share, and whoever is called gets it by either. */
export function passagesOf(inventory: Inventory, mesh: Mesh, called: Called, client: WaypointClient): Passed[] {
  const object = boundObject(called);
  const callsPods = !object || called.service && isHeadless(called.service);
  if (client.passage === 'gateway' && object) return gatewayPassages(inventory, mesh, object);
  if (callsPods) return called.workload ? ambientPassages(inventory, bindingOfWorkload(inventory, mesh, called.workload), client) : [PAST];
  const binding = bindingOfObject(inventory, mesh, object);
  const hindrance = object.kind === 'ServiceEntry' ? hindranceOf(inventory, mesh, object.object, binding, client) : undefined;
  return hindrance ? [hindrance] : ambientPassages(inventory, binding, client);
}

/** The same for a target of a request, which may say itself what is on the way. */
export function passagesTo(inventory: Inventory, mesh: Mesh, target: Target, client: WaypointClient): Passed[] {
  const { proxy, namespace, waypoint: stated } = target.destination;
  if (proxy !== undefined && proxy !== ProxyKind.WAYPOINT) return [PAST];
  if (stated !== undefined) return [{ waypoint: statedWaypoint(inventory, stated, namespace), notes: [] }];
  const found = passagesOf(inventory, mesh, target, client);
  if (proxy !== undefined && found.some(({ waypoint, unknown }) => !waypoint && unknown === undefined)) {
    throw new Error('destination.waypoint must be a waypoint of the manifests, got none, and no label names one; add its Gateway');
  }
  return found;
}

function statedWaypoint(inventory: Inventory, stated: string, namespace: string): KubernetesGateway {
  const [place, name] = stated.includes('/') ? stated.split('/', 2) : [namespace, stated];
  const found = inventory.find('KubernetesGateway', place, name);
  if (!found) throw new Error(`destination.waypoint must be a waypoint of the manifests, got '${stated}'; add its Gateway`);
  return found;
}

/** What keeps a ServiceEntry from standing behind its waypoint. */
function hindranceOf(inventory: Inventory, mesh: Mesh, entry: ServiceEntry, { waypoint }: Binding, client: WaypointClient): Passed | undefined {
  if (!waypoint || client.passage === 'past') return undefined;
  const { hidden, unknown } = ownerOfHosts(inventory, mesh, entry);
  if (unknown !== undefined) return { notes: [], unknown };
  const past = (why: string) => ({ notes: [`${why}: clients go past the waypoint ${fullName(waypoint.gateway)} of ServiceEntry '${entry.name}'`] });
  if (hidden !== undefined) return past(hidden);
  if (visibilityIn(mesh) === ServiceEntryVisibility.NAMESPACE && client.namespace !== entry.namespace) return past('only clients of its own namespace see it');
  return addressOfEntry(entry, mesh) === 'none' ? past('it has no address') : undefined;
}

function ambientPassages(inventory: Inventory, binding: Binding, { passage }: WaypointClient): Passed[] {
  if (passage === 'ambient') return bound(inventory, binding);
  const { waypoint } = binding;
  return waypoint ? [{ notes: [`the client goes past the waypoint ${fullName(waypoint.gateway)}: only clients in ambient mode use it`] }] : [unbound(binding)];
}

/** Gateways use the waypoints of Services and ServiceEntries only, and only if these or their namespaces say so. */
function gatewayPassages(inventory: Inventory, mesh: Mesh, called: BoundObject): Passed[] {
  const { kind, object } = called;
  const binding = bindingOfObject(inventory, mesh, called);
  const { waypoint, ingress } = binding;
  if (!waypoint) return [unbound(binding)];
  const past = (why: string) => [{ notes: [`the client is a gateway, which goes past the waypoint ${fullName(waypoint.gateway)}${why}`] }];
  if (!mesh.flag('ENABLE_INGRESS_WAYPOINT_ROUTING')) return past(', as istiod is told by ENABLE_INGRESS_WAYPOINT_ROUTING');
  if (!ingress) return past(": neither what it calls nor its namespace is labelled 'istio.io/ingress-use-waypoint'");
  const address = kind === 'ServiceEntry' ? addressOfEntry(object, mesh) : isHeadless(object) ? 'allocated' : 'own';
  if (kind === 'ServiceEntry' && object.spec.resolution?.startsWith('DNS')) return past(', as it does with whatever is found by DNS');
  if (address === 'none' || kind === 'Service' && address === 'allocated' && !mesh.has('ingressToHeadless')) return past(', as what it calls has no address');
  if (address === 'own') return bound(inventory, binding);
  return [{ notes: [], unknown: `gateways send what is meant for '${object.name}', which has no address of its own, to the waypoint ${fullName(waypoint.gateway)} without naming it` }];
}

/** By the waypoint, or by its canary. */
function bound(inventory: Inventory, binding: Binding): Passed[] {
  const { waypoint, canary } = binding;
  if (!waypoint) return [unbound(binding)];
  const { notes } = unbound(binding);
  if (!canary) return [through(inventory, waypoint, notes)];
  const chosen = canary.weight === 0 ? [waypoint] : canary.weight === 100 ? [canary.waypoint] : [waypoint, canary.waypoint];
  const share = `the waypoint ${fullName(canary.waypoint.gateway)} is a canary, which gets ${canary.weight} % of the traffic`;
  return chosen.map(one => ({ ...through(inventory, one, [...notes, share]), if: `it goes through the waypoint ${fullName(one.gateway)}` }));
}

function through(inventory: Inventory, { gateway, address }: Waypoint, notes: readonly string[]): Passed {
  const name = fullName(gateway);
  if (address === undefined) return { notes: [...notes, `the waypoint ${name} has no address of a known type; without it traffic goes straight to the pod`] };
  const { gatewayClassName = '' } = gateway.spec;
  const isOfIstio = kindOfGateway(inventory, gateway) === ProxyKind.WAYPOINT;
  return isOfIstio ? { waypoint: gateway, notes } : { notes, unknown: `the waypoint ${name} is of class '${gatewayClassName}', which is not evaluated` };
}

/** Why there is no waypoint, though one is named. */
function unbound({ failed, unknown }: Binding): Passed {
  return { notes: failed ? [reasonOf(failed)] : [], unknown };
}

const REASONS: Readonly<Record<Exclude<BindingError, 'UnsupportedTrafficType'>, string>> = {
  WaypointIsNotReady: 'has no address in its status; without it traffic goes straight to the pod',
  AttachmentDenied: 'does not admit objects of this namespace by its allowedRoutes; without it traffic goes straight to the pod',
  CrossNamespaceWaypointForbidden: 'is of another namespace than the ServiceEntry, which only its own sees; without it traffic goes straight to its hosts',
  CanarySameAsPrimary: 'is named as its own canary, which counts for nothing',
  CanaryInvalidWeight: 'is a canary without a weight from 0 to 100, so that it gets no traffic',
};

function reasonOf({ error, name, gateway, serves = '' }: FailedBinding): string {
  if (!gateway) return `the waypoint ${name} is not in the manifests; without it traffic goes straight to the pod`;
  if (error !== 'UnsupportedTrafficType') return `the waypoint ${name} ${REASONS[error]}`;
  return `the waypoint ${name} is for traffic to ${serves === 'service' || serves === 'workload' ? `a ${serves} only` : `'${serves}', which is none`}`;
}
