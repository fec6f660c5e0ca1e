import { AccessRequest, AuthorizerProtocol, PolicySet, ProxyKind } from 'cdk8s-zero-trust';
import { ask, authorization, namespace, peerAuthentication, pod, request, service, sidecars, verdict, WEB } from './support';

const WAYPOINT = {
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'waypoint', namespace: 'shop' }, spec: { gatewayClassName: 'istio-waypoint' },
};
const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };
const USE_WAYPOINT = { 'istio.io/use-waypoint': 'waypoint' };
const PORTS = [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp', port: 9000 }];
const toService = { group: '', kind: 'Service', name: 'api' };
const toGateway = { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'waypoint' };
const toClass = { group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name: 'istio-waypoint' };

function behindWaypoint(policies: object[], settings = {}): PolicySet {
  const world = [namespace('shop', AMBIENT), namespace('old', { 'istio-injection': 'enabled' }), service('api', PORTS, USE_WAYPOINT), pod('api'), WAYPOINT];
  return PolicySet.fromManifests([...world, ...policies], settings);
}

function toApi(more: Partial<AccessRequest> = {}): AccessRequest {
  return { destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: WEB, ip: '10.1.2.3' }, http: {}, ...more };
}

describe('the way', () => {
  test.each([
    ['1.2 injection', { 'istio-injection': 'enabled' }, {}, 'sidecar of shop/api'],
    ['1.2 a revision', { 'istio.io/rev': 'stable' }, {}, 'sidecar of shop/api'],
    ['1.2 the pod says otherwise', { 'istio-injection': 'enabled' }, { 'sidecar.istio.io/inject': 'false' }, undefined],
    ['1.2 ambient', AMBIENT, {}, 'ztunnel of shop/api'],
    ['1.2 ambient of the pod', {}, AMBIENT, 'ztunnel of shop/api'],
    ['1.2 the pod leaves', AMBIENT, { 'istio.io/dataplane-mode': 'none' }, undefined],
    ['1.2 not in the mesh', {}, {}, undefined],
  ])('%s', (_, labels, podLabels, proxy) => {
    const policies = PolicySet.fromManifests([namespace('shop', labels), pod('api', podLabels), authorization({})]);

    const { hops, isAllowed } = policies.isAuthorized(request());

    expect(hops.map(hop => hop.proxy)).toEqual([proxy].filter(name => name !== undefined));
    expect(isAllowed).toBe(proxy === undefined);
  });

  test('1.2 takes a namespace that is not in the manifests to have the default proxy', () => {
    const response = PolicySet.fromManifests([pod('api')], { defaultProxy: ProxyKind.ZTUNNEL }).isAuthorized(request());

    expect(response.hops.map(({ proxy }) => proxy)).toEqual(['ztunnel of shop/api']);
    expect(response.notes).toEqual(["namespace 'shop' is not in the manifests; its workloads are taken to have the default proxy"]);
  });

  test.each([
    ['true', {}, ['sidecar of shop/api']], ['false', {}, []], ['true', { 'sidecar.istio.io/inject': 'false' }, []], ['false', { 'sidecar.istio.io/inject': 'true' }, ['sidecar of shop/api']],
  ])('1.2 has the default sidecar in a namespace that is not known, unless an annotation (%s) and no label says otherwise: %j', (inject, labels, proxies) => {
    const api = pod('api', labels as Record<string, string>) as { metadata: object };
    const policies = PolicySet.fromManifests([{ ...api, metadata: { ...api.metadata, annotations: { 'sidecar.istio.io/inject': inject } } }]);

    expect(policies.isAuthorized(request()).hops.map(({ proxy }) => proxy)).toEqual(proxies);
  });

  test.each<Record<string, string>>([{ 'sidecar.istio.io/inject': 'false' }, { 'istio.io/dataplane-mode': 'none' }])('1.2 does not where the pod says otherwise: %j', labels => {
    const response = PolicySet.fromManifests([pod('api', labels), authorization({})]).isAuthorized(request());

    const [[name, value]] = Object.entries(labels);
    expect([verdict(response), response.notes]).toEqual(['ALLOW', [`'shop/api' is not in the mesh, by label ${name}: '${value}': no proxy enforces policy for it`]]);
  });

  test('1.2 has the policies of the labels that a request states, each time', () => {
    const policies = sidecars([authorization({ selector: { matchLabels: { tier: 'secret' } } })]);
    const withLabels = (labels: Record<string, string>) => policies.isAuthorized({ ...request(), destination: { namespace: 'shop', workload: 'api', port: 8080, labels } }).decision;

    expect([withLabels({ app: 'api' }), withLabels({ tier: 'secret' }), withLabels({ app: 'api' })]).toEqual(['ALLOW', 'DENY', 'ALLOW']);
  });

  test('1.3 goes through the waypoint, then ztunnel', () => {
    const { hops } = behindWaypoint([]).isAuthorized(toApi());

    expect(hops.map(({ proxy, port }) => [proxy, port])).toEqual([['waypoint shop/waypoint', 80], ['ztunnel of shop/api', 8080]]);
  });

  test('1.3 goes to the pods of a Service without cluster address, past a waypoint for Services', () => {
    const headless = { ...service('api', PORTS, USE_WAYPOINT) as { spec: object }, spec: { clusterIP: 'None', selector: { app: 'api' }, ports: PORTS } };
    const ofPods = { ...WAYPOINT, metadata: { ...WAYPOINT.metadata, labels: { 'istio.io/waypoint-for': 'all' } } };
    const waysBy = (waypoint: object) => PolicySet.fromManifests([namespace('shop', { ...AMBIENT, ...USE_WAYPOINT }), headless, pod('api'), waypoint])
      .isAuthorized(toApi()).hops.map(({ proxy, port }) => [proxy, port]);

    expect(waysBy(WAYPOINT)).toEqual([['ztunnel of shop/api', 8080]]);
    expect(waysBy(ofPods)).toEqual([['waypoint shop/waypoint', 8080], ['ztunnel of shop/api', 8080]]);
  });

  test('1.3 goes to the pods of a Service without cluster address, through the waypoint that these name', () => {
    const headless = { ...service('api', PORTS) as object, spec: { clusterIP: 'None', selector: { app: 'api' }, ports: PORTS } };
    const ofPods = { ...WAYPOINT, metadata: { ...WAYPOINT.metadata, labels: { 'istio.io/waypoint-for': 'workload' } } };
    const toPod = authorization({ action: 'DENY', targetRefs: [toGateway], rules: [{ when: [{ key: 'destination.ip', values: ['10.1.1.1'] }] }] });
    const response = PolicySet.fromManifests([namespace('shop', AMBIENT), headless, pod('api', USE_WAYPOINT), ofPods, toPod]).isAuthorized(toApi());

    expect([response.hops[0].proxy, verdict(response)]).toEqual(['waypoint shop/waypoint', 'DENY DENY 403']);
  });

  test.each([
    ['1.4 a plaintext client', undefined],
    ['1.4 a client with a sidecar', 'cluster.local/ns/old/sa/web'],
  ])('%s goes past the waypoint', (_, principal) => {
    const response = behindWaypoint([authorization({ targetRefs: [toService] })]).isAuthorized(toApi({ source: { principal } }));

    expect(verdict(response)).toBe('ALLOW');
    expect(response.notes).toEqual(['the client goes past the waypoint shop/waypoint: only clients in ambient mode use it']);
  });

  test.each([
    ['is not there', undefined, 'ALLOW 200', 'the waypoint shop/waypoint is not in the manifests; without it traffic goes straight to the pod'],
    ['is for other traffic', { ...WAYPOINT, metadata: { ...WAYPOINT.metadata, labels: { 'istio.io/waypoint-for': 'workload' } } }, 'ALLOW 200', 'the waypoint shop/waypoint is for traffic to a workload only'],
    ['is of another class', { ...WAYPOINT, spec: { gatewayClassName: 'other' } }, 'UNDECIDED', "the waypoint shop/waypoint is of class 'other', which is not evaluated"],
    ['is of no class', { ...WAYPOINT, spec: {} }, 'UNDECIDED', "the waypoint shop/waypoint is of class '', which is not evaluated"],
  ])('1.3 notes a waypoint that %s', (_, waypoint, expected, note) => {
    const policies = PolicySet.fromManifests([namespace('shop', AMBIENT), service('api', PORTS, USE_WAYPOINT), pod('api'), ...waypoint ? [waypoint] : []]);
    const response = policies.isAuthorized(toApi());

    expect([verdict(response).split(' ')[0], response.notes]).toEqual([expected.split(' ')[0], [note]]);
  });

  test('1.3 has no waypoint where the Service says none', () => {
    const policies = PolicySet.fromManifests([namespace('shop', { ...AMBIENT, ...USE_WAYPOINT }), service('api', PORTS, { 'istio.io/use-waypoint': 'none' }), service('db', PORTS), pod('api'), pod('db'), WAYPOINT]);
    const way = (name: string) => policies.isAuthorized(toApi({ destination: { namespace: 'shop', service: name, port: 80 } }));

    expect([way('api').hops.length, way('api').notes, way('db').hops.length]).toEqual([1, [], 2]);
  });

  test('1.3 has the waypoint of a ServiceEntry that leads to a workload', () => {
    const entry = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'ext', namespace: 'shop', labels: USE_WAYPOINT }, spec: { addresses: ['240.0.0.1'], ports: [{ number: 8080, protocol: 'HTTP' }] } };
    const policies = PolicySet.fromManifests([namespace('shop', AMBIENT), entry, pod('api'), WAYPOINT]);

    expect(policies.isAuthorized(toApi({ destination: { namespace: 'shop', serviceEntry: 'ext', workload: 'api', port: 8080 } })).hops.map(({ proxy }) => proxy))
      .toEqual(['waypoint shop/waypoint', 'ztunnel of shop/api']);
  });

  test('1.4 past the waypoint there are only the ports of the Service', () => {
    const to = (principal?: string) => behindWaypoint([]).isAuthorized(toApi({ source: { principal }, destination: { namespace: 'shop', service: 'api', port: 81 } }));

    expect(verdict(to(WEB))).toBe('DENY TRANSPORT');
    expect(() => to()).toThrow("destination.port must be a port of Service 'api' (80, 9000), got 81");
  });

  test('1.5 ztunnel sees the waypoint instead of the client', () => {
    const forClient = authorization({ rules: [{ from: [{ source: { principals: [WEB] } }] }] });
    const forWaypoint = authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/waypoint'] } }] }] });

    expect(verdict(behindWaypoint([forClient]).isAuthorized(toApi()))).toBe('DENY ALLOW');
    expect(verdict(behindWaypoint([forWaypoint]).isAuthorized(toApi()))).toBe('ALLOW 200');
  });

  test('1.5 a sidecar behind a waypoint sees the waypoint, whoever the client is', () => {
    const behind = PolicySet.fromManifests([
      namespace('shop', { 'istio-injection': 'enabled' }), service('api', PORTS, USE_WAYPOINT), pod('api'), WAYPOINT, peerAuthentication({ mtls: { mode: 'STRICT' } }),
      authorization({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/waypoint'] } }] }] }),
      authorization({ action: 'DENY', rules: [{ when: [{ key: 'connection.sni', values: ['*'] }] }] }, { name: 'no-sni' }),
    ]);
    const through = (source: object) => behind.isAuthorized(toApi({ source, destination: { namespace: 'shop', service: 'api', port: 80, waypoint: 'waypoint' } }));
    const atSidecar = 'STRICT by shop/policy; HTTP connection of peer spiffe://cluster.local/ns/shop/sa/waypoint';

    expect(verdict(through({ principal: WEB, sni: 'api' }))).toBe('ALLOW 200');
    expect([{ principal: WEB }, {}].map(source => through(source).hops[1].steps[0].outcome)).toEqual([atSidecar, atSidecar]);
  });

  test('8.5 only the authorizer that has not answered must be asked', () => {
    const custom = (name: string, more: object) => authorization({ action: 'CUSTOM', provider: { name }, rules: [{}], ...more }, { name });
    const policies = PolicySet.fromManifests([
      namespace('shop', { 'istio-injection': 'enabled' }), service('api', PORTS, USE_WAYPOINT), pod('api'), WAYPOINT,
      custom('at-waypoint', { targetRefs: [toService] }), custom('at-sidecar', {}),
    ], { authorizerProviders: ['at-waypoint', 'at-sidecar'].map(name => ({ name, protocol: AuthorizerProtocol.GRPC })) });
    const source = { principal: 'cluster.local/ns/client/sa/web' };
    const asked = (...answered: string[]) => policies.isAuthorized(toApi({ source, authorizerAnswers: answered.map(provider => ({ provider, allows: true })) })).authorizers;

    expect([asked(), asked('at-waypoint'), asked('at-sidecar'), asked('at-waypoint', 'at-sidecar')])
      .toEqual([['at-waypoint', 'at-sidecar'], ['at-sidecar'], ['at-waypoint'], []]);
  });

  test.each([
    ['2.2 no selector', {}, {}, true],
    ['2.2 no selector, root namespace', {}, { namespace: 'istio-system' }, true],
    ['2.2 no selector, another namespace', {}, { namespace: 'other' }, false],
    ['2.2 an empty selector', { selector: {} }, {}, true],
    ['2.2 a selector', { selector: { matchLabels: { app: 'api' } } }, { namespace: 'istio-system' }, true],
    ['2.2 a selector that misses', { selector: { matchLabels: { app: 'api', x: 'y' } } }, {}, false],
    ['2.2 a targetRef', { targetRefs: [toService] }, {}, false],
    ['2.6 targetRef beside an empty list', { targetRef: toService, targetRefs: [] }, {}, false],
  ])('%s at a sidecar', (_, spec, meta, attached) => {
    expect(ask(sidecars([authorization(spec, meta)]))).toBe(attached ? 'DENY ALLOW 403' : 'ALLOW 200');
  });

  test('2.2 says why a policy with a targetRef is not for a sidecar', () => {
    expect(sidecars([authorization({ targetRefs: [toGateway] })]).isAuthorized(request()).hops[0].detached)
      .toEqual(['shop/policy: a policy with targetRefs is not for sidecars and classic gateways']);
  });

  test.each([
    ['2.4 the Service', { targetRefs: [toService] }, {}, true],
    ['2.4 the Service, its group by another name', { targetRefs: [{ ...toService, group: 'core' }] }, {}, true],
    ['2.4 a Service of another group', { targetRefs: [{ ...toService, group: 'networking.istio.io' }] }, {}, false],
    ['2.4 a ServiceEntry of the same name', { targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'api' }] }, {}, false],
    ['2.4 another kind of the same name', { targetRefs: [{ ...toService, kind: 'Pod' }] }, {}, false],
    ['2.4 a Gateway of another namespace', { targetRefs: [{ ...toGateway, namespace: 'edge' }] }, {}, false],
    ['2.4 a Gateway that says its namespace', { targetRefs: [{ ...toGateway, namespace: 'shop' }] }, {}, true],
    ['2.4 another Gateway', { targetRefs: [{ ...toGateway, name: 'other' }] }, {}, false],
    ['2.4 another Service', { targetRefs: [{ ...toService, name: 'db' }] }, {}, false],
    ['2.4 the Service, from another namespace', { targetRefs: [toService] }, { namespace: 'istio-system' }, false],
    ['2.4 the Gateway', { targetRefs: [toGateway] }, {}, true],
    ['2.4 the class, from the root namespace', { targetRefs: [toClass] }, { namespace: 'istio-system' }, true],
    ['2.4 the class, from elsewhere', { targetRefs: [toClass] }, {}, false],
    ['2.4 the older targetRef', { targetRef: toService }, {}, true],
  ])('%s at a waypoint', (_, spec, meta, attached) => {
    expect(verdict(behindWaypoint([authorization(spec, meta)]).isAuthorized(toApi()))).toBe(attached ? 'DENY ALLOW 403' : 'ALLOW 200');
  });

  test('2.4 a policy without targetRefs is not for waypoints', () => {
    const response = behindWaypoint([authorization({}, { namespace: 'istio-system' })]).isAuthorized(toApi());

    expect(response.hops[0].detached).toEqual(['istio-system/policy: a policy without targetRefs is not for waypoints']);
    expect(verdict(response)).toBe('DENY ALLOW');
  });

  test('10.10 blocks contain nothing at a waypoint', () => {
    const source = (spec: object) => authorization({ action: 'DENY', targetRefs: [toService], rules: [{ from: [{ source: spec }] }] });

    expect(verdict(behindWaypoint([source({ ipBlocks: ['0.0.0.0/0'] })]).isAuthorized(toApi()))).toBe('ALLOW 200');
    expect(verdict(behindWaypoint([source({ notIpBlocks: ['0.0.0.0/0'] })]).isAuthorized(toApi()))).toBe('DENY DENY 403');
    expect(verdict(behindWaypoint([source({ remoteIpBlocks: ['10.1.2.3'] })]).isAuthorized(toApi()))).toBe('DENY DENY 403');
  });

  test.each([
    ['excluded', { 'traffic.sidecar.istio.io/excludeInboundPorts': '9000, 8080' }, true],
    ['another excluded', { 'traffic.sidecar.istio.io/excludeInboundPorts': '9000' }, false],
    ['not included', { 'traffic.sidecar.istio.io/includeInboundPorts': '9000' }, true],
    ['included', { 'traffic.sidecar.istio.io/includeInboundPorts': '*' }, false],
  ])('1.7 a port that is %s', (_, annotations, passes) => {
    const api = pod('api') as { metadata: object };
    const policies = PolicySet.fromManifests([
      namespace('shop', { 'istio-injection': 'enabled' }), { ...api, metadata: { ...api.metadata, annotations } }, authorization({}),
    ]);

    expect(verdict(policies.isAuthorized(request()))).toBe(passes ? 'ALLOW' : 'DENY ALLOW 403');
  });

  test('1.7 keeps what else was found out about a port that is not captured', () => {
    const api = pod('api') as { metadata: object };
    const annotations = { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' };

    expect(PolicySet.fromManifests([{ ...api, metadata: { ...api.metadata, annotations } }]).isAuthorized(request()).notes).toEqual([
      "namespace 'shop' is not in the manifests; its workloads are taken to have the default proxy", "port 8080 is not captured by the sidecar, by annotation traffic.sidecar.istio.io/excludeInboundPorts: '8080': no proxy enforces policy for it",
    ]);
  });

  test('1.9 leaves open what enforces policy for a ServiceEntry without waypoint', () => {
    const entry = { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'ext', namespace: 'shop' }, spec: { ports: [{ number: 80, protocol: 'HTTP' }] } };
    const response = PolicySet.fromManifests([namespace('shop', AMBIENT), entry]).isAuthorized(toApi({ destination: { namespace: 'shop', serviceEntry: 'ext', port: 80 } }));

    expect([verdict(response), response.notes]).toEqual(['UNDECIDED', ["what enforces policy on the way to ServiceEntry 'ext' is not evaluated: no waypoint is on it"]]);
  });

  test.each<[object, string]>([
    [{ service: 'api', proxy: ProxyKind.WAYPOINT }, 'destination.waypoint must be a waypoint of the manifests, got none, and no label names one; add its Gateway'],
    [{ gateway: 'edge' }, "destination.gateway must be a Gateway or the pods of one, got 'edge' in namespace 'shop'; add its manifest"],
  ])('refuses a proxy that is not there: %j', (destination, message) => {
    const policies = PolicySet.fromManifests([namespace('shop', AMBIENT), service('api', PORTS), pod('api')]);

    expect(() => policies.isAuthorized(toApi({ destination: { namespace: 'shop', port: 80, ...destination } }))).toThrow(message);
  });

  test('1.9 leaves open what is behind a Service without workload', () => {
    const response = PolicySet.fromManifests([namespace('shop', AMBIENT), service('api', PORTS)]).isAuthorized(toApi());

    expect(verdict(response)).toBe('UNDECIDED');
    expect(response.notes).toEqual(["no workload of the manifests is behind Service 'api'"]);
  });

  test('1.9 has the waypoint of a Service without workload', () => {
    const policies = PolicySet.fromManifests([namespace('shop', AMBIENT), service('api', PORTS, USE_WAYPOINT), WAYPOINT, authorization({ targetRefs: [toService], action: 'DENY', rules: [{ to: [{ operation: { paths: ['/x'] } }] }] })]);

    expect([{}, { path: '/x' }].map(http => verdict(policies.isAuthorized(toApi({ http }))))).toEqual(['UNDECIDED', 'DENY DENY 403']);
  });

  test('1.9 leaves open what is behind a Service without selector', () => {
    const free = { ...service('api', PORTS) as object, spec: { clusterIP: '10.96.0.1', selector: {}, ports: PORTS } };
    const response = PolicySet.fromManifests([namespace('shop', AMBIENT), free, pod('api')]).isAuthorized(toApi());

    expect([verdict(response), response.notes]).toEqual(['UNDECIDED', ["no workload of the manifests is behind Service 'api'"]]);
  });

  test.each([[{ app: 'other' }, 'UNDECIDED'], [{ app: 'api' }, 'ALLOW']])('1.11 asks all workloads of a name: a second one with the labels %j', (labels, expected) => {
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' }, spec: { template: { metadata: { labels } } } };
    const policies = PolicySet.fromManifests([namespace('shop', AMBIENT), deployment, pod('api'), authorization({ selector: { matchLabels: { app: 'other' } } })]);
    const response = policies.isAuthorized(request());

    expect(verdict(response)).toBe(expected);
    expect(response.notes[0]).toBe("destination 'api' leads to several workloads: Pod shop/api, Deployment shop/api");
  });

  test('refuses a destination that names nothing', () => {
    expect(() => behindWaypoint([]).isAuthorized({ destination: { namespace: 'shop', port: 80 } }))
      .toThrow('destination must name a workload, service, serviceEntry or gateway, got none');
  });

  test.each([['service', 'Service'], ['serviceEntry', 'ServiceEntry']])('refuses a destination.%s that is not there', (prop, kind) => {
    expect(() => behindWaypoint([]).isAuthorized({ destination: { namespace: 'shop', workload: 'api', port: 80, [prop]: 'apy' } }))
      .toThrow(`destination.${prop} must be a ${kind} of the manifests, got 'apy' in namespace 'shop'; add its manifest`);
  });

  test('refuses a port that the Service does not have', () => {
    expect(() => PolicySet.fromManifests([service('api', PORTS), pod('api')]).isAuthorized(toApi({ destination: { namespace: 'shop', service: 'api', port: 8080 } })))
      .toThrow("destination.port must be a port of Service 'api' (80, 9000), got 8080; leave out the service to address a container port");
  });

  test('takes a service account for its identity', () => {
    const policies = sidecars([authorization({ rules: [{ from: [{ source: { principals: ['td1/ns/shop/sa/web'] } }] }] })], { trustDomain: 'td1' });

    expect(ask(policies, { source: { serviceAccount: 'shop/web' } })).toBe('ALLOW 200');
    expect(ask(policies, { source: { serviceAccount: 'a/b' } })).toBe('DENY ALLOW 403');
    for (const serviceAccount of ['web', '/web', 'shop/', 'shop/web/x']) {
      expect(() => ask(policies, { source: { serviceAccount } })).toThrow(`source.serviceAccount must be NAMESPACE/NAME, got '${serviceAccount}'`);
    }
    expect(() => ask(policies, { source: { serviceAccount: 'shop/web', principal: WEB } }))
      .toThrow(`source must have a principal or a serviceAccount, got both '${WEB}' and 'shop/web'; leave one out`);
    expect(() => ask(policies, { source: { ip: 'web' } })).toThrow("source.ip must be an IP address, got 'web'");
  });

  test('evaluates one proxy only where asked to', () => {
    const { hops } = behindWaypoint([peerAuthentication({ mtls: { mode: 'STRICT' } })])
      .isAuthorized(toApi({ destination: { namespace: 'shop', service: 'api', port: 80, proxy: ProxyKind.WAYPOINT } }));

    expect(hops.map(({ proxy }) => proxy)).toEqual(['waypoint shop/waypoint']);
  });
});
