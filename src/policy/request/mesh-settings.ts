import { AuthorizerProvider } from './authorizer-provider';
import { ConnectionSettings, RequestRules, requestRules } from './connection-settings';
import { Feature, featuresOf } from './feature';
import { Identities } from './identities';
import { Injection, InjectionSettings, resolveInjection } from './injection-settings';
import { readSwitch, Switch } from './istiod-switches';
import { Outbound, OutboundSettings, resolveOutbound } from './outbound-settings';
import { PathNormalization } from './path-normalization';
import { ProxyKind } from './request';
import { ServiceEntryVisibility } from './service-entry-visibility';
import { LabelSelector } from '../../istio/label-selector';

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
  const features = featuresOf(settings.istioVersion ?? '1.32');
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
