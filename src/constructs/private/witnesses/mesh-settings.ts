import { ExtensionProviderData } from '../../../intent/extension-provider';
import { DataPlane, MeshFacts } from '../../../intent/mesh';
import { MeshConfigData, OutboundTrafficPolicy } from '../../../intent/mesh-config';
import { AuthorizerProtocol, AuthorizerProvider } from '../../../policy/request/authorizer-provider';
import { MeshSettings } from '../../../policy/request/mesh-settings';
import { PathNormalization } from '../../../policy/request/path-normalization';
import { ProxyKind } from '../../../policy/request/request';

/**
 * What the evaluator needs to know of the mesh. Where no version is stated, it takes the newest.
 *
 * @param areAll whether the mesh has no other settings: without, authorizers are known only where some are stated
 */
export function meshSettings(mesh: MeshFacts, config: MeshConfigData = {}, areAll = false): MeshSettings {
  const { trustDomain, trustDomainAliases, rootNamespace, istioNamespace, istioVersion, dataPlane } = mesh;
  const { pathNormalization, outboundTrafficPolicy, numTrustedProxies, caCertificates = [], extensionProviders = [] } = config;
  const authorizers = extensionProviders.flatMap(authorizerOf);
  return {
    trustDomain,
    trustDomainAliases: [...trustDomainAliases],
    rootNamespace,
    ...istioNamespace === rootNamespace ? {} : { istioNamespace },
    ...istioVersion === undefined ? {} : { istioVersion },
    defaultProxy: dataPlane === DataPlane.AMBIENT ? ProxyKind.ZTUNNEL : ProxyKind.SIDECAR,
    ...pathNormalization === undefined ? {} : { pathNormalization: pathNormalization as PathNormalization },
    ...outboundTrafficPolicy === undefined ? {} : { outbound: { registryOnly: outboundTrafficPolicy === OutboundTrafficPolicy.REGISTRY_ONLY } },
    ...numTrustedProxies === undefined ? {} : { trustedProxies: numTrustedProxies },
    ...caCertificates.length === 0 ? {} : { foreignTrustDomains: caCertificates.flatMap(({ trustDomains }) => trustDomains) },
    ...areAll || authorizers.length > 0 ? { authorizerProviders: authorizers } : {},
  };
}

function authorizerOf(provider: ExtensionProviderData): AuthorizerProvider[] {
  switch (provider.kind) {
    case 'extAuthzGrpc': return [{ name: provider.name, protocol: AuthorizerProtocol.GRPC }];
    case 'extAuthzHttp': {
      const { name, headersToUpstreamOnAllow } = provider;
      const headers = headersToUpstreamOnAllow.length === 0 ? {} : { headersToUpstreamOnAllow: [...headersToUpstreamOnAllow] };
      return [{ name, protocol: AuthorizerProtocol.HTTP, ...headers }];
    }
    case 'accessLog': return [];
  }
}
