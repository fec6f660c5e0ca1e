import { LABEL_SELECTOR } from './istio-values';
import { flag, list, number, object, record, text } from '../../util/shape';

// What is read of the gateways and routes of both APIs, Istio's and that of Kubernetes.

const labels = record(text);

const server = object({
  bind: text,
  port: object({ number, protocol: text, name: text }),
  hosts: list(text),
  tls: object({ mode: text, httpsRedirect: flag }),
});

const stringMatch = object({ exact: text, prefix: text, regex: text });
const stringMatches = record(stringMatch);
const httpMatch = object({
  uri: stringMatch,
  ignoreUriCase: flag,
  scheme: stringMatch,
  method: stringMatch,
  authority: stringMatch,
  headers: stringMatches,
  withoutHeaders: stringMatches,
  queryParams: stringMatches,
  port: number,
  gateways: list(text),
  sourceLabels: labels,
  sourceNamespace: text,
});
const l4Match = object({ port: number, gateways: list(text), sniHosts: list(text) });

const parentRef = object({ group: text, kind: text, name: text, namespace: text, sectionName: text, port: number });
const fromNamespaces = object({ from: text, selector: LABEL_SELECTOR });
const validation = object({ mode: text, caCertificateRefs: list(object({ name: text })) });
const listener = object({
  name: text,
  port: number,
  protocol: text,
  hostname: text,
  tls: object({ mode: text, options: labels, certificateRefs: list(object({ name: text, namespace: text })) }),
  allowedRoutes: object({ namespaces: fromNamespaces, kinds: list(object({ group: text, kind: text })) }),
});
const namedMatch = list(object({ type: text, name: text, value: text }));
const backendRefs = list(object({ name: text, weight: number }));
const routeTo = { parentRefs: list(parentRef), hostnames: list(text) };

/** The shapes of `spec`. */
export const GATEWAY_KINDS = {
  Gateway: object({ selector: labels, servers: list(server) }),
  VirtualService: object({
    hosts: list(text),
    gateways: list(text),
    exportTo: list(text),
    http: list(object({
      match: list(httpMatch),
      redirect: object({ redirectCode: number }),
      directResponse: object({ status: number }),
      delegate: object({ name: text, namespace: text }),
    })),
    tcp: list(object({ match: list(l4Match) })),
    tls: list(object({ match: list(l4Match) })),
  }),
  GatewayClass: object({ controllerName: text }),
  KubernetesGateway: object({
    gatewayClassName: text,
    addresses: list(object({ type: text, value: text })),
    infrastructure: object({ labels, annotations: labels }),
    listeners: list(listener),
    allowedListeners: object({ namespaces: fromNamespaces }),
    tls: object({ frontend: object({ default: object({ validation }), perPort: list(object({ port: number, tls: object({ validation }) })) }) }),
  }),
  ListenerSet: object({ parentRef, listeners: list(listener) }),
  HTTPRoute: object({
    ...routeTo,
    rules: list(object({
      matches: list(object({ path: object({ type: text, value: text }), headers: namedMatch, queryParams: namedMatch, method: text })),
      filters: list(object({ type: text, requestRedirect: object({ statusCode: number }) })),
      backendRefs,
    })),
  }),
  GRPCRoute: object({
    ...routeTo,
    rules: list(object({ matches: list(object({ method: object({ type: text, service: text, method: text }), headers: namedMatch })), backendRefs })),
  }),
  TLSRoute: object({ ...routeTo, rules: list(object({})) }),
  TCPRoute: object({ parentRefs: list(parentRef), rules: list(object({})) }),
};
