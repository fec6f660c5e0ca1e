import { GatewayServer } from './gateway-server';
import { kept } from '../../util/kept';
import { Truth } from '../../util/truth';
import { BoundRoutes, HttpRoute } from '../clients/route';
import { RouteRequest } from '../clients/route-match';
import { intersection } from '../workloads/host-name';

/** The routes of a host of a gateway, in the order in which they are tried. */
interface VirtualHost {
  readonly routes: HttpRoute[];
  /** Whether what comes without TLS is told to come with it. */
  redirects: boolean;
  /** Whether it is known that all these routes count. */
  known: Truth;
}

/** The hosts of a filter chain by their names. */
export type VirtualHosts = ReadonlyMap<string, VirtualHost>;

/** What becomes of a request once all policies have let it pass. */
export interface RouteFound {
  /** Whether there is a route for it; undefined where that is not known. */
  readonly found: Truth;
  /** What the client sees; undefined where that is not known. */
  readonly status?: number;
}

/** A server, and the routes that are bound to it. */
export interface RoutedServer {
  readonly server: GatewayServer;
  readonly routes: readonly BoundRoutes[];
}

/** The hosts of servers that share a filter chain: those that both a server and a route are for. */
export function virtualHosts(servers: readonly RoutedServer[]): VirtualHosts {
  const found = new Map<string, VirtualHost>();
  const hostOf = (name: string) => kept<string, VirtualHost>(found, name, () => ({ routes: [], redirects: false, known: true }));
  for (const { server, routes } of servers) {
    const redirects = server.tls?.redirects ?? false;
    for (const { namespace, hosts, http } of routes.filter(bound => bound.http.length > 0)) {
      for (const serverHost of server.hosts) {
        const admitted = serverHost.admits(namespace);
        for (const name of admitted === false ? [] : intersection([serverHost.name], hosts)) {
          const host = hostOf(name);
          if (!host.routes.includes(http[0])) host.routes.push(...http);
          host.redirects ||= redirects;
          host.known = host.known && admitted;
        }
      }
    }
    if (redirects) server.hosts.forEach(({ key }) => { hostOf(key).redirects = true; });
  }
  found.forEach(({ routes }) => routes.sort((a, b) => Number(a.takesAll) - Number(b.takesAll)));
  return found;
}

/** What the host with the most precise name does with a request. */
export function routeOf(hosts: VirtualHosts, authority: string, request: RouteRequest): RouteFound {
  const host = hostFor(hosts, authority.toLowerCase().replace(/:\d+$/, ''));
  if (!host) return { found: false, status: 404 };
  const routed = host.redirects && request.scheme !== 'https' ? { found: true, status: 301 } : firstRoute(host.routes, request);
  return host.known === true ? routed : { found: undefined };
}

/** An exact name, else the longest behind a star, which stands for one character at least. */
function hostFor(hosts: VirtualHosts, name: string): VirtualHost | undefined {
  const exact = hosts.get(name);
  if (exact) return exact;
  for (let start = 1; start <= name.length; start++) {
    const host = hosts.get(`*${name.slice(start)}`);
    if (host) return host;
  }
  return undefined;
}

/** The first route that takes a request. Before it there may be some of which it is not known. */
function firstRoute(routes: readonly HttpRoute[], request: RouteRequest): RouteFound {
  const possible: number[] = [];
  for (const { test, status } of routes) {
    const takes = test(request);
    if (takes === false) continue;
    possible.push(status);
    if (takes) return { found: true, status: onlyOne(possible) };
  }
  return possible.length === 0 ? { found: false, status: 404 } : { found: undefined };
}

function onlyOne(statuses: readonly number[]): number | undefined {
  return statuses.every(status => status === statuses[0]) ? statuses[0] : undefined;
}
