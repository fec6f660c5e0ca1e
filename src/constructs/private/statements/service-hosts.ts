import { targetsOf, writtenByHand, WrittenObject } from './written-networking';
import { WorkloadFacts } from '../../../intent/workload';
import { CONTROLLER, MANAGED_BY } from '../../../policy/services/behind';
import { fullHost, hostOfService, lowerCase } from '../../../policy/workloads/host-name';
import { SERVICE_NAME } from '../../../policy/workloads/label-names';
import { groupedBy } from '../../../util/grouped';
import { kept } from '../../../util/kept';
import { World } from '../index/world';
import { titleOf } from '../index/written';

/** Calls of a Service must go to its pods alone: what else stands behind one of its names gets some of them, past policies and in plaintext. */
export function checkHosts({ services }: WorkloadFacts, world: World): string[] {
  const beside = kept(known, world, () => besideServices(world));
  return services.flatMap(service => namesOf(service).flatMap(host => beside.get(host) ?? []).map(({ host, title }) =>
    `Service '${service.namespace}/${service.name}' must lead to its pods alone, got ${title}${host === hostOfService(service) ? '' : ` of host '${host}'`}, by which some of its calls go elsewhere; take it out`));
}

/** The names by which clients call a Service: proxies leave a short one to whatever has it as its host. */
function namesOf(service: Pick<WrittenObject, 'namespace' | 'name'>): string[] {
  const { namespace, name } = service;
  return [hostOfService(service), `${name}.${namespace}.svc`, `${name}.${namespace}`, name];
}

/** What stands behind hosts beside the pods that Services select, by the host, as messages call it. */
type Beside = ReadonlyMap<string, readonly { readonly host: string; readonly title: string }[]>;

const known = new WeakMap<World, Beside>();

function besideServices(world: World): Beside {
  const ofEntries = writtenByHand('ServiceEntry', world).flatMap(entry => {
    const hosts = lowerCase(entry.spec.hosts ?? []).filter(host => !isShort(host) || namesOthers(entry));
    return hosts.map(host => ({ host, title: titleOf(entry) }));
  });
  const slices = world.tree.written('discovery.k8s.io/EndpointSlice').filter(({ manifest: { metadata: { labels } } }) => labels?.[MANAGED_BY] !== CONTROLLER);
  const ofRoutes = writtenByHand('VirtualService', world).flatMap(route => ledElsewhere(route).map(host => ({ host, title: titleOf(route) })));
  const ofSlices = slices.flatMap(({ object, name, namespace = 'default', manifest: { metadata: { labels = {} } } }) => {
    const service = labels[SERVICE_NAME];
    const title = titleOf({ object, kind: 'EndpointSlice', namespace, name });
    return service === undefined ? [] : [{ host: hostOfService({ namespace, name: service }), title }];
  });
  return groupedBy([...ofEntries, ...ofRoutes, ...ofSlices], ({ host }) => host);
}

/** Hosts of a route for the mesh which it leads elsewhere and which istiod takes as they are: `api.shop`, where `api` is the Service beside the route, which policies are asked for. */
function ledElsewhere({ namespace, spec: { hosts = [], gateways = [], http = [], tcp = [], tls = [] } }: WrittenObject): string[] {
  if (gateways.length > 0 && !gateways.includes('mesh')) { return []; }
  const led = targetsOf([...http, ...tcp, ...tls]).map(host => serviceIn(fullHost(host, namespace)));
  return lowerCase(hosts).filter(host => host.includes('.') && isShort(host) && led.some(service => service !== serviceIn(host)));
}

/** `api`, `api.shop` or `api.shop.svc`. */
function isShort(host: string): boolean { return /^[^.]+(\.[^.]+(\.svc)?)?$/.test(host); }

/** An entry that does not leads to where its name does, which is the Service. */
function namesOthers({ spec: { endpoints = [], workloadSelector } }: WrittenObject): boolean {
  return endpoints.length > 0 || workloadSelector !== undefined;
}

/** `api.shop` of each of its names. */
function serviceIn(host: string): string { return host.toLowerCase().split('.').slice(0, 2).join('.'); }
