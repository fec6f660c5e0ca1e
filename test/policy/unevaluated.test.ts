import { PolicySet } from 'cdk8s-zero-trust';
import { ambient, namespace, pod, request, service, sidecars, verdict, WEB } from './support';

const metadata = (name: string, inNamespace = 'shop') => ({ name, namespace: inNamespace });
const filter = (spec: object, inNamespace?: string) => ({ apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: metadata('lua', inNamespace), spec });
const plugin = (spec: object) => ({ apiVersion: 'extensions.istio.io/v1alpha1', kind: 'WasmPlugin', metadata: metadata('auth'), spec });
const sidecar = (spec: object) => ({ apiVersion: 'networking.istio.io/v1', kind: 'Sidecar', metadata: metadata('ports'), spec });

describe('What changes a proxy beside its policies', () => {
  test.each<[string, object, string[]]>([
    ['an EnvoyFilter for all', filter({}), ["EnvoyFilter shop/lua patches the proxy of 'shop/api': that is not evaluated"]],
    ['an EnvoyFilter for the workload', filter({ workloadSelector: { labels: { app: 'api' } } }), ["EnvoyFilter shop/lua patches the proxy of 'shop/api': that is not evaluated"]],
    ['an EnvoyFilter for another', filter({ workloadSelector: { labels: { app: 'web' } } }), []],
    ['an EnvoyFilter of the root namespace', filter({}, 'istio-system'), ["EnvoyFilter istio-system/lua patches the proxy of 'shop/api': that is not evaluated"]],
    ['an EnvoyFilter of another namespace', filter({}, 'pay'), []],
    ['an EnvoyFilter for a gateway', filter({ targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name: 'api' }] }), []],
    ['a WasmPlugin for the workload', plugin({ selector: { matchLabels: { app: 'api' } } }), ["WasmPlugin shop/auth runs code in the proxy of 'shop/api': that is not evaluated"]],
    ['a TrafficExtension for the workload', { ...plugin({ selector: { matchLabels: { app: 'api' } }, phase: 'AUTHZ' }), kind: 'TrafficExtension' },
      ["TrafficExtension shop/auth runs code in the proxy of 'shop/api': that is not evaluated"]],
    ['a WasmPlugin for another', plugin({ selector: { matchLabels: { app: 'web' } } }), []],
    ['a Sidecar with listeners', sidecar({ ingress: [{ port: { number: 8080 } }] }), ["Sidecar shop/ports changes the ports of 'shop/api': that is not evaluated"]],
    ['a Sidecar with listeners for another', sidecar({ workloadSelector: { labels: { app: 'web' } }, ingress: [{}] }), []],
    ['a Sidecar for what goes out', sidecar({ egress: [{ hosts: ['./*'] }] }), []],
  ])('is told: %s', (_, object, notes) => {
    expect(sidecars([object]).isAuthorized(request()).notes).toEqual(notes);
  });

  test('is nothing to ztunnel', () => {
    expect(ambient([filter({})]).isAuthorized(request()).notes).toEqual([]);
  });

  test('is told of waypoints and gateways', () => {
    const gateway = (name: string, gatewayClassName: string) => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: metadata(name), spec: { gatewayClassName, listeners: [{ port: 80, protocol: 'HTTP' }] } });
    const to = (name: string) => ({ ...filter({ targetRefs: [{ kind: 'Gateway', group: 'gateway.networking.k8s.io', name }] }), metadata: metadata(`at-${name}`) });
    const world = [namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' }), pod('api'), service('api', [{ name: 'http', port: 80 }])];
    const policies = PolicySet.fromManifests([...world, gateway('wp', 'istio-waypoint'), gateway('edge', 'istio'), to('wp'), to('edge')]);
    const source = { principal: WEB };

    expect(policies.isAuthorized({ source, destination: { namespace: 'shop', service: 'api', port: 80 } }).notes).toEqual(["EnvoyFilter shop/at-wp patches the proxy of 'shop/wp': that is not evaluated"]);
    expect(policies.isAuthorized({ destination: { namespace: 'shop', gateway: 'edge', port: 80 } }).notes).toEqual(["EnvoyFilter shop/at-edge patches the proxy of 'shop/edge': that is not evaluated"]);
  });

  test('a waypoint of another class may do anything', () => {
    const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: metadata('wp'), spec: { gatewayClassName: 'other-waypoint' } };
    const world = [namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' }), pod('api'), service('api', [{ name: 'http', port: 80 }]), waypoint];
    const answer = PolicySet.fromManifests(world).isAuthorized({ source: { principal: WEB }, destination: { namespace: 'shop', service: 'api', port: 80 } });

    expect([verdict(answer), answer.notes]).toEqual(['UNDECIDED', ["the waypoint shop/wp is of class 'other-waypoint', which is not evaluated"]]);
  });
});
