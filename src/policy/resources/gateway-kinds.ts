import { LABEL_SELECTOR } from './istio-values';
import { BACKEND_REFS, FILTERS, HTTP_ROUTE, NAMED_MATCH, PARENT_REF, VIRTUAL_SERVICE } from './route-kinds';
import { flag, list, number, object, record, text } from '../../util/shape';

// What is read of the gateways and routes of both APIs, Istio's and that of Kubernetes.

const labels = record(text);

const server = object({
  bind: text,
  port: object({ number, protocol: text, name: text }),
  hosts: list(text),
  tls: object({ mode: text, httpsRedirect: flag }),
});

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
const routeTo = { parentRefs: list(PARENT_REF), hostnames: list(text) };

const grpcMatch = object({ method: object({ type: text, service: text, method: text }), headers: list(NAMED_MATCH) });

/** The shapes of `spec`. */
export const GATEWAY_KINDS = {
  Gateway: object({ selector: labels, servers: list(server) }),
  VirtualService: VIRTUAL_SERVICE,
  GatewayClass: object({ controllerName: text }),
  KubernetesGateway: object({
    gatewayClassName: text,
    addresses: list(object({ type: text, value: text })),
    infrastructure: object({ labels, annotations: labels }),
    listeners: list(listener),
    allowedListeners: object({ namespaces: fromNamespaces }),
    tls: object({ frontend: object({ default: object({ validation }), perPort: list(object({ port: number, tls: object({ validation }) })) }) }),
  }),
  ListenerSet: object({ parentRef: PARENT_REF, listeners: list(listener) }),
  HTTPRoute: HTTP_ROUTE,
  GRPCRoute: object({
    ...routeTo,
    rules: list(object({ matches: list(grpcMatch), filters: FILTERS, backendRefs: BACKEND_REFS })),
  }),
  BackendTLSPolicy: object({
    targetRefs: list(object({ group: text, kind: text, name: text, sectionName: text })),
    validation: object({ hostname: text, subjectAltNames: list(object({ type: text, hostname: text, uri: text })) }),
  }),
  TLSRoute: object({ ...routeTo, rules: list(object({ backendRefs: BACKEND_REFS })) }),
  TCPRoute: object({ parentRefs: list(PARENT_REF), rules: list(object({ backendRefs: BACKEND_REFS })) }),
};
