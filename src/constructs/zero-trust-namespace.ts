import { ApiObject, Chart } from 'cdk8s';
import { Construct } from 'constructs';
import { namespaceMetadata } from './namespace-metadata';
import { gatewaysOf } from './public-gateway';
import { DataPlane, waypointsOf } from '../intent/mesh';
import { networksGiven } from '../intent/network-policies';
import { stateElsewhere } from '../policy/resources/construct-tree';
import { admissionOf, denyAllAt, otherWaypointsOf } from '../render/namespace';
import { gatewayRole } from '../render/public-gateway';
import { instanceOf, namespaceName, oneOf, revisionName } from '../util/given';
import { taken } from '../util/members';
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
import { namedInErrors } from './private/statements/named-in-errors';
import { checkGateways, checkName, checkNamespace } from './private/statements/namespace-checks';
import { createNamespace, createWaypoints, labelNamespace, namespaceObject, peerAuthenticationName } from './private/statements/namespace-objects';
import { checkNamespacePart, checkWaypointPart } from './private/statements/namespace-parts';
import { NamespaceNetwork } from './private/statements/network-statement';
import { checkServiceWaypoints } from './private/statements/service-waypoints';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { waypointElsewhere } from './private/witnesses/surroundings';
import { serviceWaypointsOf } from './service-waypoint';
import { Waypoint } from './waypoint';
import { outsideOf } from './workload-outside-mesh';
import { NAMESPACE_PROPS, ZeroTrustNamespaceProps } from './zero-trust-namespace-props';

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
@namedInErrors
export class ZeroTrustNamespace extends Construct {
  /** The name of the namespace. */
  public readonly namespaceName: string;

  public constructor(scope: Construct, id: string, props: ZeroTrustNamespaceProps = {}) {
    super(scope, id);
    props = taken('ZeroTrustNamespace', NAMESPACE_PROPS, props);
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
