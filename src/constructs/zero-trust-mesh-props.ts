import { ApiObjectMetadata } from 'cdk8s';
import { IConstruct } from 'constructs';
import { CaCertificate } from './ca-certificate';
import { ExtensionProvider } from './extension-provider';
import { MeshSettingsOutput } from './mesh-settings-output';
import { PublicGateway } from './public-gateway';
import { AccessGate } from '../analysis/access-gate';
import { DataPlane } from '../intent/mesh';
import { OutboundTrafficPolicy, TlsVersion } from '../intent/mesh-config';
import { NetworkPolicies } from '../intent/network-policies';
import { PathNormalization } from '../policy/request/path-normalization';
import { InputStruct } from '../util/members';

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
   * The namespace whose policies hold for the whole mesh, as in `meshConfig.rootNamespace`: that of istiod, unless `istioNamespace` says where that is.
   *
   * @default "istio-system"
   */
  readonly rootNamespace?: string;

  /**
   * Where the pods of istiod are, of all of its revisions, where that is not the root namespace, as in `global.istioNamespace`. `networkPolicies` let proxies out to there, and `settings` are written there, where istiod reads
   * them. A name that is a slip for another namespace of the app is refused, as is another one than the app itself has istiod in.
   *
   * @default - the root namespace
   */
  readonly istioNamespace?: string;

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
   * Which NetworkPolicies of Kubernetes each ZeroTrustNamespace has that does not say otherwise: see `NetworkPolicies`.
   *
   * @default - none
   */
  readonly networkPolicies?: NetworkPolicies;

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

  /**
   * What must hold for all requests, whatever the app states: asked of all that is rendered in the cluster of this mesh, hand-written and included policies among it. Where something
   * does not hold, or is not decided, the app is refused when it is synthesized, with a request that shows it. Asked only where nothing else is wrong.
   * Renders nothing.
   *
   * @default - none
   */
  readonly gates?: AccessGate[];
}

/** Its members, as they are checked. */
export const MESH_PROPS: InputStruct<ZeroTrustMeshProps> = {
  name: 'ZeroTrustMeshProps',
  members: {
    appliesTo: 'value',
    trustDomain: 'value',
    trustDomainAliases: 'value',
    rootNamespace: 'value',
    istioNamespace: 'value',
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
    networkPolicies: 'value',
    metadata: 'value',
    peerAuthenticationName: 'value',
    asOf: 'value',
    gates: 'value',
  },
};
