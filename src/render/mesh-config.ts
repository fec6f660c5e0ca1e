import { authoritySettings, istiodValues, ztunnelValues } from './certificate-authority';
import { GrpcAuthorizerData, ExtensionProviderData, HttpAuthorizerData } from '../intent/extension-provider';
import { MeshFacts } from '../intent/mesh';
import { MeshConfigData, MeshConfigOutput } from '../intent/mesh-config';
import { yamlOf } from '../istio/yaml-writer';
import { unreachable } from '../util/unreachable';

/** The MeshConfig that says what an app states of the mesh, and nothing else. */
export function meshConfigOf({ trustDomain, trustDomainAliases, rootNamespace }: MeshFacts, config: MeshConfigData): object {
  const { pathNormalization, outboundTrafficPolicy, numTrustedProxies, minProtocolVersion, certificateAuthority } = config;
  const { caCertificates = [], extensionProviders = [] } = config;
  const proxyMetadata = certificateAuthority === undefined ? {} : authoritySettings(certificateAuthority).proxyMetadata;
  const defaultConfig = {
    ...numTrustedProxies === undefined ? {} : { gatewayTopology: { numTrustedProxies } },
    ...Object.keys(proxyMetadata).length === 0 ? {} : { proxyMetadata },
  };
  return {
    trustDomain,
    ...ifAny('trustDomainAliases', trustDomainAliases),
    rootNamespace,
    ...ifAny('caCertificates', caCertificates.map(({ pem, trustDomains }) => ({ pem, trustDomains: [...trustDomains] }))),
    ...minProtocolVersion === undefined ? {} : { meshMTLS: { minProtocolVersion } },
    ...pathNormalization === undefined ? {} : { pathNormalization: { normalization: pathNormalization } },
    ...outboundTrafficPolicy === undefined ? {} : { outboundTrafficPolicy: { mode: outboundTrafficPolicy } },
    ...Object.keys(defaultConfig).length === 0 ? {} : { defaultConfig },
    ...ifAny('extensionProviders', extensionProviders.map(providerOf)),
  };
}

/** Values for Helm's chart istiod. */
export function helmValuesOf(mesh: MeshFacts, config: MeshConfigData): { [value: string]: unknown } {
  return { meshConfig: meshConfigOf(mesh, config), ...valuesOfIstiod(mesh, config) };
}

/** Its charts take istiod to be in `istio-system`. */
function valuesOfIstiod({ istioNamespace, rootNamespace }: MeshFacts, { certificateAuthority }: MeshConfigData): { readonly global?: object } {
  const values: { readonly global?: object } = istiodValues(certificateAuthority);
  return istioNamespace === rootNamespace ? values : { ...values, global: { istioNamespace, ...values.global } };
}

/** What an IstioOperator hands on to the charts of istiod and ztunnel. */
function chartValues(mesh: MeshFacts, config: MeshConfigData): object {
  const ztunnel = ztunnelValues(config.certificateAuthority);
  const values = { ...valuesOfIstiod(mesh, config), ...Object.keys(ztunnel).length === 0 ? {} : { ztunnel } };
  return Object.keys(values).length === 0 ? {} : { values };
}

/**
 * The object that holds the MeshConfig: `spec` of an IstioOperator, `data` of the ConfigMap of istiod. In that there must be what istiod's chart writes there as well,
 * without which proxies do not find an istiod of another namespace, and nothing is counted.
 */
export function meshDocument(mesh: MeshFacts, config: MeshConfigData, output: MeshConfigOutput): object {
  const meshConfig = meshConfigOf(mesh, config) as { readonly defaultConfig?: object };
  switch (output.kind) {
    case 'helmValues': return helmValuesOf(mesh, config);
    case 'istioOperator': return { meshConfig, ...chartValues(mesh, config) };
    case 'configMap': {
      const istiod = output.revision === undefined ? 'istiod' : `istiod-${output.revision}`;
      const defaultConfig = { discoveryAddress: `${istiod}.${mesh.istioNamespace}.svc:15012`, ...meshConfig.defaultConfig };
      return { mesh: yamlOf({ ...meshConfig, defaultConfig, defaultProviders: { metrics: ['prometheus'] } }), meshNetworks: 'networks: {}\n' };
    }
    default: return unreachable(output);
  }
}

function providerOf(provider: ExtensionProviderData): object {
  const { name } = provider;
  switch (provider.kind) {
    case 'extAuthzGrpc': return { name, envoyExtAuthzGrpc: authorizerOf(provider) };
    case 'extAuthzHttp': return { name, envoyExtAuthzHttp: httpAuthorizerOf(provider) };
    case 'accessLog': return { name, envoyFileAccessLog: { path: provider.path, ...provider.labels ? { logFormat: { labels: { ...provider.labels } } } : {} } };
    default: return unreachable(provider);
  }
}

/** Whether it fails open, and how long it may take, is always said: by default an authorizer may take ten minutes. */
function authorizerOf({ service, port, timeoutMillis, failOpenReason, statusOnError }: GrpcAuthorizerData | HttpAuthorizerData): object {
  const status = statusOnError === undefined ? {} : { statusOnError: String(statusOnError) };
  return { service, port, timeout: `${timeoutMillis / 1000}s`, failOpen: failOpenReason !== undefined, ...status };
}

function httpAuthorizerOf(provider: HttpAuthorizerData): object {
  const { pathPrefix, includeRequestHeadersInCheck, headersToUpstreamOnAllow, headersToDownstreamOnDeny } = provider;
  return {
    ...authorizerOf(provider),
    ...pathPrefix === undefined ? {} : { pathPrefix },
    ...ifAny('includeRequestHeadersInCheck', includeRequestHeadersInCheck),
    ...ifAny('headersToUpstreamOnAllow', headersToUpstreamOnAllow),
    ...ifAny('headersToDownstreamOnDeny', headersToDownstreamOnDeny),
  };
}

function ifAny(field: string, values: readonly unknown[]): object { return values.length === 0 ? {} : { [field]: [...values] }; }
