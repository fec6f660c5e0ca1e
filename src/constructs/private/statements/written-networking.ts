import { NETWORKING_GROUP } from '../../../istio/manifest';
import { list, object, Shaped, text, writtenNumber } from '../../../util/shape';
import { World } from '../index/world';
import { writtenIn } from '../index/written';

const WITH_DESTINATION = object({ destination: object({ host: text }) });
const ROUTES = list(object({ route: list(WITH_DESTINATION), mirror: object({ host: text }), mirrors: list(WITH_DESTINATION) }));

/** What is looked at of rules, entries and routes. */
const WRITTEN = object({
  host: text,
  hosts: list(text),
  exportTo: list(text),
  addresses: list(text),
  ports: list(object({ number: writtenNumber, protocol: text })),
  trafficPolicy: object({ tls: object({}), portLevelSettings: list(object({ tls: object({}) })) }),
  http: ROUTES,
  tcp: ROUTES,
  tls: ROUTES,
});

export type WrittenSpec = NonNullable<Shaped<typeof WRITTEN>>;

/** An object of Istio's networking that no intent states. */
export interface WrittenObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
  readonly spec: WrittenSpec;
}

/** All of a kind. */
export function writtenByHand(kind: string, world: World): WrittenObject[] {
  return writtenIn({ group: NETWORKING_GROUP, kind }, world).map(({ object: { node: { path } }, namespace, name, spec }) =>
    ({ kind, namespace, name, path, spec: WRITTEN(spec) ?? {} }));
}

/** What it is called in messages. */
export function nameOf({ kind, namespace, name, path }: WrittenObject): string { return `${kind} '${namespace}/${name}' at '${path}'`; }

