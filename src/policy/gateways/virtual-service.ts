import { GatewayServer } from './gateway-server';
import { gatewayNamed } from '../../istio/gateway-name';
import { allTests, anyTest } from '../../util/truth';
import { BoundRoutes, HttpRoute } from '../clients/route';
import { RouteTest, routeTest, takesAll } from '../clients/route-match';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';
import { SpecOf } from '../resources/kinds';
import { byAge, Resource } from '../resources/policy';
import { HttpMatch } from '../resources/route-kinds';
import { exportsTo } from '../services/visibility';
import { selects } from '../workloads/attachment';
import { lowerCase } from '../workloads/host-name';
import { Workload } from '../workloads/workload';

type VirtualService = Resource<SpecOf<'VirtualService'>>;
type Written = NonNullable<VirtualService['spec']['http']>[number];

type Delegate = NonNullable<Written['delegate']>;

/** The server that routes are looked for, and the pods that it runs on. */
interface At {
  readonly mesh: Mesh;
  readonly server: GatewayServer;
  readonly pods: Workload;
}

/** The routes of VirtualServices that are bound to a server of a classic Gateway, the oldest first. */
export function serviceRoutes(inventory: Inventory, mesh: Mesh, server: GatewayServer, pods: Workload): BoundRoutes[] {
  const bound = inventory.all('VirtualService').filter(service => isExported(service, pods.namespace, mesh) && isBound(service, server)).sort(byAge);
  return bound.map(service => {
    const { namespace, spec: { hosts = [], tcp = [], tls = [] } } = service;
    const counts = (match: L4Match) => isFor(match, namespace, server);
    return {
      namespace,
      hosts: lowerCase(hosts),
      http: httpRoutes(inventory, service, { mesh, server, pods }),
      tcp: tcp.some(({ match = [] }) => match.length === 0 || match.some(counts)),
      tls: tls.flatMap(({ match = [] }) => match.filter(counts).map(({ sniHosts = [] }) => lowerCase(sniHosts))),
    };
  });
}

function isExported({ namespace, spec: { exportTo } }: VirtualService, to: string, { outbound }: Mesh): boolean {
  return exportsTo(exportTo, outbound.virtualServiceExportTo, namespace, to);
}

function isBound({ namespace, spec: { gateways = [] } }: VirtualService, { owner }: GatewayServer): boolean {
  return gateways.some(name => gatewayNamed(name, namespace) === owner);
}

interface L4Match {
  readonly port?: number;
  readonly gateways?: readonly string[];
  readonly sniHosts?: readonly string[];
}

function isFor({ port, gateways = [] }: L4Match, namespace: string, { number, owner }: GatewayServer): boolean {
  return (!port || port === number) && (gateways.length === 0 || gateways.some(name => gatewayNamed(name, namespace) === owner));
}

function httpRoutes(inventory: Inventory, service: VirtualService, at: At): HttpRoute[] {
  return (service.spec.http ?? []).flatMap(route => {
    const tests = testsOf(route, service.namespace, at);
    if (tests.length === 0) return [];
    if (route.delegate) return delegated(inventory, service, route.delegate, at).map(inner => both(tests, inner));
    return tests.map(test => ({ ...test, status: statusOf(route) }));
  });
}

/** The routes of the VirtualService that another leaves it to: one without hosts. */
function delegated(inventory: Inventory, { namespace }: VirtualService, { name = '', namespace: of = namespace }: Delegate, at: At): HttpRoute[] {
  const found = inventory.find('VirtualService', of, name);
  if (!found || (found.spec.hosts ?? []).length > 0 || !isExported(found, namespace, at.mesh)) return [];
  return (found.spec.http ?? []).flatMap(route => route.delegate ? [] : testsOf(route, of, at).map(test => ({ ...test, status: statusOf(route) })));
}

type Tested = Pick<HttpRoute, 'test' | 'takesAll'>;

function both(outer: readonly Tested[], inner: HttpRoute): HttpRoute {
  const test: RouteTest = allTests([anyTest(outer.map(one => one.test)), inner.test]);
  return { ...inner, test, takesAll: inner.takesAll && outer.some(one => one.takesAll) };
}

/** One for each match that is for the server; none where none is. */
function testsOf({ match = [] }: Written, namespace: string, at: At): Tested[] {
  if (match.length === 0) return [{ test: () => true, takesAll: true }];
  return match.filter(one => isForServer(one, namespace, at)).map(one => ({ test: routeTest(one), takesAll: takesAll(one) }));
}

function isForServer({ port, gateways = [], sourceLabels, sourceNamespace }: HttpMatch, namespace: string, { server, pods }: At): boolean {
  if (port && port !== server.number) return false;
  if (gateways.length > 0) return gateways.some(name => gatewayNamed(name, namespace) === server.owner);
  return selects(sourceLabels, pods.labels) && (!sourceNamespace || sourceNamespace === pods.namespace);
}

function statusOf({ redirect, directResponse }: Written): number {
  if (redirect) return redirect.redirectCode || 301;
  return directResponse?.status ?? 200;
}
