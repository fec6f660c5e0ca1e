import { limitsOnly } from '../../istio/local-rate-limit';
import { isOfMesh, virtualServicesOf } from '../clients/client-route';
import { namesOfServiceRoutes } from '../clients/service-routes';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName, Resource } from '../resources/policy';
import { Targeted, whyDetached } from '../workloads/attachment';
import { hostOfService } from '../workloads/host-name';
import { Proxy } from '../workloads/proxy';

/** What may change a proxy so that it does something else than its policies say, and is not evaluated: a note for each. */
export function unevaluated(inventory: Inventory, mesh: Mesh, proxy: Proxy): string[] {
  if (proxy.kind === ProxyKind.ZTUNNEL) return [];
  return [...routesBehind(inventory, mesh, proxy), ...attachedTo(inventory, mesh, proxy)];
}

/** Routes of the Service that a waypoint is in front of: they send requests on after its policies, and change them. */
function routesBehind(inventory: Inventory, mesh: Mesh, { namespace, name, labels, object }: Proxy): string[] {
  if (object?.kind !== 'Service') return [];
  const host = { namespace: object.namespace, name: hostOfService(object) };
  const services = virtualServicesOf(inventory, host).filter(service => isOfMesh(service, { namespace, labels }, host, mesh)).map(service => `VirtualService ${fullName(service)}`);
  return [...services, ...namesOfServiceRoutes(inventory, object.namespace, host)].map(route => `${route} tells the waypoint '${namespace}/${name}' where to send requests, and may change them: that is not evaluated`);
}

function attachedTo(inventory: Inventory, mesh: Mesh, proxy: Proxy): string[] {
  return [...new Set([proxy.namespace, mesh.rootNamespace])].flatMap(namespace => {
    const changing = [...filters(inventory, namespace), ...plugins(inventory, namespace), ...listeners(inventory, namespace)];
    const attached = changing.filter(({ resource }) => whyDetached(resource, proxy, mesh) === undefined);
    return attached.map(({ kind, resource, does, told = NOT_EVALUATED }) => `${kind} ${fullName(resource)} ${does} '${fullName(proxy)}': ${told}`);
  });
}

/** Something that is attached to proxies as policies are. */
interface Changing {
  readonly kind: string;
  readonly resource: Resource<Targeted>;
  readonly does: string;
  /** What is to be known of that, where it is more than that it is not evaluated. */
  readonly told?: string;
}

const NOT_EVALUATED = 'that is not evaluated';

/** It can only refuse more, by how many there were before, and no policy has a say in that. */
const LIMITS = { does: 'limits the requests to', told: 'those beyond are answered 429, which decides nothing of who may call' };

function filters(inventory: Inventory, namespace: string): Changing[] {
  return inventory.of('EnvoyFilter', namespace).map(({ spec: { workloadSelector, targetRefs, ...patches }, ...rest }) => ({
    kind: 'EnvoyFilter',
    resource: { ...rest, spec: { selector: { matchLabels: workloadSelector?.labels }, targetRefs } },
    ...limitsOnly(patches) ? LIMITS : { does: 'patches the proxy of' },
  }));
}

function plugins(inventory: Inventory, namespace: string): Changing[] {
  const kinds = ['WasmPlugin', 'TrafficExtension'] as const;
  return kinds.flatMap(kind => inventory.of(kind, namespace).map(resource => ({ kind, resource, does: 'runs code in the proxy of' })));
}

function listeners(inventory: Inventory, namespace: string): Changing[] {
  return inventory.of('Sidecar', namespace).filter(({ spec }) => spec.ingress).map(({ spec: { workloadSelector }, ...rest }) =>
    ({ kind: 'Sidecar', resource: { ...rest, spec: { selector: { matchLabels: workloadSelector?.labels } } }, does: 'changes the ports of' }));
}
