import { MeshWorld } from './mesh-world';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { SpecOf } from '../../src/policy/resources/kinds';
import { Resource } from '../../src/policy/resources/policy';
import { bindingOfObject } from '../../src/policy/way/waypoint-binding';

type Verdict = Readonly<Record<string, unknown>>;
type Service = Resource<SpecOf<'Service'>>;

interface Scope {
  readonly scope: string;
  readonly servicesSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
}

interface Asked {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
}

/**
 * Where a gateway between networks sends what is meant for a Service. Networks, and which Services other networks see, are not evaluated by the library:
 * these are read here. What is compared is which waypoint stands in between, for whom.
 */
export function ofEastWest({ meshConfig }: MeshWorld, asked: Asked, { namespace, name, port }: { readonly namespace: string; readonly name: string; readonly port: number }): Verdict {
  const { inventory } = asked;
  const scopes = (meshConfig?.serviceScopeConfigs ?? []) as Scope[];
  const service = inventory.find('Service', namespace, name)!;
  const isGlobal = (one: Service) => scopes.some(scope => isIn(scope, one, inventory));
  const isWaypointOfGlobal = inventory.all('Service').some(one => isGlobal(one) && addressOf(asked, one) === `${namespace}/${hostOf(service)}`);
  if (!isGlobal(service) && !isWaypointOfGlobal) return { served: false };
  return { served: true, bySource: sources(asked, service, port) };
}

function sources(asked: Asked, service: Service, port: number): Verdict {
  const { inventory, mesh } = asked;
  const direct = `inbound-vip|${port}|tcp|${hostOf(service)}`;
  const { waypoint, ingress } = bindingOfObject(inventory, mesh, { kind: 'Service', object: service });
  if (!waypoint) return { otherwise: direct };
  const through = `inbound-vip|15008|tcp|${waypoint.gateway.name}.${waypoint.gateway.namespace}.svc.cluster.local`;
  return { waypoint: direct, gateway: ingress ? through : direct, otherwise: through };
}

function addressOf({ inventory, mesh }: Asked, service: Service): string | undefined {
  return bindingOfObject(inventory, mesh, { kind: 'Service', object: service }).waypoint?.address;
}

function isIn({ scope, servicesSelector, namespaceSelector }: Scope, { meta, namespace }: Service, inventory: Inventory): boolean {
  const has = (wanted: Readonly<Record<string, string>> = {}, labels: Readonly<Record<string, string>> = {}) => Object.entries(wanted).every(([name, value]) => labels[name] === value);
  return scope === 'GLOBAL' && has(servicesSelector?.matchLabels, meta.labels) && has(namespaceSelector?.matchLabels, inventory.namespaceLabels(namespace));
}

function hostOf({ name, namespace }: Service): string { return `${name}.${namespace}.svc.cluster.local`; }
