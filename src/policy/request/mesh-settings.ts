import { ConnectionSettings, RequestRules, requestRules } from './connection-settings';
import { Identities } from './identities';
import { Injection, InjectionSettings, resolveInjection } from './injection-settings';
import { readSwitch, Switch } from './istiod-switches';
import { LabelSelector } from './label-selector';
import { Outbound, OutboundSettings, resolveOutbound } from './outbound-settings';
import { PathNormalization } from './path-normalization';
import { ProxyKind } from './request';

/** How a proxy asks an external authorizer. */
export enum AuthorizerProtocol {
  /** `envoyExtAuthzHttp`: never asked about TCP connections, which pass. */
  HTTP = 'HTTP',
  /** `envoyExtAuthzGrpc`. */
  GRPC = 'GRPC',
}

/** An external authorizer of `meshConfig.extensionProviders`. */
export interface AuthorizerProvider {
  /** Name that policies refer to. */
  readonly name: string;
  /** How it is asked. */
  readonly protocol: AuthorizerProtocol;

  /**
   * Headers of a request that it lets pass which an authorizer over HTTP may set: names, or patterns such as `x-auth-*`. One over gRPC may set any.
   *
   * @default - none
   */
  readonly headersToUpstreamOnAllow?: string[];
}

/** Which namespaces see a ServiceEntry: `meshConfig.serviceEntryVisibility`. */
export enum ServiceEntryVisibility {
  /** All. */
  PUBLIC = 'PUBLIC',
  /** Its own; it has no waypoint of another namespace. */
  NAMESPACE = 'NAMESPACE',
  /** None, so that it is as good as not there. */
  NONE = 'NONE',
  /** By rules of `policies`, which are not evaluated: what concerns ServiceEntries in ambient mode is undecided. */
  BY_POLICIES = 'BY_POLICIES',
}

/** The mesh settings that decide about access. */
export interface MeshSettings {
  /**
   * Trust domain of the mesh.
   *
   * @default cluster.local
   */
  readonly trustDomain?: string;

  /**
   * Further names of the trust domain.
   *
   * @default - none
   */
  readonly trustDomainAliases?: string[];

  /**
   * Trust domains of others whose clients are accepted, as in `meshConfig.caCertificates[].trustDomains`. They are no names of the mesh:
   * policies tell them apart. `*` accepts any, as istiod's flag `PILOT_SKIP_VALIDATE_TRUST_DOMAIN` does.
   *
   * @default - none; their clients are refused at TLS
   */
  readonly foreignTrustDomains?: string[];

  /**
   * Namespace whose policies hold for the whole mesh.
   *
   * @default - the namespace of the control plane
   */
  readonly rootNamespace?: string;

  /**
   * Namespace of the control plane: `global.istioNamespace`.
   *
   * @default istio-system
   */
  readonly istioNamespace?: string;

  /**
   * Names of the control planes that are installed; `default` is that which was installed without a name.
   *
   * @default - not known: `default`, and those that labels name
   */
  readonly revisions?: string[];

  /**
   * Whether labels may name revisions and tags that are not given here.
   *
   * @default - only where `revisions` is not given
   */
  readonly otherRevisions?: boolean;

  /**
   * Further names of revisions that labels of namespaces and pods may use, and the revision of each.
   *
   * @default - none
   */
  readonly revisionTags?: { [tag: string]: string };

  /**
   * The revision that Gateways without a label belong to, where there is no tag `default`: `defaultRevision` of the chart `base`. Empty for none.
   *
   * @default default
   */
  readonly defaultRevision?: string;

  /**
   * Namespaces that the control plane reads: `meshConfig.discoverySelectors`.
   *
   * @default - all
   */
  readonly discoverySelectors?: LabelSelector[];

  /**
   * Which pods get a sidecar, and what it takes of their connections.
   *
   * @default - as Istio is installed where nothing is said
   */
  readonly injection?: InjectionSettings;

  /**
   * Namespaces that are never in ambient mode: `excludeNamespaces` of the chart `cni`.
   *
   * @default - kube-system
   */
  readonly ambientExcludedNamespaces?: string[];

  /**
   * How proxies rewrite paths.
   *
   * @default PathNormalization.BASE
   */
  readonly pathNormalization?: PathNormalization;

  /**
   * What proxies do with slashes and with underscores, where it is not what the normalization of paths says: `meshConfig.defaultConfig.connectionSettings`.
   *
   * @default - none
   */
  readonly connectionSettings?: ConnectionSettings;

  /**
   * External authorizers.
   *
   * @default - those of the MeshConfig in the manifests. Without any, those that policies name are taken to exist, with a note; of a MeshConfig
   * or a list that lacks them, CUSTOM policies refuse what they match
   */
  readonly authorizerProviders?: AuthorizerProvider[];

  /**
   * Trusted proxies in front of gateways.
   *
   * @default 0
   */
  readonly trustedProxies?: number;

  /**
   * Whether clients with a sidecar use mutual TLS by themselves where the server does: `meshConfig.enableAutoMtls`.
   *
   * @default true
   */
  readonly autoMutualTls?: boolean;

  /**
   * What sidecars know of the mesh, and what they send.
   *
   * @default - as Istio is installed where nothing is said
   */
  readonly outbound?: OutboundSettings;

  /**
   * Which namespaces see ServiceEntries in ambient mode, since Istio 1.31.
   *
   * @default ServiceEntryVisibility.PUBLIC
   */
  readonly serviceEntryVisibility?: ServiceEntryVisibility;

  /**
   * Version of Istio, such as `1.29` or `1.30.1`; without a patch, the first release of that minor.
   *
   * @default 1.32
   */
  readonly istioVersion?: string;

  /**
   * Environment variables of istiod, of which some are switches that change what policies mean, such as
   * `PILOT_ENABLE_MULTIPLE_CUSTOM_AUTHZ_PROVIDERS`. Others are not looked at.
   *
   * @default - none; every switch is as Istio has it, and an answer that one could change has a note
   */
  readonly istiodEnvironment?: { [variable: string]: string };

  /**
   * Proxy of workloads in a namespace that the manifests do not contain: sidecar or ztunnel.
   *
   * @default ProxyKind.SIDECAR
   */
  readonly defaultProxy?: ProxyKind;
}

/** Behaviour of the evaluator that came with a version of Istio, and that version. */
const SINCE = {
  ingressOfNamespaces: '1.25.0',
  ingressToHeadless: '1.25.0',
  allocatedAddresses: '1.25.0',
  wrappedWaypoints: '1.27.0',
  eastWestExempt: '1.27.0',
  goTruthOfIngress: '1.30.0',
  waypointCanaries: '1.31.0',
  serviceEntryVisibility: '1.31.0',
  serviceAccounts: '1.25.0',
  gatewayClassTarget: '1.25.0',
  sniAtWaypoints: '1.25.0',
  emptyPortsWithPlugin: '1.25.0',
  ambientExclusions: '1.26.0',
  strictInjectLabel: '1.27.0',
  connectionSettings: '1.31.0',
  spaceDelimitedClaims: '1.28.0',
  quotedPatterns: '1.30.0',
  outputHeadersAlwaysRemoved: '1.32.0',
  strictProviderNames: '1.30.0',
  tunnelPastBypass: '1.29.0',
  trustDomains: '1.30.2',
  gatewaysOfAllRevisions: '1.31.0',
  strictGatewayMerging: '1.31.0',
} as const;

export type Feature = keyof typeof SINCE;

/** The settings that are asked for as they are. */
type Asked = 'trustDomain' | 'rootNamespace' | 'istioNamespace' | 'pathNormalization' | 'trustedProxies' | 'autoMutualTls' | 'defaultProxy'
  | 'otherRevisions' | 'revisionTags' | 'defaultRevision' | 'ambientExcludedNamespaces' | 'serviceEntryVisibility';

/** The settings with every default filled in. */
export interface Mesh extends Required<Pick<MeshSettings, Asked>> {
  /** The trust domain, then its aliases. */
  readonly trustDomains: readonly string[];
  /** Undefined where nobody says which there are. */
  readonly authorizerProviders?: readonly AuthorizerProvider[];
  /** What the identities of clients that are accepted begin with. */
  readonly clientPrefixes: readonly string[];
  /** The identities of its service accounts. */
  readonly identities: Identities;
  /** Undefined where nothing is said, and before there were any. */
  readonly connectionSettings?: ConnectionSettings;
  /** What becomes of requests before any policy sees them. */
  readonly requestRules: RequestRules;
  readonly outbound: Outbound;
  /** Whether the environment of istiod is known, so that its switches are no assumption. */
  readonly knowsSwitches: boolean;
  /** Undefined where they are not known. */
  readonly revisions?: readonly string[];
  /** Undefined for all namespaces. */
  readonly discoverySelectors?: readonly LabelSelector[];
  readonly injection: Injection;
  /** Whether the version of Istio has a behaviour. */
  has(feature: Feature): boolean;
  /** How a switch of istiod stands. */
  flag(name: Switch): boolean;
}

export function resolveMesh(settings: MeshSettings = {}): Mesh {
  const trustDomain = settings.trustDomain ?? 'cluster.local';
  const trustDomains = [trustDomain, ...settings.trustDomainAliases ?? []];
  const version = versionNumbers(settings.istioVersion ?? '1.32');
  const features = new Set(Object.entries(SINCE).filter(([, since]) => !isBefore(version, versionNumbers(since))).map(([feature]) => feature));
  const has = (feature: Feature) => features.has(feature);
  const flag = (name: Switch) => readSwitch(settings.istiodEnvironment, name);
  const accepted = flag('PILOT_SKIP_VALIDATE_TRUST_DOMAIN') ? ['*'] : [...trustDomains, ...settings.foreignTrustDomains ?? []];
  const istioNamespace = settings.istioNamespace ?? 'istio-system';
  const pathNormalization = settings.pathNormalization ?? PathNormalization.BASE;
  const connectionSettings = has('connectionSettings') ? settings.connectionSettings : undefined;
  return {
    trustDomain,
    trustDomains,
    clientPrefixes: accepted.map(name => name === '*' ? '' : `spiffe://${name}/`),
    identities: new Identities(trustDomain),
    rootNamespace: settings.rootNamespace ?? istioNamespace,
    istioNamespace,
    revisions: settings.revisions,
    otherRevisions: settings.otherRevisions ?? settings.revisions === undefined,
    revisionTags: settings.revisionTags ?? {},
    defaultRevision: settings.defaultRevision ?? 'default',
    discoverySelectors: settings.discoverySelectors?.length ? settings.discoverySelectors : undefined,
    injection: resolveInjection(settings.injection),
    ambientExcludedNamespaces: settings.ambientExcludedNamespaces ?? ['kube-system'],
    pathNormalization,
    connectionSettings,
    requestRules: requestRules(pathNormalization, connectionSettings),
    authorizerProviders: settings.authorizerProviders,
    trustedProxies: settings.trustedProxies ?? 0,
    autoMutualTls: settings.autoMutualTls ?? true,
    outbound: resolveOutbound(settings.outbound),
    defaultProxy: settings.defaultProxy ?? ProxyKind.SIDECAR,
    serviceEntryVisibility: settings.serviceEntryVisibility ?? ServiceEntryVisibility.PUBLIC,
    has,
    flag,
    knowsSwitches: settings.istiodEnvironment !== undefined,
  };
}

function versionNumbers(text: string): number[] {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  if (!match) throw new Error(`istioVersion must be like 1.29 or 1.30.1, got '${text}'`);
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

function isBefore(a: number[], b: number[]): boolean {
  const differs = a.findIndex((part, index) => part !== b[index]);
  return differs >= 0 && a[differs] < b[differs];
}
