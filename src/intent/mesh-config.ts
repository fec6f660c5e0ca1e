import { ExtensionProviderData } from './extension-provider';

/** What becomes of calls to hosts that are not known in the mesh. */
export enum OutboundTrafficPolicy {
  /** Sidecars refuse them. */
  REGISTRY_ONLY = 'REGISTRY_ONLY',

  /** Sidecars pass them on as they are. Istio's default. */
  ALLOW_ANY = 'ALLOW_ANY',
}

/** The oldest version of TLS that is accepted. */
export enum TlsVersion {
  /** TLS 1.2. Istio's default. */
  TLSV1_2 = 'TLSV1_2',

  /** TLS 1.3. */
  TLSV1_3 = 'TLSV1_3',
}

/** A certificate authority of other trust domains. */
export interface CaCertificateData {
  readonly pem: string;
  readonly trustDomains: readonly string[];
}

/** Settings of the mesh that constructs of an app may state, named as in Istio's MeshConfig; what is left out is as Istio has it. */
export interface MeshConfigData {
  /** A word of `pathNormalization.normalization`. */
  readonly pathNormalization?: string;
  readonly outboundTrafficPolicy?: OutboundTrafficPolicy;
  readonly numTrustedProxies?: number;
  readonly minProtocolVersion?: TlsVersion;
  readonly caCertificates?: readonly CaCertificateData[];
  readonly extensionProviders?: readonly ExtensionProviderData[];
}

/** Where the settings are rendered: nowhere, or by whom they are taken. */
export type MeshConfigOutput =
  | { readonly kind: 'helmValues' }
  | { readonly kind: 'istioOperator' }
  | { readonly kind: 'configMap'; readonly revision?: string };

/** The settings by name, for messages: `pathNormalization`, `extension provider 'opa'`. */
export function settingsNamed({ caCertificates = [], extensionProviders = [], ...words }: MeshConfigData): string[] {
  return [
    ...Object.entries(words).flatMap(([setting, value]) => value === undefined ? [] : [setting]),
    ...caCertificates.map(({ trustDomains }) => `CA certificate of ${trustDomains.map(domain => `'${domain}'`).join(', ')}`),
    ...extensionProviders.map(({ name }) => `extension provider '${name}'`),
  ];
}

/** Why settings are wider than they should be. */
export function reasonsIn({ extensionProviders = [] }: MeshConfigData): string[] {
  return extensionProviders.flatMap(provider => provider.kind === 'accessLog' || provider.failOpenReason === undefined ? [] : [provider.failOpenReason]);
}
