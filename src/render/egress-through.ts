import { exportedTo, hostOfGateway, subsetOf } from './egress-gateway';
import { ingressScope, policyPorts } from './ingress-scope';
import { entryOf } from './outside';
import { Rendering } from './rendering';
import { fromOf } from './source';
import { ClassicEgressGateway, EgressIntent, portThrough } from '../intent/egress-intent';
import { EgressPortData, egressPortText } from '../intent/egress-port';
import { DataPlane } from '../intent/mesh';
import { hostValues } from '../intent/operation-data';
import { AuthorizationPolicySpec, AuthorizationRule } from '../istio/authorization-policy';
import { DestinationRuleSpec } from '../istio/destination-rule';
import { VirtualServiceSpec, WeightedDestination } from '../istio/virtual-service';
import { listed, quoted } from '../util/text';

type Through = EgressIntent & { readonly gateway: ClassicEgressGateway };

/**
 * What makes a host known to its callers, and leads them through a gateway, at which they alone are let in. All of it is in the namespace of the gateway: what is in that of callers counts for nothing, as
 * their boundaries list this.
 */
export function renderEgressThrough(intent: Through, rule: DestinationRuleSpec | undefined): Rendering {
  const problems = [...ofAmbient(intent), ...ofPorts(intent)];
  const { host, gateway, clients } = intent;
  const exportTo = exportedTo(gateway, clients.map(({ name }) => name));
  const specs = {
    'service-entry': entryOf(host, intent, exportTo),
    'destination-rule': rule ?? {},
    'route': routeOf(intent, exportTo, hostOfGateway(gateway, [])),
    'policy': policyOf(intent, problems),
  };
  return { specs, problems };
}

/** A gateway knows by its own port, and no other, what of a host is called. */
function ofPorts({ gateway, ports, host }: Through): string[] {
  const twice = ports.find((port, i) => ports.slice(0, i).some(other => portThrough(gateway, other) === portThrough(gateway, port)));
  if (twice === undefined) { return []; }
  const which = ports.filter(port => portThrough(gateway, port) === portThrough(gateway, twice)).map(egressPortText);
  return [`ports of ${quoted(host)} must be one of HTTP and one of anything else where they lead through the gateway ${quoted(gateway.path)}, which tells them apart by nothing more, got ${listed(which)}; `
    + 'leave one out, or state it by another name of the host'];
}

/** Every port of the host leads to the gateway: one that did not would lead past it. */
function routeOf({ host, ports, gateway }: Through, exportTo: readonly string[], service: string): VirtualServiceSpec {
  const own = `${gateway.namespace}/${gateway.name}`;
  const outside = ({ number }: EgressPortData): WeightedDestination[] => [{ destination: { host, port: { number } } }];
  const toGateway = (port: EgressPortData): WeightedDestination[] =>
    [{ destination: { host: service, subset: subsetOf(host), port: { number: portThrough(gateway, port) } } }];
  const atGateway = (port: EgressPortData) => [{ gateways: [own], port: portThrough(gateway, port) }];
  const atCaller = ({ number }: EgressPortData) => ({ gateways: ['mesh'], port: number });
  const of = (...protocols: EgressPortData['protocol'][]) => ports.filter(({ protocol }) => protocols.includes(protocol));
  const http = of('http').flatMap(port => [{ match: atGateway(port), route: outside(port) }, { match: [atCaller(port)], route: toGateway(port) }]);
  const tls = of('tls').map(port => ({ match: [{ ...atCaller(port), sniHosts: [host] }], route: toGateway(port) }));
  const tcp = [
    ...of('tls', 'tcp').map(port => ({ match: atGateway(port), route: outside(port) })),
    ...of('tcp').map(port => ({ match: [atCaller(port)], route: toGateway(port) })),
  ];
  return {
    hosts: [host],
    gateways: ['mesh', own],
    exportTo: [...exportTo],
    ...http.length === 0 ? {} : { http },
    ...tls.length === 0 ? {} : { tls },
    ...tcp.length === 0 ? {} : { tcp },
  };
}

/** By the host of requests, where the gateway sees them; else by the server name, which sidecars give it of the host that is called. */
function policyOf(intent: Through, problems: string[]): AuthorizationPolicySpec {
  const { host, ports, gateway, callers, mesh } = intent;
  const from = fromOf(callers, mesh, { name: gateway.namespace, dataPlane: DataPlane.SIDECAR });
  const rules = ports.map((port): AuthorizationRule => {
    const at = policyPorts(gateway, [{ port: portThrough(gateway, port) }], problems);
    return port.protocol === 'http' ? { ...from, to: [{ operation: { hosts: hostValues(host), ports: at } }] }
      : { ...from, to: [{ operation: { ports: at } }], when: [{ key: 'connection.sni', values: [host] }] };
  });
  return { ...ingressScope(gateway, mesh, problems), rules };
}

/** ztunnel reads no VirtualService. */
function ofAmbient({ clients, gateway }: Through): string[] {
  const ambient = clients.filter(({ dataPlane }) => dataPlane === DataPlane.AMBIENT).map(({ name }) => name);
  return ambient.length === 0 ? [] : [`callers must have sidecars, got those of ${listed(ambient)}, in ambient, whose ztunnel goes by no VirtualService and so past the gateway ${quoted(gateway.path)}; `
    + 'give them sidecars by DataPlane.SIDECAR'];
}
