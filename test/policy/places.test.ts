import { PolicySet, ProxyKind } from 'cdk8s-zero-trust';
import { authorization, namespace, pod, request, service, sidecars, verdict, WEB } from './support';

const names = (policies: { name: string; rule?: number }[]) => policies.map(({ name, rule }) => `${name} ${rule}`);

describe('waypoints', () => {
  const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'waypoint', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
  const targetRefs = [{ group: '', kind: 'Service', name: 'api' }];
  const world = (policies: object[], istioVersion = '1.32') => PolicySet.fromManifests([
    namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), service('api', [{ name: 'http', port: 80 }], { 'istio.io/use-waypoint': 'waypoint' }), pod('api'), waypoint, ...policies,
  ], { istioVersion });

  test('enforce for each Service what is meant for it', () => {
    const policies = world([
      service('db', [{ name: 'http', port: 80 }], { 'istio.io/use-waypoint': 'waypoint' }), pod('db'), authorization({ targetRefs: [{ ...targetRefs[0], name: 'db' }] }),
    ]);
    const call = (name: string) => policies.isAuthorized({ destination: { namespace: 'shop', service: name, port: 80 }, source: { principal: WEB }, http: {} });

    expect([verdict(call('api')), verdict(call('db')), verdict(call('api'))]).toEqual(['ALLOW 200', 'DENY ALLOW 403', 'ALLOW 200']);
  });

  test('are named with or without their namespace', () => {
    const hops = (name: string) => world([]).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80, waypoint: name }, source: { principal: WEB }, http: {} }).hops;

    expect([hops('waypoint')[0].proxy, hops('shop/waypoint')[0].proxy]).toEqual(['waypoint shop/waypoint', 'waypoint shop/waypoint']);
  });

  test('are passed where the request says so, whoever the client is', () => {
    const api = { namespace: 'shop', service: 'api', port: 80 };
    const hops = (destination: object, source = {}) => world([]).isAuthorized({ destination: { ...api, ...destination }, source, http: {} }).hops.map(({ proxy }) => proxy);

    expect(hops({})).toEqual(['ztunnel of shop/api']);
    expect(hops({ waypoint: 'waypoint' })).toEqual(['waypoint shop/waypoint', 'ztunnel of shop/api']);
    expect(hops({ proxy: ProxyKind.WAYPOINT })).toEqual(['waypoint shop/waypoint']);
    expect(() => hops({ waypoint: 'other' })).toThrow("destination.waypoint must be a waypoint of the manifests, got 'other'; add its Gateway");
  });

  test('5.2 of pods find out the protocol', () => {
    const destination = { namespace: 'shop', workload: 'api', port: 81, waypoint: 'waypoint' };

    expect(verdict(world([]).isAuthorized({ destination, source: { principal: WEB }, http: {} }))).toBe('ALLOW 200');
  });

  test('are not named where ztunnel refuses', () => {
    const policies = world([authorization({ targetRefs, rules: [{}] }, { name: 'at-waypoint' }), authorization({ action: 'DENY', rules: [{}] }, { name: 'at-ztunnel' })]);
    const response = policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: WEB }, http: {} });

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['DENY DENY', ['at-ztunnel 0']]);
  });

  test('refuse a port that the Service does not have', () => {
    const response = world([]).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 81 }, source: { principal: WEB }, http: {} });

    expect(verdict(response)).toBe('DENY TRANSPORT');
    expect(response.explain()).toContain('TRANSPORT the addressed object has no such port');
  });

  test.each([['1.24', false], ['1.25', true]])('15.1 of %s see the server name: %s', (version, sees) => {
    const policy = authorization({ targetRefs, action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: ['api.example.com'] }] }] });
    const source = { principal: WEB, sni: 'api.example.com' };
    const response = world([policy], version).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80, proxy: ProxyKind.WAYPOINT }, source, http: {} });

    expect(response.isAllowed).toBe(!sees);
  });
});

describe('workloads', () => {
  const template = { metadata: { labels: { 'app': 'api', 'sidecar.istio.io/inject': 'true' } }, spec: { containers: [{ ports: [{ name: 'web', containerPort: 8080 }] }] } };
  const apps = (kind: string) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec: { template } });
  const batch = (kind: string, spec: object) => ({ apiVersion: 'batch/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec });

  test.each([
    apps('Deployment'), apps('StatefulSet'), apps('DaemonSet'), apps('ReplicaSet'), batch('Job', { template }), batch('CronJob', { jobTemplate: { spec: { template } } }),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', ...template.metadata }, spec: template.spec },
  ])('are found behind a Service, with the port that it names: $kind', workload => {
    const toPort = service('api', [{ name: 'http', port: 80, targetPort: 'web' }]);
    const { hops } = PolicySet.fromManifests([toPort, workload]).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });

    expect(hops.map(({ proxy, port }) => [proxy, port])).toEqual([['sidecar of shop/api', 8080]]);
  });
});

describe('protocols', () => {
  test.each([
    [{ port: 80, name: 'http' }, 'HTTP'], [{ port: 80, name: 'grpc-web' }, 'HTTP'], [{ port: 80, name: 'HTTP2-x' }, 'HTTP'],
    [{ port: 80, name: 'redis' }, 'TCP'], [{ port: 80 }, 'TCP'],
    [{ port: 80, name: 'http', appProtocol: 'tcp' }, 'TCP'], [{ port: 80, appProtocol: 'kubernetes.io/ws' }, 'HTTP'], [{ port: 80, name: 'http', appProtocol: 'kubernetes.io/wss' }, 'TCP'],
    [{ port: 80, appProtocol: 'constructor' }, 'TCP'],
  ])('5.1 %j is %s to a client that does not speak HTTP', (port, protocol) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ ...port, targetPort: 8080 }]), pod('api')]);

    expect(verdict(policies.isAuthorized(request({ tcp: true })))).toBe(protocol === 'HTTP' ? 'DENY PROTOCOL 400' : 'ALLOW');
  });

  test.each([[25, 'TCP'], [53, 'TCP'], [3306, 'TCP'], [27017, 'TCP'], [80, 'HTTP']])('5.1 port %d without name is %s to a client that speaks HTTP', (port, protocol) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ port, targetPort: 8080 }]), pod('api')]);

    expect(policies.isAuthorized(request()).hops[0].steps[0].outcome).toContain(`${protocol} connection`);
  });
});

describe('addresses', () => {
  test.each([[{ 'istio-injection': 'enabled' }], [{ 'istio.io/dataplane-mode': 'ambient' }]])('of a Service are not those of its pods: %j', labels => {
    const policy = authorization({ action: 'DENY', rules: [{ when: [{ key: 'destination.ip', values: ['10.1.1.1'] }] }] });
    const policies = PolicySet.fromManifests([namespace('shop', labels), service('api', [{ name: 'http', port: 80 }]), pod('api'), policy]);

    expect(policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80, ip: '10.96.0.1' }, source: { principal: WEB }, http: {} }).stage).toBe('DENY');
  });
});

describe('a proxy that is asked for', () => {
  test('may be asked about a port that no Service has', () => {
    const policies = sidecars([]);

    expect(verdict(policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 9999, proxy: ProxyKind.SIDECAR }, http: {} }))).toBe('ALLOW 200');
    expect(() => policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 9999 }, http: {} })).toThrow('destination.port must be a port of Service');
  });
});

describe('ports of another protocol than TCP', () => {
  test.each(['UDP', 'SCTP'])('are none: %s', protocol => {
    const policies = PolicySet.fromManifests([service('api', [{ port: 80, protocol, targetPort: 9000 }, { port: 80, targetPort: 8080 }]), pod('api', { 'sidecar.istio.io/inject': 'true' })]);

    expect(policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }).hops.map(({ port }) => port)).toEqual([8080]);
  });
});
