import { NETWORKING_GROUP } from '../../../istio/manifest';
import { list, object, Shaped, text, writtenNumber } from '../../../util/shape';
import { unique } from '../../../util/text';
import { World } from '../index/world';
import { Written, writtenIn } from '../index/written';

const WITH_DESTINATION = object({ destination: object({ host: text }) });
const ROUTES = list(object({
  match: list(object({ sourceNamespace: text })),
  route: list(WITH_DESTINATION),
  mirror: object({ host: text }),
  mirrors: list(WITH_DESTINATION),
  delegate: object({ name: text, namespace: text }),
}));

const LOAD_BALANCER = object({ simple: text });
const PORTS = list(object({ port: object({ number: writtenNumber }), tls: object({}), loadBalancer: LOAD_BALANCER }));
const TRAFFIC_POLICY = object({
  tls: object({}), loadBalancer: LOAD_BALANCER, tunnel: object({}), proxyProtocol: object({}), portLevelSettings: PORTS,
});

/** What is looked at of rules, entries and routes. */
const WRITTEN = object({
  host: text,
  hosts: list(text),
  gateways: list(text),
  exportTo: list(text),
  addresses: list(text),
  ports: list(object({ number: writtenNumber, protocol: text })),
  endpoints: list(object({})),
  workloadSelector: object({}),
  trafficPolicy: TRAFFIC_POLICY,
  subsets: list(object({ trafficPolicy: TRAFFIC_POLICY })),
  http: ROUTES,
  tcp: ROUTES,
  tls: ROUTES,
});

export type WrittenSpec = NonNullable<Shaped<typeof WRITTEN>>;

/** An object of Istio's networking that no intent states. */
export type WrittenObject = Written<WrittenSpec>;

/** All of a kind. */
export function writtenByHand(kind: string, world: World): WrittenObject[] {
  return writtenIn({ group: NETWORKING_GROUP, kind }, world).map(one => ({ ...one, spec: WRITTEN(one.spec) ?? {} }));
}

/** Whether an object is there for clients of a namespace, by what it says itself. */
export function isExported({ exportTo = [] }: { readonly exportTo?: readonly string[] }, namespace: string, to: string): boolean {
  return (exportTo.length > 0 ? exportTo : ['*']).some(place => place === '*' || place === to || (place === '.' && namespace === to));
}

/** One of the rules of a route. */
export type WrittenRoute = NonNullable<WrittenSpec['http']>[number];

/** The hosts that rules of a route lead to, or send copies to, as they are written. */
export function targetsOf(rules: readonly WrittenRoute[]): string[] {
  const destinations = rules.flatMap(({ route = [], mirror, mirrors = [] }) =>
    [mirror, ...[...route, ...mirrors].map(({ destination }) => destination)]);
  return unique(destinations.flatMap(destination => destination?.host ?? []));
}
