import { parseBool } from '../../util/go/bool';
import { Mesh } from '../request/mesh-settings';
import { ServiceEntryVisibility } from '../request/service-entry-visibility';
import { Inventory, Labels } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { fullName, Resource } from '../resources/policy';
import { Service } from '../services/service';
import { visibilityIn } from '../services/service-entry';
import { GATEWAY_NAME, MANAGED, WAYPOINT_CONTROLLER, USE_WAYPOINT, USE_CANARY } from '../workloads/label-names';
import { admits, KubernetesGateway, Waypoint, waypointOf } from '../workloads/waypoint';
import { Workload } from '../workloads/workload';

/** What clients address, that waypoints for services may stand in front of. */
export type BoundObject = { readonly kind: 'Service'; readonly object: Service } | { readonly kind: 'ServiceEntry'; readonly object: Resource<SpecOf<'ServiceEntry'>> };

/** Why an object has no waypoint, or no canary beside it, though its labels name one. */
export type BindingError =
  | 'WaypointIsNotReady' | 'AttachmentDenied' | 'UnsupportedTrafficType' | 'CrossNamespaceWaypointForbidden' | 'CanarySameAsPrimary' | 'CanaryInvalidWeight';

/** A waypoint that labels name, and why it is none for the object that they are of. */
export interface FailedBinding {
  readonly error: BindingError;
  /** `NAMESPACE/NAME` of the Gateway that is named. */
  readonly name: string;
  /** Undefined where the manifests do not have it. */
  readonly gateway?: KubernetesGateway;
  /** What it serves, if it has an address. */
  readonly serves?: string;
}

/** A second waypoint, which gets a share of the traffic. */
export interface Canary {
  readonly waypoint: Waypoint;
  /** In per cent. */
  readonly weight: number;
}

/** The waypoint that an object is bound to. */
export interface Binding {
  readonly waypoint?: Waypoint;
  readonly canary?: Canary;
  readonly failed?: FailedBinding;
  /** Why it is not known whether the object is bound. */
  readonly unknown?: string;
  /** Whether gateways use the waypoint, too. */
  readonly ingress: boolean;
}

const CANARY_WEIGHT = 'istio.io/use-waypoint-canary-weight';
const INGRESS = 'istio.io/ingress-use-waypoint';

const UNBOUND: Binding = { ingress: false };

/** The waypoint of a Service or ServiceEntry. */
export function bindingOfObject(inventory: Inventory, mesh: Mesh, bound: BoundObject): Binding {
  const { object } = bound;
  if (isOfController(object, mesh)) return UNBOUND;
  const namespace = inventory.find('Namespace', '', object.namespace);
  const [own, inherited] = [object.meta.labels ?? {}, namespace?.meta.labels ?? {}];
  const found = named(inventory, mesh, [own, inherited], object.namespace, USE_WAYPOINT);
  if (!found) return UNBOUND;
  const primary = usable(found, isForServices, crossesVisibility(bound, mesh));
  if (!primary.waypoint) return { ...primary, ingress: false };
  return { ...primary, ...canaryOf(inventory, mesh, object, namespace, primary.waypoint), ingress: ingressUsesWaypoint(own, inherited, mesh) };
}

/** The waypoint of a workload. */
export function bindingOfWorkload(inventory: Inventory, mesh: Mesh, { namespace, labels }: Workload): Binding {
  if (gatewayOfPods(inventory, mesh, namespace, labels)) return UNBOUND;
  const found = named(inventory, mesh, [labels, inventory.namespaceLabels(namespace) ?? {}], namespace, USE_WAYPOINT);
  return found ? { ...usable(found, isForWorkloads, () => false), ingress: false } : UNBOUND;
}

/** The waypoint that pods are an instance of. */
export function gatewayOfPods(inventory: Inventory, mesh: Mesh, namespace: string, labels: Labels): Waypoint | undefined {
  const gateway = inventory.find('KubernetesGateway', namespace, labels[GATEWAY_NAME]);
  return gateway && waypointOf(inventory, mesh, gateway);
}

/** The Services that controllers make for waypoints and east-west gateways have no waypoint. */
function isOfController({ meta }: Resource<unknown>, mesh: Mesh): boolean {
  const controller = meta.labels?.[MANAGED];
  return controller === WAYPOINT_CONTROLLER || controller === 'istio.io-eastwest-controller' && mesh.has('eastWestExempt');
}

/** What labels name, and what came of it. */
interface Named {
  readonly name: string;
  readonly gateway?: KubernetesGateway;
  readonly waypoint?: Waypoint;
  readonly admitted?: boolean;
  /** The namespace of the object. */
  readonly namespace: string;
}

/** What the first labels that say anything name. The namespace of a waypoint is looked for beside its name only. */
function named(inventory: Inventory, mesh: Mesh, [own, inherited]: readonly [Labels, Labels], namespace: string, label: string): Named | undefined {
  const labels = own[label] === undefined ? inherited : own;
  const name = labels[label];
  if (name === undefined || name === 'none') return undefined;
  const wanted = { namespace: labels[`${label}-namespace`] ?? namespace, name };
  const gateway = inventory.find('KubernetesGateway', wanted.namespace, wanted.name);
  const waypoint = gateway && waypointOf(inventory, mesh, gateway);
  return { name: fullName(wanted), gateway, waypoint, admitted: waypoint && admits(inventory, mesh, waypoint, namespace), namespace };
}

/** The waypoint that is named, if it is one for the object. */
function usable(found: Named, serves: (waypoint: Waypoint) => boolean, crosses: (waypoint: Waypoint) => boolean): Omit<Binding, 'ingress'> {
  const { name, waypoint, admitted, namespace } = found;
  const failed = (error: BindingError) => ({ failed: failure(error, found) });
  if (!waypoint) return failed('WaypointIsNotReady');
  if (admitted === false) return failed('AttachmentDenied');
  if (!serves(waypoint)) return failed('UnsupportedTrafficType');
  if (crosses(waypoint)) return failed('CrossNamespaceWaypointForbidden');
  if (admitted === undefined) return { unknown: `the waypoint ${name} admits namespaces by their labels, and namespace '${namespace}' is not in the manifests` };
  return { waypoint };
}

function failure(error: BindingError, { name, gateway, waypoint }: Named): FailedBinding {
  return { error, name, gateway, serves: waypoint?.serves };
}

function isForServices({ serves }: Waypoint): boolean { return serves === 'service' || serves === 'all'; }

function isForWorkloads({ serves }: Waypoint): boolean { return serves === 'workload' || serves === 'all'; }

/** A ServiceEntry that only its own namespace sees has no waypoint elsewhere. */
function crossesVisibility({ kind, object }: BoundObject, mesh: Mesh): (waypoint: Waypoint) => boolean {
  const isPrivate = kind === 'ServiceEntry' && visibilityIn(mesh) === ServiceEntryVisibility.NAMESPACE;
  return ({ gateway }) => isPrivate && gateway.namespace !== object.namespace;
}

/** The canary beside a waypoint. An object that names its own waypoint takes no canary from its namespace. */
function canaryOf(inventory: Inventory, mesh: Mesh, object: Resource<unknown>, namespace: Resource<unknown> | undefined, primary: Waypoint): Pick<Binding, 'canary' | 'failed'> {
  if (!mesh.has('waypointCanaries')) return {};
  const own = object.meta.labels ?? {};
  const inherited = own[USE_WAYPOINT] === undefined ? namespace?.meta : undefined;
  const isNamed = (own[USE_CANARY] ?? inherited?.labels?.[USE_CANARY] ?? '') !== '';
  const found = isNamed ? named(inventory, mesh, [own, inherited?.labels ?? {}], object.namespace, USE_CANARY) : undefined;
  if (!found) return {};
  const failed = (error: BindingError) => ({ failed: failure(error, found) });
  if (found.name === fullName(primary.gateway)) return failed('CanarySameAsPrimary');
  const weight = weightOf(object.meta.annotations?.[CANARY_WEIGHT] ?? inherited?.annotations?.[CANARY_WEIGHT]);
  if (weight === undefined) return failed('CanaryInvalidWeight');
  const { waypoint, ...rest } = usable(found, isForServices, () => false);
  return waypoint ? { canary: { waypoint, weight } } : rest;
}

/** A share in per cent; none is 0. */
function weightOf(text = '0'): number | undefined {
  const weight = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  return weight >= 0 && weight <= 100 ? weight : undefined;
}

/** Whether gateways go through the waypoint of an object: what it says counts, else what its namespace says. */
function ingressUsesWaypoint(own: Labels, namespace: Labels, mesh: Mesh): boolean {
  if (!mesh.has('ingressOfNamespaces')) return own[INGRESS] === 'true';
  const said = own[INGRESS] ?? namespace[INGRESS] ?? '';
  return mesh.has('goTruthOfIngress') ? parseBool(said) === true : said.toLowerCase() === 'true';
}
