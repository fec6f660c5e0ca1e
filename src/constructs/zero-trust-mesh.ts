import { ApiObjectMetadata } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { CaCertificate } from './ca-certificate';
import { ExtensionProvider } from './extension-provider';
import { meshConfigGiven, outputGiven } from './given-mesh-config';
import { MeshSettingsOutput } from './mesh-settings-output';
import { PublicGateway } from './public-gateway';
import { calendarDay } from '../intent/expiry';
import { MergedMeshConfig, mergedMeshConfig } from '../intent/merged-mesh-config';
import { DataPlane, DEFAULT_MESH, MeshFacts } from '../intent/mesh';
import { MeshConfigOutput, OutboundTrafficPolicy, reasonsIn, TlsVersion } from '../intent/mesh-config';
import { trustDomainName } from '../intent/trust-domain';
import { isKnownTo, knownVersion, OLDEST_VERSION } from '../istio/versions';
import { PathNormalization } from '../policy/request/path-normalization';
import { stateMeshSettings } from '../policy/resources/construct-tree';
import { meshConfigOf } from '../render/mesh-config';
import { gatewayRole } from '../render/public-gateway';
import { instancesOf, listOf, namespaceName, oneOf } from '../util/given';
import { InputStruct, taken } from '../util/members';
import { listed, quoted } from '../util/text';
import { declare, MeshDeclaration } from './private/index/declarations';
import { contributorsIn } from './private/index/mesh-contributions';
import { LateCheck } from './private/index/statement';
import { World } from './private/index/world';
import { checkMesh, checkProtocols, partOf } from './private/statements/clusters';
import { checkPublicGateways } from './private/statements/coverage';
import { checkMeshConfig } from './private/statements/mesh-config-checks';
import { contributeToMesh } from './private/statements/mesh-contribution';
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
   * with the same namespace and service account of an alias: no policy can tell the two apart. They are for a trust domain that is renamed. Another cluster, whose callers are to be told
   * apart, comes in by `caCertificates`, and its callers are named by `Principal.serviceAccount` with its `trustDomain`.
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
   * How proxies rewrite paths before policies see them, as in `meshConfig.pathNormalization.normalization`. Recommended is `DECODE_AND_MERGE_SLASHES` unless a service
   * of the mesh needs `%2F` in paths; `NONE` is refused.
   *
   * @default - not rendered: PathNormalization.BASE, as Istio has it
   * @see https://istio.io/latest/docs/reference/config/security/normalization/
   */
  readonly pathNormalization?: PathNormalization;

  /**
   * What sidecars do with calls to hosts that the mesh does not know, as in `meshConfig.outboundTrafficPolicy.mode`. Whoever may write ServiceEntries makes hosts known, what
   * goes past its sidecar is not held up, and ztunnel does not look at it.
   *
   * @default - not rendered: OutboundTrafficPolicy.ALLOW_ANY, as Istio has it
   */
  readonly outboundTrafficPolicy?: OutboundTrafficPolicy;

  /**
   * How many trusted proxies are in front of gateways, as in `meshConfig.defaultConfig.gatewayTopology.numTrustedProxies`. One too many, and clients write the address
   * that `remoteIpBlocks` sees themselves.
   *
   * @default - not rendered: 0, as Istio has it
   */
  readonly numTrustedProxies?: number;

  /**
   * The oldest version of TLS for mutual TLS in the mesh, as in `meshConfig.meshMTLS.minProtocolVersion`. TLS at gateways goes by their own settings.
   *
   * @default - not rendered: TlsVersion.TLSV1_2, as Istio has it
   */
  readonly minProtocolVersion?: TlsVersion;

  /**
   * Certificate authorities of other trust domains whose workloads may connect, as in `meshConfig.caCertificates`; policies tell them apart by their principals.
   * Istio does not hold an authority to its trust domains: it can stand for any identity, also of this mesh. Where it is not the root of this mesh as well, istiod must have
   * `ISTIO_MULTIROOT_MESH=true`, proxies `PROXY_CONFIG_XDS_AGENT=true` in their environment, and ztunnel does not look at it.
   *
   * @default - none
   */
  readonly caCertificates?: CaCertificate[];

  /**
   * External authorizers and access logs, as in `meshConfig.extensionProviders`. What constructs of the app add is there without being listed.
   *
   * @default - those that constructs of the app add
   */
  readonly extensionProviders?: ExtensionProvider[];

  /**
   * What the settings of the mesh are rendered to: those above, and what constructs of the app add. What is not said is not written.
   *
   * @default - rendered nowhere: the rest of the app goes by them, and somebody else sees to it that istiod has them
   */
  readonly settings?: MeshSettingsOutput;

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
    pathNormalization: 'value',
    outboundTrafficPolicy: 'value',
    numTrustedProxies: 'value',
    minProtocolVersion: 'value',
    caCertificates: 'value',
    extensionProviders: 'value',
    settings: 'value',
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
 * the app unless `appliesTo` says which part of it is one; where no ZeroTrustMesh is, the defaults of its props hold. With `settings` also the
 * settings of the mesh, as an IstioOperator in a file of its own, or as the ConfigMap of istiod.
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
  private readonly appliesTo: IConstruct;
  private readonly output?: MeshConfigOutput;
  /** The values that were asked for while the app was not complete, each as text. */
  private readonly handedOut = new Set<string>();
  /** The app as it was checked last. */
  private checked?: World;

  public constructor(scope: Construct, id: string, props: ZeroTrustMeshProps = {}) {
    super(scope, id);
    props = taken('ZeroTrustMesh', PROPS, props);
    const mesh = this._facts = meshOf(props);
    const appliesTo = this.appliesTo = partOf(this, props.appliesTo);
    const config = meshConfigGiven(props);
    const output = this.output = outputGiven(props.settings);
    this.text = textOf(mesh, props.defaultDeny ?? false, props.exists ?? false);
    const gateways = gatewaysOf(props.publicGateways ?? []).map(gateway => gateway._data);
    if (gateways.length > 0 && !props.defaultDeny) {
      throw new Error('publicGateways must come with defaultDeny: true, without which every gateway is open anyway; leave them out, or deny by default');
    }
    if (props.defaultDeny && mesh.dataPlane === DataPlane.AMBIENT && mesh.istioVersion === undefined) {
      throw new Error("istioVersion must be given with defaultDeny in ambient, got 'undefined'; waypoints are denied by their class since Istio 1.25, and before each by its ZeroTrustNamespace");
    }
    this._isStrict = !props.exists;
    const asOf = props.asOf === undefined ? undefined : calendarDay('asOf', props.asOf);
    const declaration: MeshDeclaration = { kind: 'mesh', path: this.node.path, appliesTo, mesh, isStrict: this._isStrict, gateways, asOf, rendersSettings: output !== undefined };
    declare(this, declaration);
    contributeToMesh(this, config);
    stateMeshSettings(this, () => meshSettings(mesh, this.merged().config, output !== undefined), appliesTo);
    const checkCluster = (world: World) => [...checkMesh(declaration, world), ...checkProtocols(world), ...checkMeshConfig(world)];
    if (props.exists) {
      this.onlyDeclare(props, checkCluster);
      return;
    }
    state(this, {
      read: world => ({ kind: 'mesh', mesh, gateways, deniesByDefault: props.defaultDeny === true, config: world.mergedMeshConfig.config, output }),
      check: world => [
        ...checkCluster(world),
        ...this.checkHandedOut(world),
        ...checkPublicGateways(gateways, world),
        ...(props.defaultDeny && !props.publicGateways ? askForGateways(world) : []),
      ],
    }, { metadata: props.metadata }, [
      { role: 'mtls', id: 'mtls', kind: 'PeerAuthentication', namespace: mesh.rootNamespace, name: peerAuthenticationName(props) },
      ...(props.defaultDeny ? defaultDenyObjects(mesh, props.publicGateways ?? []) : []),
      ...(output ? settingsObjects(mesh, output, () => reasonsIn(this.merged().config)) : []),
    ]);
  }

  /**
   * The settings of the mesh as values for Helm's chart `istiod`: `{ meshConfig: … }`, for `values` of cdk8s' Helm, a HelmRelease of Flux, an Application of Argo CD, or a file for
   * `helm -f`. They hold what is in the app by now: where constructs that add to them come later, ask for them later, as in `Lazy.any({ produce: () => mesh.helmValues() })`; values
   * that lack something are refused when the app is synthesized.
   *
   * @throws without `settings: MeshSettingsOutput.helmValues()`, and where constructs of the app contradict each other
   */
  public helmValues(): { [key: string]: any } {
    if (this.output?.kind !== 'helmValues') {
      throw new Error(`helmValues() must come with settings: MeshSettingsOutput.helmValues(), got ${this.output === undefined ? 'none' : quoted(this.output.kind)}; `
        + 'state at the ZeroTrustMesh where its settings go, which is one place');
    }
    const { config, contradictions } = this.merged();
    if (contradictions.length > 0) { throw new Error(`[${this.node.path}] ${contradictions.join('; ')}`); }
    const values = { meshConfig: meshConfigOf(this._facts, config) };
    if (!this.checked?.tree.isCurrent()) { this.handedOut.add(JSON.stringify(values)); }
    return values;
  }

  /** What is stated by now, also where the index of the app is not up to date. */
  private merged(): MergedMeshConfig { return mergedMeshConfig(contributorsIn(this.appliesTo)); }

  /** Whoever asked too early would install less than the app needs. */
  private checkHandedOut(world: World): string[] {
    this.checked = world;
    const { mergedMeshConfig: { config } } = world;
    const whole = JSON.stringify({ meshConfig: meshConfigOf(this._facts, config) });
    return [...this.handedOut].every(values => values === whole) ? [] : ['helmValues() must be asked for when all that adds to the settings is there, got values that lack what came later; '
      + 'ask for them below it, or when the app is synthesized: Lazy.any({ produce: () => mesh.helmValues() })'];
  }

  /** Where nothing is rendered, nothing is promised either. */
  private onlyDeclare({ defaultDeny, settings, metadata, peerAuthenticationName: name }: ZeroTrustMeshProps, check: LateCheck): void {
    const rendered = { defaultDeny, settings, metadata, peerAuthenticationName: name };
    const [beside] = Object.entries(rendered).flatMap(([prop, value]) => value ? [prop] : []);
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

/** An IstioOperator is for istioctl, and in a file of its own, as no cluster takes it. */
function settingsObjects({ rootNamespace: namespace }: MeshFacts, output: MeshConfigOutput, lateReasons: () => readonly string[]): ObjectRole[] {
  switch (output.kind) {
    case 'helmValues': return [];
    case 'istioOperator': return [{ role: 'settings', chart: 'settings', id: 'Resource', kind: 'IstioOperator', namespace, lateReasons }];
    case 'configMap': {
      const name = output.revision === undefined ? 'istio' : `istio-${output.revision}`;
      return [{ role: 'settings', id: 'settings', kind: 'ConfigMap', namespace, name, lateReasons }];
    }
  }
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
