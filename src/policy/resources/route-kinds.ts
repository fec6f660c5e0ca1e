import { filled, flag, list, number, object, record, Shape, Shaped, text } from '../../util/shape';

// What is read of routes: VirtualServices, and routes of the Gateway API.

const labels = record(text);
const present: Shape<true> = value => value === null ? undefined : true;

const textMatch = object({ exact: text, prefix: text, regex: text });
const headerChange = object({ set: labels, add: labels, remove: list(text) });
const headers = object({ request: headerChange });
const destination = object({ host: text, subset: text, port: object({ number }) });
const weighted = list(object({ destination, weight: number, headers }));

const httpMatch = object({
  uri: textMatch,
  ignoreUriCase: flag,
  method: textMatch,
  authority: textMatch,
  scheme: textMatch,
  headers: record(textMatch),
  withoutHeaders: record(textMatch),
  queryParams: record(textMatch),
  port: number,
  sourceLabels: labels,
  sourceNamespace: text,
  gateways: list(text),
});

const httpRule = object({
  match: list(httpMatch),
  route: weighted,
  rewrite: object({ uri: text, authority: text, uriRegexRewrite: present }),
  headers,
  redirect: object({ redirectCode: number }),
  directResponse: object({ status: number }),
  delegate: object({ name: text, namespace: text }),
  mirror: destination,
  mirrors: list(object({ destination })),
  fault: object({ abort: present }),
});

const connectionMatch = object({
  port: number,
  destinationSubnets: list(text),
  sourceLabels: labels,
  sourceNamespace: text,
  gateways: list(text),
  sniHosts: list(text),
});
const connectionRule = object({ match: list(connectionMatch), route: weighted });

export const VIRTUAL_SERVICE = object({
  hosts: list(text),
  gateways: list(text),
  exportTo: list(text),
  http: list(httpRule),
  tcp: list(connectionRule),
  tls: list(connectionRule),
});

export const NAMED_MATCH = filled(object({ type: text, name: text, value: text }), { name: '', value: '' });
const filter = object({
  type: text,
  requestRedirect: object({ statusCode: number }),
  requestHeaderModifier: object({ set: list(NAMED_MATCH), add: list(NAMED_MATCH), remove: list(text) }),
  requestMirror: object({ backendRef: object({ kind: text, name: text, namespace: text, port: number }) }),
  urlRewrite: object({ hostname: text, path: object({ type: text, replaceFullPath: text, replacePrefixMatch: text }) }),
});
export const FILTERS = list(filter);
export const BACKEND_REFS = list(object({ kind: text, name: text, namespace: text, port: number, weight: number, filters: FILTERS }));
const routeMatch = object({
  path: object({ type: text, value: text }),
  headers: list(NAMED_MATCH),
  queryParams: list(NAMED_MATCH),
  method: text,
});
export const PARENT_REF = object({ kind: text, name: text, namespace: text, sectionName: text, port: number });

export const HTTP_ROUTE = object({
  parentRefs: list(PARENT_REF),
  hostnames: list(text),
  rules: list(object({ matches: list(routeMatch), filters: FILTERS, backendRefs: BACKEND_REFS })),
});

export type TextMatch = Shaped<typeof textMatch>;
export type HttpMatch = Shaped<typeof httpMatch>;
export type HeaderChange = Shaped<typeof headerChange>;
export type VirtualServiceRule = Shaped<typeof httpRule>;
export type ConnectionRule = Shaped<typeof connectionRule>;
export type WeightedDestination = Shaped<typeof weighted>[number];
export type RouteFilter = Shaped<typeof filter>;
export type BackendRef = Shaped<typeof BACKEND_REFS>[number];
export type HttpRouteRule = NonNullable<Shaped<typeof HTTP_ROUTE>['rules']>[number];
