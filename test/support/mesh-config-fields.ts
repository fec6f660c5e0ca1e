/**
 * The fields of a MeshConfig, by the path of the message that has them (`[]` for what a list holds): all of the top, and of what is rendered all that Istio 1.24 knows.
 *
 * @see https://istio.io/v1.24/docs/reference/config/istio.mesh.v1alpha1/
 */
const FIELDS: Readonly<Record<string, string>> = {
  '': `accessLogEncoding accessLogFile accessLogFormat ca caCertificates certificates configSources connectTimeout defaultConfig defaultDestinationRuleExportTo
    defaultHttpRetryPolicy defaultProviders defaultServiceExportTo defaultVirtualServiceExportTo disableEnvoyListenerLog discoverySelectors dnsRefreshRate enableAutoMtls
    enableEnvoyAccessLogService enablePrometheusMerge enableTracing extensionProviders h2UpgradePolicy inboundClusterStatName inboundTrafficPolicy ingressClass
    ingressControllerMode ingressSelector ingressService localityLbSetting meshMTLS outboundClusterStatName outboundTrafficPolicy pathNormalization protocolDetectionTimeout
    proxyHttpPort proxyInboundListenPort proxyListenPort rootNamespace serviceSettings tcpKeepalive tlsDefaults trustDomain trustDomainAliases verifyCertificateAtClient`,
  'caCertificates[]': 'pem spiffeBundleUrl certSigners trustDomains',
  'meshMTLS': 'minProtocolVersion ecdhCurves cipherSuites',
  'pathNormalization': 'normalization',
  'outboundTrafficPolicy': 'mode',
  'defaultConfig': 'gatewayTopology discoveryAddress',
  'defaultConfig.gatewayTopology': 'numTrustedProxies forwardClientCertDetails proxyProtocol',
  'defaultProviders': 'tracing metrics accessLogging',
  'extensionProviders[]': 'name envoyExtAuthzHttp envoyExtAuthzGrpc envoyFileAccessLog',
  'extensionProviders[].envoyExtAuthzGrpc': 'service port timeout failOpen statusOnError includeRequestBodyInCheck',
  'extensionProviders[].envoyExtAuthzHttp': `service port timeout failOpen statusOnError includeRequestBodyInCheck pathPrefix includeRequestHeadersInCheck
    includeAdditionalHeadersInCheck headersToUpstreamOnAllow headersToDownstreamOnDeny headersToDownstreamOnAllow`,
  'extensionProviders[].envoyFileAccessLog': 'path logFormat',
  'extensionProviders[].envoyFileAccessLog.logFormat': 'text labels',
};

/** Maps whose keys are anybody's. */
const MAPS = ['extensionProviders[].envoyFileAccessLog.logFormat.labels'];

/** Keys that istiod would ignore without a word, by their path. */
export function unknownFields(value: unknown, at = ''): string[] {
  if (Array.isArray(value)) { return value.flatMap(item => unknownFields(item, `${at}[]`)); }
  if (typeof value !== 'object' || value === null || MAPS.includes(at)) { return []; }
  const known = FIELDS[at]?.split(/\s+/) ?? [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const path = at === '' ? key : `${at}.${key}`;
    return known.includes(key) ? unknownFields(inner, path) : [path];
  });
}
