import { ProxyKind } from './request';

/** How proxies rewrite a path before any policy sees it: `meshConfig.pathNormalization.normalization`. */
export enum PathNormalization {
  /** As sent. */
  NONE = 'NONE',
  /** Dot segments, backslashes and needless escapes are resolved. Istio's default. */
  BASE = 'BASE',
  /** BASE, and several slashes become one. */
  MERGE_SLASHES = 'MERGE_SLASHES',
  /** MERGE_SLASHES, and `%2F` and `%5C` are decoded first. */
  DECODE_AND_MERGE_SLASHES = 'DECODE_AND_MERGE_SLASHES',
}

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
   * @default istio-system
   */
  readonly rootNamespace?: string;

  /**
   * How proxies rewrite paths.
   *
   * @default PathNormalization.BASE
   */
  readonly pathNormalization?: PathNormalization;

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
   * Version of Istio, such as `1.29` or `1.30.1`; without a patch, the first release of that minor.
   *
   * @default 1.32
   */
  readonly istioVersion?: string;

  /**
   * Proxy of workloads in a namespace that the manifests do not contain: sidecar or ztunnel.
   *
   * @default ProxyKind.SIDECAR
   */
  readonly defaultProxy?: ProxyKind;
}

/** Behaviour of the evaluator that came with a version of Istio, and that version. */
const SINCE = {
  serviceAccounts: '1.25.0',
  gatewayClassTarget: '1.25.0',
  sniAtWaypoints: '1.25.0',
  spaceDelimitedClaims: '1.28.0',
  quotedPatterns: '1.30.0',
  outputHeadersAlwaysRemoved: '1.32.0',
  strictProviderNames: '1.30.0',
  trustDomains: '1.30.2',
} as const;

export type Feature = keyof typeof SINCE;

/** The settings that are asked for as they are. */
type Asked = 'trustDomain' | 'rootNamespace' | 'pathNormalization' | 'trustedProxies' | 'autoMutualTls' | 'defaultProxy';

/** The settings with every default filled in. */
export interface Mesh extends Required<Pick<MeshSettings, Asked>> {
  /** The trust domain, then its aliases. */
  readonly trustDomains: readonly string[];
  /** Undefined where nobody says which there are. */
  readonly authorizerProviders?: readonly AuthorizerProvider[];
  /** What the identities of clients that are accepted begin with. */
  readonly clientPrefixes: readonly string[];
  /** Whether the version of Istio has a behaviour. */
  has(feature: Feature): boolean;
}

export function resolveMesh(settings: MeshSettings = {}): Mesh {
  const trustDomain = settings.trustDomain ?? 'cluster.local';
  const trustDomains = [trustDomain, ...settings.trustDomainAliases ?? []];
  const version = versionNumbers(settings.istioVersion ?? '1.32');
  return {
    trustDomain,
    trustDomains,
    clientPrefixes: [...trustDomains, ...settings.foreignTrustDomains ?? []].map(name => name === '*' ? '' : `spiffe://${name}/`),
    rootNamespace: settings.rootNamespace ?? 'istio-system',
    pathNormalization: settings.pathNormalization ?? PathNormalization.BASE,
    authorizerProviders: settings.authorizerProviders,
    trustedProxies: settings.trustedProxies ?? 0,
    autoMutualTls: settings.autoMutualTls ?? true,
    defaultProxy: settings.defaultProxy ?? ProxyKind.SIDECAR,
    has: feature => !isBefore(version, versionNumbers(SINCE[feature])),
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
