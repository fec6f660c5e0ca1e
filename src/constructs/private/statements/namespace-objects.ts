import { ApiObject, JsonPatch, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { place } from './order';
import { provenance } from './stated-object';
import { DataPlane, WaypointFacts } from '../../../intent/mesh';
import { Labels } from '../../../intent/workload';
import { KubernetesGatewaySpec, RouteNamespaces, RouteNamespacesFrom } from '../../../istio/kubernetes-gateway';
import { GATEWAY_API_GROUP } from '../../../istio/manifest';
import { objectName } from '../../../util/given';
import { NamespaceDeclaration } from '../index/declarations';
import { World } from '../index/world';
import { WAYPOINT_CLASS } from '../reading/gateway-class';

const NAMESPACE_NAME_LABEL = 'kubernetes.io/metadata.name';

/** The Namespace object that a construct is or holds. */
export function namespaceObject(construct: IConstruct): ApiObject {
  const object = ApiObject.of(construct);
  if (object.kind !== 'Namespace') {
    throw new Error(`namespace must be a Namespace, got ${object.kind} '${object.node.path}'; pass the construct of the Namespace, or its name as 'name'`);
  }
  return object;
}

/** The name that Istio's own documentation gives to the one PeerAuthentication of a mesh or a namespace. */
export function peerAuthenticationName(props: { readonly peerAuthenticationName?: string }): string {
  return objectName('peerAuthenticationName', props.peerAuthenticationName ?? 'default');
}

export function createNamespace(
  scope: Construct, name: string, { labels, annotations }: { readonly labels?: Labels; readonly annotations?: Labels },
): ApiObject {
  const namespace = new ApiObject(scope, 'namespace', {
    apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { ...labels }, annotations: { ...annotations, ...provenance(scope.node.path, []) } },
  });
  // a Namespace is in no namespace, also where its chart has one
  if (namespace.metadata.namespace) { namespace.addJsonPatch(JsonPatch.remove('/metadata/namespace')); }
  return namespace;
}

/** Labels the Namespace for the mesh. Whether that means sidecars or ambient may be known only when the app is complete. */
export function labelNamespace(namespace: ApiObject, scope: IConstruct, declared: NamespaceDeclaration, revision: string | undefined): void {
  const onlyFor = (dataPlane: DataPlane, value: string): string =>
    // a label may be any resolvable value: cdk8s leaves it out where it resolves to nothing
    Lazy.any({ produce: () => World.of(scope).dataPlane(declared.name) === dataPlane ? value : undefined }) as unknown as string;
  const { metadata } = namespace;
  place(namespace, 'first');
  checkUnlabelled(namespace, revision);
  if (revision === undefined) {
    metadata.addLabel('istio-injection', onlyFor(DataPlane.SIDECAR, 'enabled'));
  } else {
    metadata.addLabel('istio.io/rev', onlyFor(DataPlane.SIDECAR, revision));
  }
  metadata.addLabel('istio.io/dataplane-mode', onlyFor(DataPlane.AMBIENT, 'ambient'));
  if (!declared.waypoint) { return; }
  metadata.addLabel('istio.io/use-waypoint', declared.waypoint.name);
  if (declared.waypoint.namespace !== declared.name) { metadata.addLabel('istio.io/use-waypoint-namespace', declared.waypoint.namespace); }
  // gateways would otherwise go straight to the pods, which admit the waypoint only
  metadata.addLabel('istio.io/ingress-use-waypoint', 'true');
}

/** Labels that are there already would be overwritten without a word. */
function checkUnlabelled({ metadata, node }: ApiObject, revision: string | undefined): void {
  for (const label of ['istio-injection', 'istio.io/rev', 'istio.io/dataplane-mode', 'istio.io/use-waypoint']) {
    const value = metadata.getLabel(label) as unknown;
    if (typeof value === 'string' && !(label === 'istio-injection' && value === 'enabled' && revision === undefined)) {
      throw new Error(`Namespace '${node.path}' must leave its mesh labels to ZeroTrustNamespace, got ${label}: '${value}'; remove the label, and use the props dataPlane, revision, waypoint`);
    }
  }
}

/** What a waypoint is for, as its label says it. */
export function trafficOf({ forPods }: WaypointFacts): string { return forPods ? 'all' : 'service'; }

/** A waypoint that was created. */
export interface WaypointPart { readonly object: ApiObject; readonly waypoint: WaypointFacts }

/** The Gateways of the waypoints that are not there already. */
export function createWaypoints(scope: Construct, { waypoint, waypointUsers, serviceWaypoints = [] }: NamespaceDeclaration): WaypointPart[] {
  return [
    ...waypoint && waypointUsers ? [{ object: createWaypoint(scope, 'waypoint', waypoint, waypointUsers), waypoint }] : [],
    ...serviceWaypoints.flatMap(({ waypoint: own, users }) => users ? [{ object: createWaypoint(scope, `waypoint-${own.name}`, own, users), waypoint: own }] : []),
  ];
}

/** A Gateway of the waypoint class, for traffic to Services of the namespaces that may use it. */
function createWaypoint(scope: Construct, id: string, waypoint: WaypointFacts, usedBy: readonly string[]): ApiObject {
  const namespaces: RouteNamespaces = { from: RouteNamespacesFrom.SELECTOR, selector: { matchExpressions: [{ key: NAMESPACE_NAME_LABEL, operator: 'In', values: [waypoint.namespace, ...usedBy] }] } };
  const spec: KubernetesGatewaySpec = {
    gatewayClassName: WAYPOINT_CLASS,
    listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE', ...(usedBy.length === 0 ? {} : { allowedRoutes: { namespaces } }) }],
  };
  return new ApiObject(scope, id, {
    apiVersion: `${GATEWAY_API_GROUP}/v1`,
    kind: 'Gateway',
    metadata: { name: waypoint.name, namespace: waypoint.namespace, labels: { 'istio.io/waypoint-for': trafficOf(waypoint) }, annotations: provenance(scope.node.path, []) },
    spec,
  });
}
