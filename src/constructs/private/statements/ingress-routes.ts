import { IConstruct } from 'constructs';
import { containsPath } from '../../../intent/containment';
import { IngressGatewayData, IngressRouteData, LedElsewhere } from '../../../intent/ingress-intent';
import { HttpOperationData } from '../../../intent/operation-data';
import { ServiceFacts, WorkloadFacts } from '../../../intent/workload';
import { gatewayNamed } from '../../../istio/gateway-name';
import { GATEWAY_API_GROUP } from '../../../istio/manifest';
import { matchablePath } from '../../../istio/schema/http-route-rules';
import { hostCovers } from '../../../istio/webhook/names';
import { httpPortsOf } from '../../../render/port';
import { groupedBy } from '../../../util/grouped';
import { list, text } from '../../../util/shape';
import { listed, quoted, unique } from '../../../util/text';
import { inOne } from '../../../util/together';
import { World } from '../index/world';

/** Where a gateway sends the operations of a workload: the paths of each port, by the one Service that leads to it. */
export function routesTo(target: WorkloadFacts, operations: readonly HttpOperationData[], isClassic: boolean): IngressRouteData[] {
  const led = operations.map(operation => {
    operation.paths.forEach(path => checkPath(path, isClassic));
    return { paths: operation.paths, ...leadingTo(portOf(operation, target), target) };
  });
  return [...groupedBy(led, ({ service, port }) => `${service.name} ${port}`).values()].map(group => {
    const paths = unique(group.flatMap(one => one.paths));
    return { service: group[0].service, port: group[0].port, paths: paths.includes('*') ? ['*'] : paths };
  });
}

/**
 * A Gateway of the Gateway API leads `/api` as it leads what is under `/api`, and `/api/*` does not name it: whoever names it otherwise is led to by a match of its own.
 *
 * @param by path of the access that makes the routes
 * @param elsewhere paths of each host that lead to other workloads
 */
export function keepingBases(by: string, routes: readonly IngressRouteData[], elsewhere: readonly LedElsewhere[]): IngressRouteData[] {
  const own = routes.flatMap(({ paths }) => paths);
  return routes.map(route => {
    const isOwn = (base: string, led: readonly string[]) => route.paths.includes(mostPrecise([...led, ...own], base) ?? '');
    const kept = unique(elsewhere.flatMap(({ paths }) => basesOf([...paths, ...own]).filter(base => isOwn(base, paths) && !route.paths.includes(`${base}/*`))));
    kept.forEach(base => elsewhere.filter(({ paths }) => !isOwn(base, paths)).forEach(({ host }) => {
      throw new Error(`hosts of ${quoted(by)} must be led alike by its route, got ${quoted(host)}, where ${quoted(base)} leads to another workload; state that host by an access of its own`);
    }));
    return { ...route, paths: unique([...route.paths, ...kept]) };
  });
}

/** `/api` of `/api/*`. */
function basesOf(paths: readonly string[]): string[] { return unique(paths.flatMap(path => /^(.+)\/\*$/.exec(path)?.[1] ?? [])); }

/** Of patterns of paths the one that a path is led by: itself, else the longest beginning. */
function mostPrecise(patterns: readonly string[], path: string): string | undefined {
  const found = patterns.filter(pattern => containsPath(pattern, path));
  return found.includes(path) ? path : found.sort((one, other) => other.length - one.length)[0];
}

/** Routes compare paths whole or by their beginning. */
function checkPath(path: string, isClassic: boolean): void {
  if (path.includes('{') || (path.startsWith('*') && path !== '*')) {
    throw new Error(`paths must be whole or end in '/*', as routes of a gateway compare them, got ${quoted(path)}; name what they begin with, or write routes: false and lead them by ${isClassic ? 'a VirtualService' : 'an HTTPRoute'} of your own`);
  }
  const fault = isClassic || path === '*' ? undefined : matchablePath({ type: 'Exact', value: path.replace(/\*$/, '') });
  if (fault !== undefined) { throw new Error(`paths must be ones that an HTTPRoute takes, got ${quoted(path)}, which ${fault}`); }
}

/** All ports of the Services of a workload by which its operations are called, each Service as `NAMESPACE/NAME`. */
export function portsTo(target: WorkloadFacts, operations: readonly HttpOperationData[]): { service: string; port: number }[] {
  const called = operations.flatMap(operation => httpPortsOf(operation, target, []));
  return target.services.flatMap(({ namespace, name, ports }) => ports.filter(({ targetPort }) => called.includes(targetPort)).map(({ port }) => ({ service: `${namespace}/${name}`, port })));
}

function portOf(operation: HttpOperationData, target: WorkloadFacts): number {
  const problems: string[] = [];
  const found = httpPortsOf(operation, target, problems);
  if (problems.length > 0) { throw inOne(problems.map(problem => new Error(problem))); }
  if (found.length > 1) {
    throw new Error(`operations must be on one HTTP port of ${quoted(target.path)} for a gateway to lead to, got ${listed(found)}; name one, as in Operation.http({ …, ports: [${found[0]}] })`);
  }
  return found[0];
}

function leadingTo(targetPort: number, { services, path }: WorkloadFacts): Pick<IngressRouteData, 'service' | 'port'> {
  const found = services.flatMap((service: ServiceFacts) => {
    const port = service.headless ? undefined : service.ports.find(one => one.targetPort === targetPort && one.transport === 'TCP');
    return port ? [{ service: { name: service.name, namespace: service.namespace }, port: port.port }] : [];
  });
  if (found.length !== 1) {
    throw new Error(`port ${targetPort} of ${quoted(path)} must be led to by one Service with an address, got ${found.length === 0 ? 'none' : listed(found.map(({ service }) => service.name))}; `
      + (found.length === 0 ? 'give it one, or describe the one it has elsewhere by Workload.fromPods(…, { services: [{ … }] })' : "say which by Workload.of(…, { service: '…' })"));
  }
  return found[0];
}

const texts = (given: unknown): string[] => list(text)(given) ?? [];

interface RouteSpec {
  readonly hosts?: unknown;
  readonly gateways?: unknown;
  readonly hostnames?: unknown;
  readonly parentRefs?: unknown;
}

/** Whether other routes of the app are for these hosts at a gateway, whose redirect to HTTPS leads nowhere. */
export function isRoutedElsewhere(hosts: readonly string[], gateway: IngressGatewayData, own: IConstruct, { tree }: World): boolean {
  const kinds = gateway.pods ? ['networking.istio.io/VirtualService'] : [`${GATEWAY_API_GROUP}/HTTPRoute`, `${GATEWAY_API_GROUP}/GRPCRoute`];
  return kinds.flatMap(kind => tree.written(kind)).some(({ object, manifest, namespace = 'default' }) => {
    const spec = manifest.spec as RouteSpec | undefined ?? {};
    return object.node.scope !== own && isAt(gateway, spec, namespace) && areAmong(hosts, spec);
  });
}

/** Whether a route is one of a gateway. */
export function isAt({ namespace, name, pods }: Pick<IngressGatewayData, 'namespace' | 'name' | 'pods'>, { gateways, parentRefs }: RouteSpec, ofRoute: string): boolean {
  if (pods) { return texts(gateways).some(given => gatewayNamed(given, ofRoute) === `${namespace}/${name}`); }
  return (Array.isArray(parentRefs) ? parentRefs as unknown[] : []).some(given => {
    const ref = given as { readonly name?: unknown; readonly namespace?: unknown } | null;
    return ref?.name === name && (ref.namespace ?? ofRoute) === namespace;
  });
}

/** A route of the Gateway API without hosts is for all of its gateway. */
function areAmong(hosts: readonly string[], spec: RouteSpec): boolean {
  const given = [...texts(spec.hosts), ...texts(spec.hostnames)].map(host => host.toLowerCase());
  return given.length === 0 || hosts.some(host => given.some(pattern => hostCovers(pattern, host.toLowerCase())));
}
