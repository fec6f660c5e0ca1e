import { ApiObjectMetadata } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { PublicGateway } from './public-gateway';
import { calendarDay } from '../intent/expiry';
import { DataPlane, DEFAULT_MESH, MeshFacts } from '../intent/mesh';
import { trustDomainName } from '../intent/trust-domain';
import { isKnownTo, knownVersion, OLDEST_VERSION } from '../istio/versions';
import { stateMeshSettings } from '../policy/resources/construct-tree';
import { gatewayRole } from '../render/public-gateway';
import { instancesOf, listOf, namespaceName, oneOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { listed } from '../util/text';
import { declare, MeshDeclaration } from './private/index/declarations';
import { LateCheck } from './private/index/statement';
import { World } from './private/index/world';
import { checkMesh, checkProtocols, partOf } from './private/statements/clusters';
import { checkPublicGateways } from './private/statements/coverage';
import { peerAuthenticationName } from './private/statements/namespace-objects';
import { state } from './private/statements/state';
import { ObjectRole } from './private/statements/stated-object';
import { checkLate } from './private/statements/validation';
import { meshSettings } from './private/witnesses/mesh-settings';

/** Props of a ZeroTrustMesh. */
export interface ZeroTrustMeshProps {
  /**
   * The part of the app that is the cluster of this mesh, where the app has several: a chart, or a construct that holds charts, with all that is below it, this
   * ZeroTrustMesh among it. Renders nothing by itself: what is in another part is of another cluster, whose namespaces, workloads and objects may have the same names.
   *
   * @default - all of the app that is in no part to which another ZeroTrustMesh applies
   */
  readonly appliesTo?: IConstruct;

  /**
   * The trust domain of the mesh: the first part of every identity in it, as in `meshConfig.trustDomain`.
   *
   * @default "cluster.local"
   */
  readonly trustDomain?: string;

  /**
   * Trust domains whose identities count as those of this mesh, as in `meshConfig.trustDomainAliases`. Whoever may call here may then also call
   * with the same namespace and service account of an alias: no policy can tell the two apart. They are for a trust domain that is renamed, not for another
   * cluster, whose callers are named by `Principal.serviceAccount` with its `trustDomain`.
   *
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * Namespace of istiod, whose policies hold for the whole mesh.
   *
   * @default "istio-system"
   */
  readonly rootNamespace?: string;

  /**
   * How namespaces take part in the mesh that do not say otherwise.
   *
   * @default DataPlane.SIDECAR
   */
  readonly dataPlane?: DataPlane;

  /**
   * Version of Istio, from 1.24 to 1.32, such as `1.29` or `1.29.3`. What it does not know is not rendered, and refused where it is asked for.
   *
   * Needed with `defaultDeny` in ambient, for scopes in a claim of another name, for `Condition.sni` at waypoints, and for newer fields of the resources.
   *
   * @default - not stated: only what all of these versions know is rendered, and `PolicySet` answers as the newest
   */
  readonly istioVersion?: string;

  /**
   * Its policies come from elsewhere: nothing is rendered here, and the rest of the app goes by what the other props say of it.
   *
   * @default false
   */
  readonly exists?: boolean;

  /**
   * Deny everything in the whole mesh that no policy allows, also in namespaces without a ZeroTrustNamespace. Needs `publicGateways`.
   * Waypoints are among it with an `istioVersion` of at least 1.25; else those of a ZeroTrustNamespace only, which each has a default deny of its own.
   *
   * @default false
   */
  readonly defaultDeny?: boolean;

  /**
   * Gateways that everyone may reach under the default deny; an empty list where the mesh has none.
   *
   * @default - required with `defaultDeny`
   */
  readonly publicGateways?: PublicGateway[];

  /**
   * Metadata of the objects. Its name is not that of the PeerAuthentication.
   *
   * @default - names come from the construct path
   */
  readonly metadata?: ApiObjectMetadata;

  /**
   * Name of the PeerAuthentication. Of two that are for the whole mesh Istio takes the older one, whatever it says: under the name that is usual for it, the one that may be
   * there is replaced.
   *
   * @default "default"
   */
  readonly peerAuthenticationName?: string;

  /**
   * The day by which it is judged what has expired, such as `2026-12-31`, in UTC: nothing here asks the clock, so that the same source renders the same. In a pipeline
   * `new Date().toISOString().slice(0, 10)` is today.
   *
   * @default - required where something expires
   */
  readonly asOf?: string;
}

const PROPS: InputStruct<ZeroTrustMeshProps> = {
  name: 'ZeroTrustMeshProps',
  members: {
    appliesTo: 'value',
    trustDomain: 'value',
    trustDomainAliases: 'value',
    rootNamespace: 'value',
    dataPlane: 'value',
    istioVersion: 'value',
    exists: 'flag',
    defaultDeny: 'flag',
    publicGateways: 'value',
    metadata: 'value',
    peerAuthenticationName: 'value',
    asOf: 'value',
  },
};

/**
 * What holds in the whole mesh: who its identities are, STRICT mutual TLS, and where wanted a default deny.
 *
 * Renders a PeerAuthentication in the root namespace; with `defaultDeny` also an AuthorizationPolicy without rules there, its twin for waypoints
 * (class `istio-waypoint`, with an `istioVersion` of at least 1.25), and for each public gateway one that admits everyone to its ports. At most one per cluster, which is
 * the app unless `appliesTo` says which part of it is one; where no ZeroTrustMesh is, the defaults of its props hold.
 *
 * @see https://istio.io/latest/docs/concepts/security/
 * @example
 * new ZeroTrustMesh(this, 'mesh', { trustDomain: 'prod.example.com', istioVersion: '1.29' });
 */
export class ZeroTrustMesh extends Construct {
  /** @internal */
  public readonly _facts: MeshFacts;

  /**
   * Whether it is made STRICT here, and not elsewhere.
   *
   * @internal
   */
  public readonly _isStrict: boolean;

  private readonly text: string;

  public constructor(scope: Construct, id: string, props: ZeroTrustMeshProps = {}) {
    super(scope, id);
    props = taken('ZeroTrustMesh', PROPS, props);
    const mesh = meshOf(props);
    const appliesTo = partOf(this, props.appliesTo);
    this.text = textOf(mesh, props.defaultDeny ?? false, props.exists ?? false);
    const gateways = gatewaysOf(props.publicGateways ?? []).map(gateway => gateway._data);
    if (gateways.length > 0 && !props.defaultDeny) {
      throw new Error('publicGateways must come with defaultDeny: true, without which every gateway is open anyway; leave them out, or deny by default');
    }
    if (props.defaultDeny && mesh.dataPlane === DataPlane.AMBIENT && mesh.istioVersion === undefined) {
      throw new Error("istioVersion must be given with defaultDeny in ambient, got 'undefined'; waypoints are denied by their class since Istio 1.25, and before each by its ZeroTrustNamespace");
    }
    this._facts = mesh;
    this._isStrict = !props.exists;
    const asOf = props.asOf === undefined ? undefined : calendarDay('asOf', props.asOf);
    const declaration: MeshDeclaration = { kind: 'mesh', path: this.node.path, appliesTo, mesh, isStrict: this._isStrict, gateways, asOf };
    declare(this, declaration);
    stateMeshSettings(this, meshSettings(mesh), appliesTo);
    const checkCluster = (world: World) => [...checkMesh(declaration, world), ...checkProtocols(world)];
    if (props.exists) {
      this.onlyDeclare(props, checkCluster);
      return;
    }
    state(this, {
      read: () => ({ kind: 'mesh', mesh, gateways, deniesByDefault: props.defaultDeny === true }),
      check: world => [
        ...checkCluster(world),
        ...checkPublicGateways(gateways, world),
        ...(props.defaultDeny && !props.publicGateways ? askForGateways(world) : []),
      ],
    }, { metadata: props.metadata }, [
      { role: 'mtls', id: 'mtls', kind: 'PeerAuthentication', namespace: mesh.rootNamespace, name: peerAuthenticationName(props) },
      ...(props.defaultDeny ? defaultDenyObjects(mesh, props.publicGateways ?? []) : []),
    ]);
  }

  /** Where nothing is rendered, nothing is promised either. */
  private onlyDeclare({ defaultDeny, metadata, peerAuthenticationName: name }: ZeroTrustMeshProps, check: LateCheck): void {
    const [beside] = Object.entries({ defaultDeny, metadata, peerAuthenticationName: name }).flatMap(([prop, value]) => value ? [prop] : []);
    if (beside !== undefined) { throw new Error(`exists must not come with '${beside}', which is for what is rendered; leave one of them out`); }
    checkLate(this, check);
  }

  /** What holds in the mesh, as text for tables and messages: `prod.example.com: Istio 1.29, sidecar, STRICT mutual TLS, default deny`. */
  public describeZeroTrustMesh(): string { return this.text; }
}

function textOf({ trustDomain, istioVersion, dataPlane }: MeshFacts, deniesByDefault: boolean, exists: boolean): string {
  const policies = exists ? 'policies from elsewhere' : `STRICT mutual TLS${deniesByDefault ? ', default deny' : ''}`;
  return `${trustDomain}: Istio ${istioVersion ?? `${OLDEST_VERSION} or newer`}, ${dataPlane}, ${policies}`;
}

/** An empty list says that the mesh has none. */
function gatewaysOf(given: readonly PublicGateway[]): readonly PublicGateway[] {
  if (Array.isArray(given) && given.length === 0) { return []; }
  return instancesOf('publicGateways', given, PublicGateway, 'name each by PublicGateway.classic or PublicGateway.gatewayApi');
}

function meshOf(props: ZeroTrustMeshProps): MeshFacts {
  return {
    trustDomain: trustDomainName('trustDomain', props.trustDomain ?? DEFAULT_MESH.trustDomain),
    trustDomainAliases: listOf('trustDomainAliases', props.trustDomainAliases ?? []).map((alias, i) => trustDomainName(`trustDomainAliases[${i}]`, alias)),
    rootNamespace: namespaceName('rootNamespace', props.rootNamespace ?? DEFAULT_MESH.rootNamespace),
    dataPlane: oneOf('dataPlane', props.dataPlane ?? DEFAULT_MESH.dataPlane, Object.values(DataPlane)),
    istioVersion: props.istioVersion === undefined ? undefined : knownVersion('istioVersion', props.istioVersion),
  };
}

/** Waypoints can be named by their class since 1.25; before, each needs a default deny of its own, as a ZeroTrustNamespace gives it. */
function defaultDenyObjects(mesh: MeshFacts, gateways: readonly PublicGateway[]): ObjectRole[] {
  const namespace = mesh.rootNamespace;
  return [
    { role: 'deny-all', id: 'deny-all', kind: 'AuthorizationPolicy', namespace, position: 'last' },
    ...(isKnownTo(mesh.istioVersion, '1.25')
      ? [{ role: 'waypoint-deny-all', id: 'waypoint-deny-all', kind: 'AuthorizationPolicy' as const, namespace, position: 'last' as const }] : []),
    ...gateways.map(({ _data, _reason }, index): ObjectRole =>
      ({ role: gatewayRole(index), id: gatewayRole(index), kind: 'AuthorizationPolicy', namespace: _data.namespace, reasons: [_reason] })),
  ];
}

/** A mesh-wide default deny closes the gateways first of all: nobody must find that out in production. */
function askForGateways(world: World): string[] {
  const found = world.gateways();
  const those = found.length === 0 ? 'this app shows none' : `this app shows ${listed(found)}`;
  return [`publicGateways must be given with defaultDeny, which closes every gateway it does not name; ${those}: `
    + 'name each by PublicGateway.classic or PublicGateway.gatewayApi, or write [] if the mesh has none'];
}
