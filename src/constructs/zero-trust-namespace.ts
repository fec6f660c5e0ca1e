import { ApiObject, ApiObjectMetadata, Chart } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { Principal } from './principal';
import { PublicGateway } from './public-gateway';
import { GatewayData } from '../intent/intent';
import { DataPlane, WaypointFacts } from '../intent/mesh';
import { gatewayRole } from '../render/public-gateway';
import { atLeastOne, instanceOf, instancesOf, listOf, mapOf, namespaceName, oneOf, portNumber, revisionName, text } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { listed, quoted } from '../util/text';
import { declare, NamespaceDeclaration } from './private/index/declarations';
import { World } from './private/index/world';
import { constructOf } from './private/reading/given-construct';
import { identityOf } from './private/reading/patches';
import { pathOf } from './private/reading/read-pods';
import { checkAccounts, checkWaypointAccount } from './private/statements/accounts';
import { callersOf } from './private/statements/callers';
import { callersNamed, checkProbes, checkSameApp } from './private/statements/checks';
import { checkPublicGateways } from './private/statements/coverage';
import { createNamespace, createWaypoint, labelNamespace, namespaceObject, peerAuthenticationName } from './private/statements/namespace-objects';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { Waypoint } from './waypoint';
import { Workload } from './workload';

/** A workload that is meant to be outside the mesh. */
export interface WorkloadOutsideMesh {
  /** The workload, of the namespace. Whoever reaches its address may call it, and no policy says otherwise. */
  readonly workload: Workload;

  /** Why the mesh need not protect it; written as annotation `cdk8s-zero-trust/reason` of the PeerAuthentication that does not reach it. */
  readonly reason: string;
}

/** Labels and annotations of a Namespace. */
export interface NamespaceMetadata {
  /**
   * Labels, such as `pod-security.kubernetes.io/enforce: restricted`.
   *
   * @default - none
   */
  readonly labels?: { [label: string]: string };

  /**
   * Annotations.
   *
   * @default - none
   */
  readonly annotations?: { [annotation: string]: string };
}

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
   * The waypoint that the traffic of its Services passes. Needed in ambient for everything beyond connections: HTTP, tokens, headers.
   *
   * @default - none
   */
  readonly waypoint?: Waypoint;

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
    metricsReaders: 'value',
    metricsPorts: 'value',
    metricsPath: 'value',
    publicGateways: 'value',
    outsideMesh: 'value',
    metadata: 'value',
    namespaceMetadata: 'value',
    peerAuthenticationName: 'value',
  },
};

const NAMESPACE: InputStruct<NamespaceMetadata> = { name: 'NamespaceMetadata', members: { labels: 'value', annotations: 'value' } };

const OUTSIDE: InputStruct<WorkloadOutsideMesh> = { name: 'WorkloadOutsideMesh', members: { workload: 'value', reason: 'value' } };

/**
 * A namespace in which nothing is allowed that is not stated: STRICT mutual TLS and default deny.
 *
 * Renders the Namespace or its labels, a PeerAuthentication, an AuthorizationPolicy without rules, and one for the metrics readers. With a waypoint
 * also its Gateway, an AuthorizationPolicy without rules at the waypoint, and one by which pods admit the waypoint only.
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
    const waypoint = props.waypoint && instanceOf('waypoint', props.waypoint, Waypoint, 'write Waypoint.create() or Waypoint.existing(…)')._of(this.namespaceName);
    const revision = props.revision === undefined ? undefined : revisionName('revision', props.revision);
    const gateways = gatewaysOf(props, this.namespaceName);
    const declaration = declarationOf(this, this.namespaceName, props, waypoint);
    declare(this, declaration);
    const readers = [...props.metricsReaders ?? []];
    const namespace = adopted ?? (props.exists ? undefined : createNamespace(this, this.namespaceName, namespaceMetadata(props)));
    if (namespace) { labelNamespace(namespace, declaration, revision); }
    if (props.waypoint?._usedBy) { createWaypoint(this, waypoint!, props.waypoint._usedBy); }
    state(this, {
      read: world => ({ kind: 'namespace', mesh: world.mesh, namespace: world.namespace(this.namespaceName), gateways }),
      check: world => [
        ...checkSameApp(props.metricsReaders ?? [], undefined, world),
        ...checkNamespace(declaration, world, namespace),
        ...checkChart(declaration, Chart.of(this), world),
        ...checkMetrics(props, world, this.namespaceName),
        ...checkProbes(this.namespaceName, world),
        ...checkGateways(props, world, this.namespaceName),
        ...checkPublicGateways(gateways, world),
        ...checkAccounts([['metricsReaders', readers]], world),
        ...checkWaypointAccount(this.namespaceName, world),
      ],
    }, { metadata: props.metadata }, objectsOf(this.namespaceName, waypoint, props));
  }
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
  if (props.waypoint && props.dataPlane === DataPlane.SIDECAR) {
    throw new Error("waypoint must come with DataPlane.AMBIENT, got 'sidecar'; sidecars enforce HTTP themselves");
  }
  const name = adopted?.name ?? props.name ?? Chart.of(construct).namespace;
  if (name === undefined) { throw new Error("name must be given, as the chart has no namespace, got 'undefined'; name the namespace, or give the chart one"); }
  return namespaceName('name', name);
}

function namespaceMetadata({ namespaceMetadata: given = {} }: ZeroTrustNamespaceProps): NamespaceMetadata {
  const metadata = taken('namespaceMetadata', NAMESPACE, given);
  for (const [what, texts] of Object.entries(metadata)) {
    for (const [name, value] of Object.entries(mapOf(`namespaceMetadata.${what}`, texts as object))) {
      if (typeof value !== 'string') { throw new Error(`namespaceMetadata.${what}.${name} must be text, got ${quoted(value)}; give it, or leave it out`); }
    }
  }
  return metadata;
}

function declarationOf(
  construct: Construct, name: string, props: ZeroTrustNamespaceProps, waypoint: WaypointFacts | undefined,
): NamespaceDeclaration {
  const readers = props.metricsReaders && callersOf('metricsReaders', props.metricsReaders);
  if (!readers && (props.metricsPorts !== undefined || props.metricsPath !== undefined)) {
    throw new Error("metricsPorts and metricsPath must come with 'metricsReaders'; name who reads the metrics");
  }
  return {
    kind: 'namespace',
    path: construct.node.path,
    name,
    dataPlane: props.dataPlane === undefined ? undefined : oneOf('dataPlane', props.dataPlane, Object.values(DataPlane)),
    waypoint,
    waypointUsers: props.waypoint?._usedBy,
    outside: outsideOf(props, name),
    metrics: readers && {
      readers: () => callersNamed('metricsReaders', readers),
      ports: atLeastOne('metricsPorts', props.metricsPorts ?? [9090], 'name the ports that workloads serve metrics on')
        .map((port, i) => portNumber(`metricsPorts[${i}]`, port)),
      path: metricsPath(props.metricsPath ?? '/metrics'),
    },
  };
}

function gatewaysOf({ publicGateways = [] }: ZeroTrustNamespaceProps, namespace: string): GatewayData[] {
  if (listOf('publicGateways', publicGateways).length === 0) { return []; }
  const remedy = 'name each by PublicGateway.classic or PublicGateway.gatewayApi';
  return instancesOf('publicGateways', publicGateways, PublicGateway, remedy).map(({ _data: gateway }, i) => {
    if (gateway.namespace !== namespace) {
      throw new Error(`publicGateways[${i}] must be in namespace '${namespace}', got ${quoted(gateway.namespace)}; name it at the ZeroTrustNamespace of its own namespace`);
    }
    return gateway;
  });
}

/** The paths of workloads that are said to be outside the mesh, of this namespace and with a reason. */
function outsideOf({ outsideMesh = [] }: ZeroTrustNamespaceProps, namespace: string): (() => readonly string[]) | undefined {
  if (listOf('outsideMesh', outsideMesh).length === 0) { return undefined; }
  const objects = outsideMesh.map((given, i) => {
    const outside = taken(`outsideMesh[${i}]`, OUTSIDE, given);
    instanceOf(`outsideMesh[${i}].workload`, outside.workload, Workload, 'write Workload.of(…) around the construct');
    text(`outsideMesh[${i}].reason`, outside.reason, 'say why the mesh need not protect it');
    if (outside.workload._namespace() !== namespace) {
      throw new Error(`outsideMesh[${i}].workload must be in namespace '${namespace}', got ${quoted(outside.workload._namespace())}; name it at the ZeroTrustNamespace of its own namespace`);
    }
    const object = outside.workload._apiObject();
    if (!object) { throw new Error(`outsideMesh[${i}].workload must be a workload of this app, got ${quoted(outside.workload.describeWorkload())}; leave it out, as nothing is asked of others`); }
    return object;
  });
  return () => objects.map(pathOf);
}

function metricsPath(path: string): string {
  if (!/^\/[^*?#{}\s]*$/.test(path)) {
    throw new Error(`metricsPath must be one path, got ${quoted(path)}; as in '/metrics'`);
  }
  return path;
}

/** Each of the policies closes the whole namespace but for what it allows: they come after those for single workloads. */
function objectsOf(namespace: string, waypoint: WaypointFacts | undefined, props: ZeroTrustNamespaceProps): ObjectRole[] {
  const policy = (id: string, at = namespace): ObjectRole => ({ role: id, id, kind: 'AuthorizationPolicy', namespace: at, position: 'last' });
  const readers = props.metricsReaders ?? [];
  return [
    { role: 'mtls', id: 'mtls', kind: 'PeerAuthentication', namespace, name: peerAuthenticationName(props), reasons: (props.outsideMesh ?? []).map(({ reason }) => reason) },
    ...(props.publicGateways ?? []).map(({ _reason }, index): ObjectRole =>
      ({ role: gatewayRole(index), id: gatewayRole(index), kind: 'AuthorizationPolicy', namespace, reasons: [_reason] })),
    ...(readers.length > 0 ? [{ ...policy('metrics'), reasons: readers.flatMap(reader => reader._reasons()) }] : []),
    ...(waypoint ? [policy('waypoint-only'), policy('waypoint-deny-all', waypoint.namespace)] : []),
    policy('deny-all'),
  ];
}

/** A namespace that was renamed in the chart only, or here only. */
function checkChart({ name }: NamespaceDeclaration, chart: Chart, world: World): string[] {
  const beside = chart.namespace;
  if (beside === undefined || beside === name || world.declares(beside)) { return []; }
  const workloads = world.tree.workloads.filter(workload => workload.metadata.namespace === beside && Chart.of(workload) === chart);
  const isElsewhere = world.tree.workloads.some(workload => workload.metadata.namespace === name);
  return workloads.length === 0 || isElsewhere ? [] : [`name must be '${beside}', the namespace of its chart, whose workloads nothing protects (${listed(workloads.slice(0, 3).map(pathOf))}), got '${name}', `
    + 'in which this app has none; leave name out'];
}

function checkNamespace(declaration: NamespaceDeclaration, world: World, own: ApiObject | undefined): string[] {
  const { name, waypoint } = declaration;
  const problems: string[] = [];
  if (name === world.mesh.rootNamespace) {
    problems.push(`namespace must not be the root namespace '${name}', whose policies hold for the whole mesh; use ZeroTrustMesh for what holds there`);
  }
  const twins = world.declarations.namespaces.filter(other => other.name === name && other.path !== declaration.path);
  if (twins.length > 0) { problems.push(`namespace '${name}' must have one ZeroTrustNamespace, got ${twins.length + 1}; keep one`); }
  if (own && identityOf(own).name !== name) {
    problems.push(`Namespace '${own.node.path}' must keep its name '${name}', by which policies are placed, got ${quoted(identityOf(own).name)} by a JSON patch; give the name to ZeroTrustNamespace`);
  }
  const other = world.tree.namespaces.find(candidate => candidate.name === name && candidate.path !== own?.node.path && !twins.some(({ path }) => candidate.path.startsWith(`${path}/`)));
  if (other) { problems.push(`this app has a Namespace '${name}' at '${other.path}' already; adopt it by the prop namespace instead of name`); }
  if (waypoint && world.dataPlane(name) === DataPlane.SIDECAR) {
    problems.push('waypoint must come with DataPlane.AMBIENT, but the mesh uses sidecars; set dataPlane here or on the ZeroTrustMesh');
  }
  const creator = world.declarations.namespaces.find(candidate => candidate.waypointUsers !== undefined && candidate.path !== declaration.path
    && candidate.waypoint?.namespace === waypoint?.namespace && candidate.waypoint?.name === waypoint?.name);
  if (waypoint && creator && !creator.waypointUsers!.includes(name)) {
    problems.push(`waypoint '${waypoint.namespace}/${waypoint.name}' does not admit namespace '${name}', whose traffic would go straight to the pods; `
      + `add '${name}' to usedBy of its Waypoint.create at '${creator.path}'`);
  }
  return problems;
}

/** A default deny closes gateways first of all: nobody must find that out in production. */
function checkGateways({ publicGateways }: ZeroTrustNamespaceProps, world: World, name: string): string[] {
  const found = world.gateways(name);
  if (publicGateways || found.length === 0) { return []; }
  return [`publicGateways must be given, as the default deny closes the gateways of this namespace: ${listed(found)}; `
    + 'name those for everyone by PublicGateway.classic or PublicGateway.gatewayApi, or write [] where accesses name who may call them'];
}

function checkMetrics(props: ZeroTrustNamespaceProps, world: World, name: string): string[] {
  return props.metricsPath !== undefined && world.dataPlane(name) === DataPlane.AMBIENT
    ? ['metricsPath cannot be checked in ambient, where metrics are read from the pods past any waypoint; leave it out: readers may use the whole ports'] : [];
}
