import { isAt } from './ingress-routes';
import { IngressGatewayData } from '../../../intent/ingress-intent';
import { GATEWAY_API_GROUP, NETWORKING_GROUP } from '../../../istio/manifest';
import { lowerCase } from '../../../policy/workloads/host-name';
import { listenerName } from '../../../render/ingress-gateway';
import { list, map, object, text } from '../../../util/shape';
import { World } from '../index/world';
import { titleOf, writtenIn, Written } from '../index/written';

/** One match of a rule of a route that no intent states, as far as it says what becomes of requests. */
export interface WrittenRule {
  /** The route, for messages. */
  readonly route: string;
  /** The hosts that it is for; none for all of its gateway. */
  readonly hosts: readonly string[];
  /** Patterns of the paths that it is for; all of them, where that is not told by prefix or whole. */
  readonly paths: readonly string[];
  /** Whether these are for paths in any case, and written in lower case. */
  readonly isCaseless?: boolean;
  /** Whether it takes every request for these. */
  readonly takesAll: boolean;
  /** The Services that it leads to, as `NAMESPACE/NAME`, or hosts of others. */
  readonly targets: readonly string[];
  /** What else it has done to them. */
  readonly does: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

/** The rules of others at a gateway, in the order in which they are asked; of several lists nobody knows which is asked first. */
export function writtenRules(gateway: IngressGatewayData, world: World): WrittenRule[][] {
  const isHere = ({ spec, namespace }: Written<object>) => isAt(gateway, spec, namespace);
  const all = (group: string, kind: string) => writtenIn<object>({ group, kind }, world).filter(isHere);
  if (gateway.pods) { return all(NETWORKING_GROUP, 'VirtualService').map(rulesOfVirtualService); }
  const kubernetes = ['HTTPRoute', 'GRPCRoute'].flatMap(kind => all(GATEWAY_API_GROUP, kind).flatMap(route => rulesOfKubernetes(route, gateway)));
  return [kubernetes.sort((one, other) => precision(other) - precision(one))];
}

const TO_HOST = object({ destination: object({ host: text }), headers: map });

const VIRTUAL_SERVICE = object({
  hosts: list(text),
  http: list(object({ match: list(map), route: list(TO_HOST), rewrite: map, delegate: map, headers: map, mirror: map, mirrors: list(map) })),
});

/** Names of matches, and of what is counted by them. */
const NO_CONDITION = ['name', 'statPrefix'];

function rulesOfVirtualService(written: Written<object>): WrittenRule[] {
  const { spec, namespace } = written;
  const route = titleOf(written);
  const { hosts = [], http = [] } = VIRTUAL_SERVICE(spec) ?? {};
  return http.flatMap(({ match = [{}], route: to = [], rewrite, delegate, headers, mirror, mirrors = [] }) => {
    const does = [
      ...rewrite || [headers, ...to.map(one => one.headers)].some(namesHost) ? ['rewrites them'] : [],
      ...delegate ? ['leaves them to another VirtualService'] : [],
      ...mirror || mirrors.length > 0 ? ['sends copies of them elsewhere'] : [],
    ];
    const targets = to.map(({ destination }) => serviceOfHost(destination?.host ?? '', namespace));
    return match.map(({ uri, ignoreUriCase, ...rest }): WrittenRule => {
      const isCaseless = ignoreUriCase === true;
      const { paths, takesAll } = takenBy(pathsOfUri(uri), Object.keys(rest).filter(name => !NO_CONDITION.includes(name)));
      return { route, hosts, paths: isCaseless ? lowerCase(paths) : paths, isCaseless, takesAll, targets, does };
    });
  });
}

const KUBERNETES_ROUTE = object({
  hostnames: list(text),
  parentRefs: list(object({ name: text, sectionName: text })),
  rules: list(object({
    matches: list(map), filters: list(map), backendRefs: list(object({ group: text, kind: text, name: text, namespace: text, filters: list(map) })),
  })),
});

function rulesOfKubernetes(written: Written<object>, gateway: IngressGatewayData): WrittenRule[] {
  const { spec, namespace } = written;
  const route = titleOf(written);
  const { hostnames = [], parentRefs = [], rules = [] } = KUBERNETES_ROUTE(spec) ?? {};
  const sections = parentRefs.filter(({ name }) => name === gateway.name).map(({ sectionName }) => sectionName);
  const hosts = hostnames.length > 0 ? hostnames : hostsOfSections(gateway, sections);
  return rules.flatMap(({ matches = [{}], filters = [], backendRefs = [] }) => {
    const does = [...filters, ...backendRefs.flatMap(one => one.filters ?? [])].flatMap(doneBy);
    const targets = backendRefs.map(({ group = '', name = '', namespace: place = namespace }) => group === '' ? `${place}/${name}` : serviceOfHost(name, place));
    return matches.map(({ path, ...rest }): WrittenRule => ({ route, hosts, ...takenBy(pathsOfMatch(path), Object.keys(rest)), targets, does }));
  });
}

/** Without hosts of its own a route is for those of its listeners, which are known of a gateway that is stated here. */
function hostsOfSections(gateway: IngressGatewayData, sections: readonly (string | undefined)[]): string[] {
  const named = gateway.servers.flatMap(server => server.hosts.map(host => ({ host, name: listenerName(server, host) })));
  const isKnown = !gateway.isExisting && sections.every(section => named.some(({ name }) => name === section));
  return isKnown ? named.filter(({ name }) => sections.includes(name)).map(({ host }) => host) : [];
}

function takenBy(paths: readonly string[] | undefined, conditions: readonly string[]): Pick<WrittenRule, 'paths' | 'takesAll'> {
  return { paths: paths ?? ['*'], takesAll: paths !== undefined && conditions.length === 0 };
}

/** Undefined where it is told by a regular expression. */
function pathsOfUri(uri: unknown): string[] | undefined {
  const { exact, prefix, regex } = (uri ?? {}) as Fields;
  if (typeof exact === 'string') { return [exact]; }
  if (typeof prefix === 'string') { return [`${prefix}*`]; }
  return regex === undefined ? ['*'] : undefined;
}

function pathsOfMatch(path: unknown): string[] | undefined {
  const { type = 'PathPrefix', value = '/' } = (path ?? {}) as Fields;
  const prefix = String(value).replace(/\/$/, '');
  if (type === 'Exact') { return [String(value)]; }
  return type === 'PathPrefix' ? prefix === '' ? ['*'] : [prefix, `${prefix}/*`] : undefined;
}

/** A whole path is asked before prefixes, and a longer prefix before a shorter one. */
function precision({ paths: [path] }: WrittenRule): number { return path === '*' ? 0 : path.length; }

function doneBy(filter: Fields): string[] {
  switch (filter.type) {
    case 'URLRewrite': return ['rewrites them'];
    case 'RequestMirror': return ['sends copies of them elsewhere'];
    case 'ExtensionRef': return ['does with them what nobody here knows'];
    case 'RequestHeaderModifier': return namesHost({ request: filter.requestHeaderModifier }) ? ['rewrites them'] : [];
    default: return [];
  }
}

/** Whether changes of headers are of those that say what is asked for. */
function namesHost(headers: unknown): boolean {
  const { set = {}, add = {} } = ((headers as Fields | undefined)?.request ?? {}) as Fields;
  const names = [set, add].flatMap(some => Array.isArray(some) ? some.map(one => String((one as Fields | null)?.name)) : Object.keys(some as object));
  return names.some(name => ['host', ':authority', ':path', ':method'].includes(name.toLowerCase()));
}

/** A short name is one of the namespace of the route. */
export function serviceOfHost(host: string, namespace: string): string {
  const [name, place, service] = host.toLowerCase().split('.');
  if (place === undefined) { return `${namespace}/${name}`; }
  return service === 'svc' ? `${place}/${name}` : host;
}
