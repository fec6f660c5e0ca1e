import { AuthorizerProtocol, MeshSettings, PolicySet, ProxyKind } from 'cdk8s-zero-trust';
import { authorization, namespace, pod, request, service, sidecars, verdict, WEB } from './support';

const names = (policies: { name: string; rule?: number }[]) => policies.map(({ name, rule }) => `${name} ${rule}`);

describe('waypoints', () => {
  const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'waypoint', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
  const targetRefs = [{ group: '', kind: 'Service', name: 'api' }];
  const world = (policies: object[], settings: MeshSettings = {}) => PolicySet.fromManifests([
    namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), service('api', [{ name: 'http', port: 80 }, { name: 'http-2', port: 8080 }], { 'istio.io/use-waypoint': 'waypoint' }), pod('api'), waypoint, ...policies,
  ], settings);

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
    const custom = authorization({ action: 'CUSTOM', targetRefs, provider: { name: 'opa' }, rules: [{}] }, { name: 'custom' });
    const atZtunnel = authorization({ action: 'DENY', rules: [{ to: [{ operation: { ports: ['8080'] } }] }] }, { name: 'at-ztunnel' });
    const policies = world([authorization({ targetRefs, rules: [{}] }, { name: 'at-waypoint' }), custom, atZtunnel], { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] });
    const to = (port: number) => policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port }, source: { principal: WEB }, http: {} });

    expect([verdict(to(80)), names(to(80).determiningPolicies), to(80).authorizers]).toEqual(['CONDITIONAL CUSTOM', ['custom 0'], ['opa']]);
    expect([verdict(to(8080)), names(to(8080).determiningPolicies), to(8080).authorizers]).toEqual(['DENY DENY', ['at-ztunnel 0'], []]);
  });

  test('are named with ztunnel where both let a request pass', () => {
    const policies = world([authorization({ targetRefs, rules: [{}] }, { name: 'at-waypoint' }), authorization({ rules: [{}] }, { name: 'at-ztunnel' })]);
    const response = policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: WEB }, http: {} });

    expect([verdict(response), names(response.determiningPolicies)]).toEqual(['ALLOW 200', ['at-waypoint 0', 'at-ztunnel 0']]);
  });

  test('refuse a port that the Service does not have', () => {
    const response = world([]).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 81 }, source: { principal: WEB }, http: {} });

    expect(verdict(response)).toBe('DENY TRANSPORT');
    expect(response.explain()).toContain('TRANSPORT the addressed object has no such port');
  });

  const entry = {
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata: { name: 'ext', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint' } },
    spec: { addresses: ['192.0.2.1', '192.0.2.2'], ports: ['HTTP', 'grpc-web', 'HTTP_PROXY', 'TLS', 'MONGO', 'MYSQL', 'UNKNOWN', undefined].map((protocol, index) => ({ number: index + 1, protocol })) },
  };
  const at = (destination: object, tcp: boolean, policies: object[] = []) => world([entry, ...policies])
    .isAuthorized({ destination: { namespace: 'shop', port: 80, proxy: ProxyKind.WAYPOINT, ...destination }, source: { principal: WEB }, http: tcp ? undefined : {} });

  test.each([[1, 'HTTP'], [2, 'HTTP'], [3, 'HTTP'], [4, 'TCP'], [5, 'TCP'], [6, 'TCP'], [7, 'sniffed'], [8, 'sniffed'], [9, 'refused']])('5.1 take port %d of a ServiceEntry for %s', (port, protocol) => {
    const answers = { HTTP: ['ALLOW 200', 'DENY PROTOCOL 400'], TCP: ['ALLOW', 'ALLOW'], sniffed: ['ALLOW 200', 'ALLOW'], refused: ['DENY TRANSPORT', 'DENY TRANSPORT'] };

    expect([false, true].map(tcp => verdict(at({ serviceEntry: 'ext', port }, tcp)))).toEqual(answers[protocol as keyof typeof answers]);
  });

  test.each([
    ["a Service's", { service: 'api' }, '10.96.0.1'],
    ["a ServiceEntry's first", { serviceEntry: 'ext', port: 1 }, '192.0.2.1'],
    ["a pod's", { workload: 'api', waypoint: 'waypoint' }, '10.1.1.1'],
    ['the one that the request states', { service: 'api', ip: '10.96.0.9' }, '10.96.0.9'],
  ])('see one destination address: %s', (_, destination, ip) => {
    const deny = (values: object) => authorization({
      action: 'DENY',
      targetRefs: [...targetRefs, { group: 'networking.istio.io', kind: 'ServiceEntry', name: 'ext' }, { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }],
      rules: [{ when: [{ key: 'destination.ip', ...values }] }],
    });

    expect(at(destination, false, [deny({ values: [ip] })]).decision).toBe('DENY');
    expect(at(destination, false, [deny({ notValues: [ip] })]).decision).toBe('ALLOW');
  });

  test.each([['1.24', false], ['1.25', true]])('15.1 of %s see the server name: %s', (version, sees) => {
    const policy = authorization({ targetRefs, action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: ['api.example.com'] }] }] });
    const fromWeb = authorization({ targetRefs, rules: [{ from: [{ source: { principals: [WEB] } }], to: [{ operation: { methods: ['GET'] } }] }] }, { name: 'from-web' });
    const source = { principal: WEB, sni: 'api.example.com' };
    const response = world([policy, fromWeb], { istioVersion: version }).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80, proxy: ProxyKind.WAYPOINT }, source, http: {} });

    expect(response.isAllowed).toBe(!sees);
  });
});

describe('workloads', () => {
  const template = { metadata: { labels: { 'app': 'api', 'sidecar.istio.io/inject': 'true' } }, spec: { containers: [{ ports: [{ name: 'web', containerPort: 8080 }] }] } };
  const apps = (kind: string) => ({ apiVersion: 'apps/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec: { template } });
  const batch = (kind: string, spec: object) => ({ apiVersion: 'batch/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec });

  test.each([
    { ...apps('ReplicationController'), apiVersion: 'v1' }, apps('Deployment'), apps('StatefulSet'), apps('DaemonSet'), apps('ReplicaSet'), batch('Job', { template }), batch('CronJob', { jobTemplate: { spec: { template } } }),
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'api', namespace: 'shop', ...template.metadata }, spec: template.spec },
  ])('are found behind a Service, with the port that it names: $kind', workload => {
    const toPort = service('api', [{ name: 'http', port: 80, targetPort: 'web' }]);
    const { hops } = PolicySet.fromManifests([toPort, workload]).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} });

    expect(hops.map(({ proxy, port }) => [proxy, port])).toEqual([['sidecar of shop/api', 8080]]);
  });
});

describe('annotations', () => {
  test('1.7 of the pods of a workload count', () => {
    const template = { metadata: { labels: { app: 'api' }, annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } } };
    const policies = PolicySet.fromManifests([
      namespace('shop', { 'istio-injection': 'enabled' }), { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' }, spec: { template } }, authorization({}),
    ]);

    expect([8080, 8081].map(port => verdict(policies.isAuthorized(request({ port }))))).toEqual(['ALLOW', 'DENY ALLOW 403']);
  });
});

describe('protocols', () => {
  const answersTo = (port: object, ...calls: object[]) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ ...port, targetPort: 8080 }]), pod('api')]);

    return calls.map(call => verdict(policies.isAuthorized(request(call))));
  };

  test.each([
    [{ port: 80, name: 'http' }, 'HTTP'], [{ port: 80, name: 'grpc-web' }, 'HTTP'], [{ port: 80, name: 'HTTP2-x' }, 'HTTP'],
    [{ port: 80, name: 'redis' }, 'TCP'], [{ port: 80 }, 'sniffed'],
    [{ port: 80, name: 'http', appProtocol: 'tcp' }, 'TCP'], [{ port: 80, appProtocol: 'kubernetes.io/ws' }, 'HTTP'], [{ port: 80, name: 'http', appProtocol: 'kubernetes.io/wss' }, 'TCP'],
    [{ port: 80, appProtocol: 'constructor' }, 'sniffed'], [{ port: 80, appProtocol: 'kubernetes.io/h2c' }, 'HTTP'],
  ])('5.1 %j is %s', (port, protocol) => {
    const answers = { HTTP: ['ALLOW 200', 'DENY PROTOCOL 400'], TCP: ['ALLOW', 'ALLOW'], sniffed: ['ALLOW 200', 'ALLOW'] };

    expect(answersTo(port, {}, { tcp: true })).toEqual(answers[protocol as keyof typeof answers]);
  });

  test.each([[25, 'TCP'], [53, 'TCP'], [3306, 'TCP'], [27017, 'TCP'], [80, 'HTTP']])('5.1 port %d without name is %s to a client that speaks HTTP', (port, protocol) => {
    const policies = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), service('api', [{ port, targetPort: 8080 }]), pod('api')]);

    expect(policies.isAuthorized(request()).hops[0].steps[0].outcome).toContain(`${protocol} connection`);
  });
});

describe('several Services of one pod', () => {
  const leading = (name: string, creationTimestamp: string, ports: object[]) => {
    const made = service('api', ports) as { metadata: object };
    return { ...made, metadata: { ...made.metadata, name, creationTimestamp } };
  };

  test('5.1 lead to its port by the protocol of the oldest', () => {
    const policies = PolicySet.fromManifests([
      namespace('shop', { 'istio-injection': 'enabled' }), pod('api'),
      leading('new', '2024-01-02T00:00:00Z', [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'http-2', port: 81, targetPort: 8081 }]),
      leading('old', '2024-01-01T00:00:00Z', [{ name: 'tcp', port: 80, targetPort: 8080 }, { name: 'http', port: 82, targetPort: 8080 }]),
    ]);

    expect([8080, 8081].map(port => verdict(policies.isAuthorized(request({ port }))))).toEqual(['ALLOW', 'ALLOW 200']);
  });
});

describe('addresses', () => {
  test.each([[{ 'istio-injection': 'enabled' }], [{ 'istio.io/dataplane-mode': 'ambient' }]])('of pods are those that the request states, else those of the manifests: %j', labels => {
    const policy = authorization({ action: 'DENY', rules: [{ when: [{ key: 'destination.ip', values: ['10.1.1.9'] }] }] });
    const policies = PolicySet.fromManifests([namespace('shop', labels), pod('api'), policy]);
    const decision = (ip?: string) => policies.isAuthorized({ destination: { namespace: 'shop', workload: 'api', port: 80, ip }, source: { principal: WEB }, http: {} }).decision;

    expect([decision('10.1.1.9'), decision('10.1.1.1'), decision()]).toEqual(['DENY', 'ALLOW', 'ALLOW']);
  });

  test.each([[{ 'istio-injection': 'enabled' }], [{ 'istio.io/dataplane-mode': 'ambient' }]])('of a Service are not those of its pods: %j', labels => {
    const policy = authorization({ action: 'DENY', rules: [{ when: [{ key: 'destination.ip', values: ['10.1.1.1'] }] }] });
    const policies = PolicySet.fromManifests([namespace('shop', labels), service('api', [{ name: 'http', port: 80 }]), pod('api'), policy]);

    expect(policies.isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80, ip: '10.96.0.1' }, source: { principal: WEB }, http: {} }).stage).toBe('DENY');
  });
});

describe('a host that a request does not state', () => {
  const waypoint = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'waypoint', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' } };
  const entry = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'ext', namespace: 'shop' }, spec: { ports: [{ number: 80, protocol: 'HTTP' }] } };
  const edge = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'edge', namespace: 'shop' }, spec: { listeners: [{ port: 80, protocol: 'HTTP' }] } };
  const world = [namespace('shop', { 'istio-injection': 'enabled' }), service('front', [{ name: 'http', port: 80 }]), pod('api', { app: 'front' }), waypoint, entry, edge];

  test.each([
    ['front', { service: 'front' }, WEB], ['ext', { serviceEntry: 'ext', waypoint: 'waypoint' }, WEB], ['api', { workload: 'api' }, WEB], ['edge', { gateway: 'edge' }, undefined],
  ])('is the name of the destination: %s', (name, destination, principal) => {
    const deny = (target: object) => authorization({ action: 'DENY', rules: [{ to: [{ operation: { hosts: [`${name}.shop`] } }] }], ...target }, { name: JSON.stringify(target) });
    const policies = PolicySet.fromManifests([...world, deny({}), deny({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' }] })]);

    expect(verdict(policies.isAuthorized({ destination: { namespace: 'shop', port: 80, ...destination }, source: { principal }, http: {} }))).toBe('DENY DENY 403');
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
