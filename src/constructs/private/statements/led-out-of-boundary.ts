import { isExported, targetsOf, writtenByHand, WrittenObject, WrittenRoute } from './written-networking';
import { KnownHost } from '../../../intent/egress-intent';
import { GATEWAY_API_GROUP } from '../../../istio/manifest';
import { fullHost, hostOfService, overlap } from '../../../policy/workloads/host-name';
import { list, object, text } from '../../../util/shape';
import { few, unique } from '../../../util/text';
import { Problem } from '../index/complaint';
import { StatedBounds } from '../index/egress-boundaries';
import { World } from '../index/world';
import { titleOf, writtenIn } from '../index/written';

/** A route that no intent states, and that sidecars may go by. */
interface Route {
  /** What it is called in messages. */
  readonly name: string;
  readonly namespace: string;
  /** The hosts that it is for, in full. */
  readonly hosts: readonly string[];
  /** Those that it leads to or sends copies to, in full. */
  readonly targets: readonly string[];
}

/** Sidecars know, beside the hosts that are listed, whatever the routes lead to by which they go: those of a namespace of which a host is listed, for that host. */
export function ledOutOfBoundary({ within }: StatedBounds, hosts: readonly KnownHost[], world: World): Problem[] {
  const { rootNamespace } = world.mesh;
  const listed = [...hosts, { namespace: rootNamespace, host: '*' }];
  const elsewhere = writtenByHand('ServiceEntry', world).filter(({ namespace }) => namespace !== rootNamespace).flatMap(({ spec: { hosts: own = [] } }) => own);
  const isOfRoot = (target: string) => target.endsWith(`.${rootNamespace}.svc.cluster.local`) && !elsewhere.some(host => overlap(host, target));
  const isKnown = (target: string) => isOfRoot(target) || hosts.some(({ host }) => host === target);
  const isGoneBy = (route: Route) => listed.some(({ namespace, host }) => (namespace === '*' || namespace === route.namespace) && route.hosts.some(one => overlap(one, host)));
  return [...virtualServices(within, world), ...kubernetesRoutes(world)].filter(isGoneBy).flatMap(({ name, targets }) => {
    const unstated = targets.filter(target => !isKnown(target));
    return unstated.length === 0 ? [] : [{
      message: `${name} makes ${few(unstated)} known to the sidecars within, as it leads some of what they call there, and no intent states that they call it; take it out of the route, or state who calls it: by an EgressAccess where `
        + 'it is outside of the cluster, else by a ServiceAccess for its workload or by otherServices',
      cause: `led by ${name} from ${within}`,
    }];
  });
}

function virtualServices(within: string, world: World): Route[] {
  const all = writtenByHand('VirtualService', world);
  const isForSidecars = ({ spec: { gateways = [], exportTo }, namespace }: WrittenObject) =>
    (gateways.length === 0 || gateways.includes('mesh')) && isExported({ exportTo }, namespace, within);
  return all.filter(isForSidecars).map(route => ({
    name: titleOf(route),
    namespace: route.namespace,
    hosts: inFull(route.spec.hosts, route.namespace),
    targets: unique([...ownTargets(route, within), ...delegatedTargets(route, within, all)]),
  }));
}

function inFull(hosts: readonly string[] = [], namespace: string): string[] {
  return hosts.map(host => fullHost(host, namespace).toLowerCase());
}

function ownTargets({ namespace, spec: { http = [], tcp = [], tls = [] } }: WrittenObject, within: string): string[] {
  return inFull(targetsOf([...http.filter(rule => isForNamespace(rule, within)), ...tcp, ...tls]), namespace);
}

/** Rules that are for clients of other namespaces only make nothing known. */
function isForNamespace({ match = [] }: WrittenRoute, within: string): boolean {
  return match.length === 0 || match.some(({ sourceNamespace = within }) => sourceNamespace === '' || sourceNamespace === within);
}

/** What others decide in its place; one that the app does not have may lead anywhere. */
function delegatedTargets({ namespace, spec: { http = [] } }: WrittenObject, within: string, all: readonly WrittenObject[]): string[] {
  return http.filter(rule => isForNamespace(rule, within)).flatMap(({ delegate }) => {
    if (!delegate) { return []; }
    const { name = '', namespace: place = namespace } = delegate;
    const found = all.filter(one => one.name === name && one.namespace === place);
    return found.length === 0 ? [`whatever VirtualService ${place}/${name} says`] : found.flatMap(one => ownTargets(one, within));
  });
}

const REFERENCE = { kind: text, name: text, namespace: text };
const FILTERS = list(object({ requestMirror: object({ backendRef: object(REFERENCE) }) }));

const KUBERNETES_ROUTE = object({
  parentRefs: list(object(REFERENCE)),
  rules: list(object({ filters: FILTERS, backendRefs: list(object({ ...REFERENCE, filters: FILTERS })) })),
});

interface Reference { readonly kind?: string; readonly name?: string; readonly namespace?: string }

const KUBERNETES_ROUTES = ['HTTPRoute', 'GRPCRoute', 'TCPRoute', 'TLSRoute'];

function kubernetesRoutes(world: World): Route[] {
  return KUBERNETES_ROUTES.flatMap(kind => writtenIn<object>({ group: GATEWAY_API_GROUP, kind }, world).map(route => {
    const { namespace, spec } = route;
    const { parentRefs = [], rules = [] } = KUBERNETES_ROUTE(spec) ?? {};
    const backends = rules.flatMap(({ backendRefs = [] }) => backendRefs);
    const filters = [...rules, ...backends].flatMap(one => one.filters ?? []);
    const mirrors = filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []);
    return {
      name: titleOf(route),
      namespace,
      hosts: parentRefs.flatMap(parent => hostsOfParent(parent, namespace)),
      targets: unique([...backends, ...mirrors].map(end => hostOfBackend(end, namespace))),
    };
  }));
}

/** Routes of the Gateway API are for sidecars where their parent is a Service, or a ServiceEntry, of which there may be any. */
function hostsOfParent({ kind = 'Gateway', name = '', namespace }: Reference, own: string): string[] {
  if (kind === 'ServiceEntry') { return ['*']; }
  return kind === 'Service' ? [hostOfService({ namespace: namespace ?? own, name })] : [];
}

function hostOfBackend({ kind = 'Service', name = '', namespace }: Reference, own: string): string {
  if (kind === 'Service') { return hostOfService({ namespace: namespace ?? own, name }); }
  return kind === 'Hostname' ? name.toLowerCase() : `${kind} ${namespace ?? own}/${name}`;
}
