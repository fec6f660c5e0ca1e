import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { NamespaceMetadata, namespaceMetadata } from './namespace-metadata';
import { Principal } from './principal';
import { gatewaysOf, PublicGateway } from './public-gateway';
import { DataPlane, waypointsOf } from '../intent/mesh';
import { NetworkPolicies, networksGiven } from '../intent/network-policies';
import { stateElsewhere } from '../policy/resources/construct-tree';
import { admissionOf, denyAllAt, otherWaypointsOf } from '../render/namespace';
import { gatewayRole } from '../render/public-gateway';
import { instanceOf, namespaceName, oneOf, revisionName } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { quoted } from '../util/text';
import { Problem } from './private/index/complaint';
import { declare, declaredWaypoints, NamespaceDeclaration } from './private/index/declarations';
import { locksIn } from './private/index/waypoint-locks';
import { constructOf } from './private/reading/given-construct';
import { checkAccounts, checkWaypointAccounts } from './private/statements/accounts';
import { checkProbes } from './private/statements/checks';
import { checkSameCluster } from './private/statements/clusters';
import { checkPublicGateways } from './private/statements/coverage';
import { checkMetrics, checkMetricsAtWaypoint, metricsOf } from './private/statements/metrics';
import { checkGateways, checkName, checkNamespace } from './private/statements/namespace-checks';
import { createNamespace, createWaypoints, labelNamespace, namespaceObject, peerAuthenticationName } from './private/statements/namespace-objects';
import { checkNamespacePart, checkWaypointPart } from './private/statements/namespace-parts';
import { NamespaceNetwork } from './private/statements/network-statement';
import { checkServiceWaypoints } from './private/statements/service-waypoints';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { waypointElsewhere } from './private/witnesses/surroundings';
import { ServiceWaypoint, serviceWaypointsOf } from './service-waypoint';
import { Waypoint } from './waypoint';
import { outsideOf, WorkloadOutsideMesh } from './workload-outside-mesh';

/** Props of a ZeroTrustNamespace. */
export interface ZeroTrustNamespaceProps {
  /**
   * Name of the namespace. It is created, unless `exists` says that it is there.
   *
   * @default - the namespace of the chart
   */
  readonly name?: string;

  /**
   * A Namespace of this app to adopt: of any cdk8s-plus version, of an `Include`, or an `ApiObject`. It gets the labels of the mesh.
   *
   * @default - one is created, called `name`
   */
  readonly namespace?: IConstruct;

  /**
   * The namespace is made elsewhere, and has the labels of the mesh there already: `istio-injection: enabled`, or for ambient
   * `istio.io/dataplane-mode: ambient` and, with a waypoint, `istio.io/use-waypoint` and `istio.io/ingress-use-waypoint: "true"`.
   *
   * @default false
   */
  readonly exists?: boolean;

  /**
   * How its workloads take part in the mesh.
   *
   * @default - as the mesh does
   */
  readonly dataPlane?: DataPlane;

  /**
   * Revision of istiod that injects its sidecars, written as label `istio.io/rev`.
   *
   * @default - the default revision, by label `istio-injection: enabled`
   */
  readonly revision?: string;

  /**
   * The waypoint that the traffic of its Services passes, but for those of `serviceWaypoints`. Needed in ambient for everything beyond connections: HTTP, tokens, headers.
   *
   * @default - none
   */
  readonly waypoint?: Waypoint;

  /**
   * Services that pass a waypoint of their own, such as one that nothing else shares; also where the namespace has none. Labels the Services of the app: `istio.io/use-waypoint`, for a waypoint elsewhere
   * `istio.io/use-waypoint-namespace`, and `istio.io/ingress-use-waypoint: "true"`. Their pods admit that waypoint, and no other of the namespace.
   *
   * @default - none
   */
  readonly serviceWaypoints?: ServiceWaypoint[];

  /**
   * Who may read metrics of every workload here.
   *
   * @default - nobody
   */
  readonly metricsReaders?: Principal[];

  /**
   * The ports that workloads serve metrics on, by their own count. What Istio merges on 15020 needs no access. A port that other workloads use for other things is better
   * stated by a ServiceAccess for those that serve metrics on it.
   *
   * @default [9090]
   */
  readonly metricsPorts?: number[];

  /**
   * The path of the metrics. In ambient it cannot be checked, and must not be given: readers may use the whole ports there.
   *
   * @default "/metrics"
   */
  readonly metricsPath?: string;

  /**
   * Gateways of the namespace that everyone may reach under its default deny; an empty list where its gateways are for named callers only. Needed
   * where the app shows gateways here.
   *
   * @default - none; refused where the app shows a gateway here
   */
  readonly publicGateways?: PublicGateway[];

  /**
   * Workloads whose pods leave the mesh on purpose, by host network, annotations or labels of their own.
   *
   * @default - none; a workload that leaves the mesh, whole or by a port, is refused
   */
  readonly outsideMesh?: WorkloadOutsideMesh[];

  /**
   * Which NetworkPolicies of Kubernetes stand beside the policies of the mesh, and say the same as far as a network can tell it: see `NetworkPolicies`.
   *
   * @default - as the mesh says
   */
  readonly networkPolicies?: NetworkPolicies;

  /**
   * Metadata of the policies. Its name is not that of the PeerAuthentication.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;

  /**
   * Labels and annotations of the Namespace that is created, such as those of pod security. Those of the mesh come from the other props.
   *
   * @default - those of the mesh only
   */
  readonly namespaceMetadata?: NamespaceMetadata;

  /**
   * Name of the PeerAuthentication. Of two that are for the whole namespace Istio takes the older one, whatever it says: under the name that is usual for it, the one that
   * may be there is replaced.
   *
   * @default "default"
   */
  readonly peerAuthenticationName?: string;
}

const PROPS: InputStruct<ZeroTrustNamespaceProps> = {
  name: 'ZeroTrustNamespaceProps',
  members: {
    name: 'value',
    namespace: 'value',
    exists: 'flag',
    dataPlane: 'value',
    revision: 'value',
    waypoint: 'value',
    serviceWaypoints: 'value',
    metricsReaders: 'value',
    metricsPorts: 'value',
    metricsPath: 'value',
    publicGateways: 'value',
    outsideMesh: 'value',
    networkPolicies: 'value',
    metadata: 'value',
    namespaceMetadata: 'value',
    peerAuthenticationName: 'value',
  },
};

/**
 * A namespace in which nothing is allowed that is not stated: STRICT mutual TLS and default deny.
 *
 * Renders the Namespace or its labels, a PeerAuthentication, an AuthorizationPolicy without rules, and one for the metrics readers. With a waypoint
 * also its Gateway, an AuthorizationPolicy without rules at the waypoint, and one by which pods admit the waypoint only; with waypoints of single Services these for each, and one that keeps the others from their pods.
 *
 * Probes of the kubelet keep working, since Istio rewrites or exempts them; a workload that turns this off is refused when the app is synthesized.
 *
 * @see https://istio.io/latest/docs/reference/config/security/peer_authentication/
 * @example
 * new ZeroTrustNamespace(this, 'baseline', {
 *   name: 'shop',
 *   metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')],
 * });
 */
export class ZeroTrustNamespace extends Construct {
  /** The name of the namespace. */
  public readonly namespaceName: string;

  public constructor(scope: Construct, id: string, props: ZeroTrustNamespaceProps = {}) {
    super(scope, id);
    props = taken('ZeroTrustNamespace', PROPS, props);
    const adopted = props.namespace && namespaceObject(constructOf('namespace', props.namespace, "pass the construct of the Namespace, or its name as 'name'"));
    this.namespaceName = nameOf(this, props, adopted);
    const waypoint = props.waypoint && instanceOf('waypoint', props.waypoint, Waypoint, 'write Waypoint.create() or Waypoint.existing(…)')._of(this.namespaceName, this.namespaceName);
    const serviceWaypoints = serviceWaypointsOf(props.serviceWaypoints, this.namespaceName, waypoint);
    const revision = props.revision === undefined ? undefined : revisionName('revision', props.revision);
    const gateways = gatewaysOf(props.publicGateways ?? [], this.namespaceName);
    const declaration = declarationOf(this, props, { name: this.namespaceName, gateways, waypoint, serviceWaypoints });
    declare(this, declaration);
    const readers = [...props.metricsReaders ?? []];
    const namespace = adopted
      ?? (props.exists ? undefined : createNamespace(this, this.namespaceName, namespaceMetadata(props.namespaceMetadata ?? {})));
    if (namespace) { labelNamespace(namespace, this, declaration, revision); }
    const created = createWaypoints(this, declaration);
    const existing = declaredWaypoints(declaration).filter(({ users }) => users === undefined);
    if (existing.length > 0) { stateElsewhere(this, () => existing.map(one => waypointElsewhere(one.waypoint))); }
    state(this, {
      read: world => {
        const facts = world.namespace(this.namespaceName);
        return { kind: 'namespace', mesh: world.mesh, namespace: facts, gateways, ...facts.serviceWaypoints ? { locks: locksIn(facts, world) } : {} };
      },
      check: world => firstOf(() => created.flatMap(part => checkWaypointPart(part, world)), () => checkServiceWaypoints(declaration, world), () => [
        ...checkSameCluster(readers, (props.outsideMesh ?? []).map(({ workload }) => workload), world),
        ...checkNamespace(declaration, world, namespace),
        ...checkName(declaration, Chart.of(this), world),
        ...checkMetrics(props.metricsPath, world, this.namespaceName),
        ...checkMetricsAtWaypoint(declaration, world),
        ...checkProbes(this.namespaceName, world),
        ...checkGateways(props.publicGateways, world, this.namespaceName),
        ...checkPublicGateways(gateways, world),
        ...checkAccounts([['metricsReaders', readers]], world),
        ...checkWaypointAccounts(this.namespaceName, world),
      ], () => checkNamespacePart(declaration, namespace, world)),
    }, { metadata: props.metadata }, objectsOf(declaration, props));
    new NamespaceNetwork(this, this.namespaceName, props.metadata);
  }
}

/** What the first of some checks finds that finds anything: what others find may be so by that. */
function firstOf(...checks: readonly (() => Problem[])[]): Problem[] {
  for (const check of checks) {
    const found = check();
    if (found.length > 0) { return found; }
  }
  return [];
}

function nameOf(construct: Construct, props: ZeroTrustNamespaceProps, adopted: ApiObject | undefined): string {
  if (props.name !== undefined && adopted !== undefined) {
    throw new Error(`name must not be given with 'namespace', got ${quoted(props.name)}; name creates a Namespace, namespace adopts one of this app`);
  }
  if (adopted && props.namespaceMetadata) {
    throw new Error("namespaceMetadata must be left out with 'namespace', whose labels and annotations stand on its own construct; write them there");
  }
  if (props.exists && props.namespaceMetadata) {
    throw new Error("namespaceMetadata must be left out with 'exists', as nothing of this app makes the Namespace; write it where that is made");
  }
  if (adopted && props.exists) {
    throw new Error("exists must come with 'name', got 'namespace'; a Namespace of this app is adopted, not elsewhere");
  }
  const given = props.waypoint ? 'waypoint' : props.serviceWaypoints ? 'serviceWaypoints' : undefined;
  if (given && props.dataPlane === DataPlane.SIDECAR) {
    throw new Error(`${given} must come with DataPlane.AMBIENT, got 'sidecar'; sidecars enforce HTTP themselves`);
  }
  const name = adopted?.name ?? props.name ?? Chart.of(construct).namespace;
  if (name === undefined) { throw new Error("name must be given, as the chart has no namespace, got 'undefined'; name the namespace, or give the chart one"); }
  return namespaceName('name', name);
}

type Stated = Pick<NamespaceDeclaration, 'name' | 'gateways' | 'waypoint' | 'serviceWaypoints'>;

function declarationOf({ node }: Construct, props: ZeroTrustNamespaceProps, stated: Stated): NamespaceDeclaration {
  return {
    kind: 'namespace',
    path: node.path,
    ...stated,
    dataPlane: props.dataPlane === undefined ? undefined : oneOf('dataPlane', props.dataPlane, Object.values(DataPlane)),
    waypointUsers: props.waypoint?._usedBy,
    outside: outsideOf(props.outsideMesh ?? [], stated.name),
    networks: networksGiven(props.networkPolicies),
    metrics: metricsOf(props),
  };
}

/** Each of the policies closes the whole namespace but for what it allows: they come after those for single workloads. */
function objectsOf(declaration: NamespaceDeclaration, props: ZeroTrustNamespaceProps): ObjectRole[] {
  const { name: namespace, waypoint, serviceWaypoints = [] } = declaration;
  const hasSeveral = waypointsOf(declaration).length > 1;
  const policy = (id: string, at = namespace): ObjectRole => ({ role: id, id, kind: 'AuthorizationPolicy', namespace: at, position: 'last' });
  const readers = props.metricsReaders ?? [];
  return [
    { role: 'mtls', id: 'mtls', kind: 'PeerAuthentication', namespace, name: peerAuthenticationName(props), reasons: (props.outsideMesh ?? []).map(({ reason }) => reason) },
    ...(props.publicGateways ?? []).map(({ _reason }, index): ObjectRole =>
      ({ role: gatewayRole(index), id: gatewayRole(index), kind: 'AuthorizationPolicy', namespace, reasons: [_reason] })),
    ...(readers.length > 0 ? [{ ...policy('metrics'), reasons: readers.flatMap(reader => reader._reasons()) }] : []),
    ...(waypoint?.forPods && readers.length > 0 ? [{ ...policy('waypoint-metrics'), reasons: readers.flatMap(reader => reader._reasons()) }] : []),
    ...(waypoint ? [policy('waypoint-only'), policy('waypoint-deny-all', waypoint.namespace)] : []),
    ...serviceWaypoints.flatMap(({ services, waypoint: own }) => [
      ...services.flatMap(service => [policy(admissionOf(service)), ...hasSeveral ? [policy(otherWaypointsOf(service))] : []]),
      policy(denyAllAt(own, namespace), own.namespace),
    ]),
    policy('deny-all'),
  ];
}
