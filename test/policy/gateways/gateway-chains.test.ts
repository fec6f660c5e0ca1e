import { gatewayChains } from '../../../src/policy/gateways/gateway-chains';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';
import { Inventory } from '../../../src/policy/resources/inventory';
import { takeManifests } from '../../../src/policy/resources/manifest-reader';
import { findWorkload } from '../../../src/policy/workloads/workload';
import { gateway, HTTP, ingress, kubernetes, tls, virtualService } from '../gateway-support';

const LABELLED = ingress({ labels: { 'gateway.networking.k8s.io/gateway-name': 'gw' } });

/** The chains of all ports, each in one line, once for every way to tell which Gateway is the oldest. */
function chains(manifests: object[], pods = ingress()): string[][] {
  const inventory = new Inventory(takeManifests([...pods, ...manifests]));
  return gatewayChains(inventory, resolveMesh(), findWorkload(inventory, 'edge', 'ingress')!).map(way =>
    way.map(({ port, kind, tlsMode, names }) => [port, kind, tlsMode, names?.join('+')].filter(part => part !== undefined).join(' ')));
}

describe('the filter chains of a gateway', () => {
  test('are one for plain HTTP, and one for each server that ends TLS', () => {
    const servers = [HTTP, { ...HTTP, hosts: ['b.com'] }, tls('SIMPLE', ['a.com', './b.com', 'a.com']), tls('MUTUAL', ['*'])];

    expect(chains([gateway(servers)])).toEqual([['8080 HTTP', '8443 HTTP SIMPLE a.com+b.com', '8443 HTTP MUTUAL']]);
  });

  test('are one for each match of a route for TLS that is passed on', () => {
    const routes = virtualService({ tls: [{ match: [{ sniHosts: ['a.com'] }, { sniHosts: ['b.com', 'c.com'] }] }, { match: [{ sniHosts: ['d.com'] }] }] });

    expect(chains([gateway([tls('PASSTHROUGH', ['*'], 'TLS')]), routes])).toEqual([['8443 TCP PASSTHROUGH a.com', '8443 TCP PASSTHROUGH b.com+c.com', '8443 TCP PASSTHROUGH d.com']]);
  });

  test('are those of both APIs', () => {
    const ofKubernetes = kubernetes('Gateway', { gatewayClassName: 'istio', listeners: [{ name: 'a', port: 80, protocol: 'HTTP' }, { name: 'b', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'c' }] } }] });

    expect(chains([gateway([HTTP], { name: 'classic' }), ofKubernetes], LABELLED).map(way => [...way].sort())).toEqual([['443 HTTP SIMPLE', '80 HTTP', '8080 HTTP']]);
  });

  test('differ where it is not known which Gateway is the oldest, and only then', () => {
    const [a, b] = [tls('SIMPLE', ['a.com']), tls('MUTUAL', ['a.com'])];

    expect(chains([gateway([a]), gateway([b], { name: 'gv' })])).toEqual([['8443 HTTP MUTUAL a.com'], ['8443 HTTP SIMPLE a.com']]);
    expect(chains([gateway([a]), gateway([tls('MUTUAL', ['b.com'])], { name: 'gv' })])).toEqual([['8443 HTTP MUTUAL b.com', '8443 HTTP SIMPLE a.com']]);
    expect(chains([gateway([a, b])])).toEqual([['8443 HTTP SIMPLE a.com']]);
  });

  test('name the Secrets that listeners need', () => {
    const certificateRefs = [{ name: 'c' }, { name: 'd', namespace: 'certs' }];
    const listeners = [{ name: 'a', port: 443, protocol: 'HTTPS', tls: { certificateRefs } }, { name: 'b', port: 80, protocol: 'HTTP' }];
    const inventory = new Inventory(takeManifests([...LABELLED, kubernetes('Gateway', { gatewayClassName: 'istio', listeners })]));
    const [found] = gatewayChains(inventory, resolveMesh(), findWorkload(inventory, 'edge', 'ingress')!);

    expect(found.map(({ secrets }) => secrets)).toEqual([['edge/c', 'certs/d'], []]);
  });
});
