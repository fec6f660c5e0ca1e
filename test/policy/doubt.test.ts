import { AccessRequest, AuthorizerProtocol, PolicySet, TokenState, UndecidedReason } from 'cdk8s-zero-trust';
import { ambient, authorization, namespace, peerAuthentication, pod, request, requestAuthentication, service, sidecars, verdict, WEB } from './support';

const ALLOW_WEB = authorization({ rules: [{ from: [{ source: { principals: [WEB] } }] }] }, { name: 'web-to-api' });
const OTHER = { matchLabels: { app: 'other' } };
const TO_SERVICE: AccessRequest = { ...request(), destination: { namespace: 'shop', service: 'api', port: 80 } };

interface Odd { readonly apiVersion?: string; readonly namespace?: string; readonly labels?: object; readonly name?: string }

/** An object as somebody may write it. */
function object(kind: string, spec: object, { apiVersion = 'v1', name = 'other', namespace: inNamespace = 'shop', labels }: Odd = {}): object {
  return { apiVersion, kind, metadata: { name, namespace: inNamespace, labels }, spec };
}

const istio = (kind: string, spec: object, odd: Odd = {}) => object(kind, spec, { apiVersion: 'networking.istio.io/v1', ...odd });
const gatewayApi = (kind: string, spec: object, odd: Odd = {}) => object(kind, spec, { apiVersion: 'gateway.networking.k8s.io/v1', ...odd });
const deployment = (labels: unknown, spec: object = {}, name = 'other') => object('Deployment', { template: { metadata: { labels }, spec } }, { apiVersion: 'apps/v1', name });
const selecting = (app: string, ports: object[]) => object('Service', { selector: { app }, ports });
const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const TCP = [{ name: 'tcp', port: 80, targetPort: 8080 }];
const TLS = (mode: string) => ({ host: 'api', trafficPolicy: { tls: { mode } } });
const BY_WORKLOAD: AccessRequest = { ...TO_SERVICE, source: { workload: 'shop/web' } };
const ROUTE = (name: string) => ({ hosts: [`${name}.example.com`], gateways: ['gw'], http: [{ route: [] }] });

describe('a document that nothing can apply is a problem and no doubt', () => {
  test.each([
    ['values of Helm', 'replicaCount: 2'],
    ['a kustomization', 'resources: [a.yaml, b.yaml]'],
    ['parameters', 'varReference:\n- path: spec/host\n  kind: VirtualService'],
    ['a list of objects', '- a: b\n- c: d'],
    ['text', 'hello'],
    ['a kind and a version without a value', 'apiVersion:\nkind: ""\nmetadata: {name: a}'],
    ['an item that is no object', 'apiVersion: v1\nkind: List\nitems: [1]'],
  ])('%s', (_, text) => {
    const manifests = [namespace('shop', { 'istio-injection': 'enabled' }), service('api', HTTP), pod('api'), ALLOW_WEB].map(one => JSON.stringify(one));
    const set = PolicySet.fromYaml([...manifests, text].join('\n---\n'));

    expect([set.problems.length, verdict(set.isAuthorized(request()))]).toEqual([1, 'ALLOW 200']);
    expect(set.isAuthorized(request()).notes).toEqual([]);
    expect(set.ignoredKinds).toEqual({});
  });

  test('says so', () => {
    expect(PolicySet.fromYaml('replicaCount: 2').problems)
      .toEqual([{ document: 0, line: 1, field: '', message: 'must have apiVersion and kind, got neither, so that nothing can apply it; write both, or leave the document out' }]);
    expect(PolicySet.fromManifests([{ replicaCount: 2 }, [1], 'x']).problems.map(({ object: named, field }) => [named, field])).toEqual([[undefined, ''], [undefined, ''], [undefined, '']]);
  });
});

describe('what is in doubt does not concern what it cannot reach', () => {
  test.each<[string, object[]]>([
    ['two AuthorizationPolicies for other pods', ['ALLOW', 'DENY'].map(action => authorization({ selector: OTHER, action, rules: [{}] }, { name: 'other' }))],
    ['two AuthorizationPolicies for a waypoint', ['ALLOW', 'DENY'].map(action => authorization({ targetRefs: [{ kind: 'Service', group: '', name: 'api' }], action }, { name: 'other' }))],
    ['two PeerAuthentications for other pods', ['STRICT', 'DISABLE'].map(mode => peerAuthentication({ selector: OTHER, mtls: { mode } }))],
    ['two RequestAuthentications for other pods', ['a', 'b'].map(issuer => requestAuthentication({ selector: OTHER, jwtRules: [{ issuer }] }))],
    ['two VirtualServices for another host', ['a', 'b'].map(name => istio('VirtualService', { ...ROUTE('other'), http: [{ name }] }))],
    ['two VirtualServices of the mesh for another host', ['a', 'b'].map(name => istio('VirtualService', { hosts: ['other'], http: [{ name }] }))],
    ['two Deployments of different images', ['v1', 'v2'].map(image => deployment({ app: 'api' }, { containers: [{ name: 'api', image }] }))],
    ['two Deployments of other pods', ['v1', 'v2'].map(version => deployment({ app: 'other', version }))],
    ['two Services for other pods', [HTTP, TCP].map(ports => selecting('other', ports))],
    ['two DestinationRules for another host', ['DISABLE', 'SIMPLE'].map(mode => istio('DestinationRule', { ...TLS(mode), host: 'other' }))],
    ['two Gateways of other pods', ['HTTP', 'TCP'].map(protocol => istio('Gateway', { selector: { app: 'gateway' }, servers: [{ port: { number: 80, protocol }, hosts: ['*'] }] }))],
    ['two Gateways of the Gateway API', [80, 81].map(port => gatewayApi('Gateway', { gatewayClassName: 'istio', listeners: [{ port, protocol: 'HTTP' }] }))],
    ['two HTTPRoutes of another Gateway', ['a', 'b'].map(host => gatewayApi('HTTPRoute', { parentRefs: [{ name: 'edge' }], hostnames: [host] }))],
    ['two ServiceEntries', ['a.example.com', 'b.example.com'].map(host => istio('ServiceEntry', { hosts: [host] }))],
    ['two other namespaces', ['enabled', 'disabled'].map(value => namespace('other', { 'istio-injection': value }))],
    ['two service accounts', ['a', 'b'].map(team => object('ServiceAccount', {}, { labels: { team } }))],
    ['two ConfigMaps', ['a', 'b'].map(mesh => ({ ...object('ConfigMap', {}), data: { mesh } }))],
    ['two CronJobs', ['a', 'b'].map(app => object('CronJob', { jobTemplate: { spec: { template: { metadata: { labels: { app } } } } } }, { apiVersion: 'batch/v1' }))],
    ['two Pods of other labels', ['a', 'b'].map(app => pod('other', { version: app }))],
  ])('%s', (_, twins) => {
    const set = sidecars([ALLOW_WEB, ...twins]);

    expect([set.problems.length, verdict(set.isAuthorized(request()))]).toEqual([1, 'ALLOW 200']);
    expect(verdict(set.isAuthorized(TO_SERVICE))).toBe('ALLOW 200');
  });

  test.each<[string, object]>([
    ['an AuthorizationPolicy for other pods with a misspelt field', authorization({ selector: OTHER, rule: [{}] }, { name: 'other' })],
    ['an AuthorizationPolicy for other pods with a wrong rule', authorization({ selector: OTHER, rules: [{ from: 'all' }] }, { name: 'other' })],
    ['an AuthorizationPolicy for a waypoint with a wrong rule', authorization({ targetRefs: [{ kind: 'Service', name: 'api' }], rules: 'all' }, { name: 'other' })],
    ['an AuthorizationPolicy for other pods of a version that is not served', { ...authorization({ selector: OTHER }, { name: 'other' }), apiVersion: 'security.istio.io/v1alpha1' }],
    ['a policy for other pods of a kind that there is not', { ...authorization({ selector: OTHER }, { name: 'other' }), kind: 'AuthorisationPolicy' }],
    ['a PeerAuthentication of the root namespace with labels and a bad mode', peerAuthentication({ selector: { matchLabels: { app: 'api' } }, mtls: { mode: 'strict' } }, { namespace: 'istio-system' })],
    ['a PeerAuthentication for other pods with a bad mode', peerAuthentication({ selector: OTHER, mtls: { mode: 'SIMPLE' } })],
    ['a RequestAuthentication for other pods with a bad audience', requestAuthentication({ selector: OTHER, jwtRules: [{ issuer: 'a', audiences: 'b' }] })],
    ['a DestinationRule of a client that is known by its identity', istio('DestinationRule', { host: 'api', trafficPolicy: { tls: { mode: 'x' } } })],
    ['a VirtualService of a gateway', istio('VirtualService', { hosts: ['api'], gateways: ['gw'], http: 'all' })],
    ['a VirtualService of another host', istio('VirtualService', { hosts: ['other'], http: 'all' })],
    ['a Service of other pods', selecting('other', [{ port: 'http' }])],
    ['a Deployment of other pods', deployment({ app: 'other' }, { hostNetwork: 'yes' })],
    ...[['DaemonSet', 'apps/v1'], ['StatefulSet', 'apps/v1'], ['ReplicaSet', 'apps/v1'], ['ReplicationController', 'v1'], ['Job', 'batch/v1']].map(([kind, apiVersion]): [string, object] =>
      [`a ${kind} of other pods`, object(kind, { template: { metadata: { labels: { app: 'other' } }, spec: { hostNetwork: 'yes' } } }, { apiVersion })]),
    ['a CronJob of other pods', object('CronJob', { jobTemplate: { spec: { template: { metadata: { labels: { app: 'other' } }, spec: { hostNetwork: 'yes' } } } } }, { apiVersion: 'batch/v1' })],
    ['a WorkloadGroup with other labels', istio('WorkloadGroup', { metadata: { labels: { app: 'other' } }, template: { ports: 'all' } })],
    ['a GRPCRoute of another Gateway', gatewayApi('GRPCRoute', { parentRefs: [{ name: 'edge' }], rules: 'all' })],
    ['a ListenerSet of another Gateway', gatewayApi('ListenerSet', { parentRef: { name: 'edge' }, listeners: 'all' })],
    ['a Gateway of other pods', istio('Gateway', { selector: { app: 'gateway' }, servers: 'all' })],
    ['a Gateway of the Gateway API', gatewayApi('Gateway', { listeners: 'all' })],
    ['an HTTPRoute of another Gateway', gatewayApi('HTTPRoute', { parentRefs: [{ name: 'edge' }], rules: 'all' })],
    ['a ServiceEntry', istio('ServiceEntry', { ports: 'all' })],
    ['a ServiceEntry for other pods', istio('ServiceEntry', { workloadSelector: { labels: { app: 'other' } }, ports: 'all' })],
    ['a WorkloadEntry with other labels', istio('WorkloadEntry', { labels: { app: 'other' }, ports: 'all' })],
    ['an EnvoyFilter, which is only told of', istio('EnvoyFilter', { workloadSelector: { labels: 'app=other' } })],
    ...['WasmPlugin', 'TrafficExtension'].map((kind): [string, object] =>
      [`a ${kind}, which is only told of`, object(kind, { selector: 'app=other' }, { apiVersion: 'extensions.istio.io/v1alpha1' })]),
    ['a ServiceAccount', { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'api', namespace: 'shop', labels: 'a=b' } }],
    ['another namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', labels: 'a=b' } }],
  ])('%s', (_, odd) => {
    const set = sidecars([ALLOW_WEB, odd]);

    expect([set.problems.length, verdict(set.isAuthorized(request()))]).toEqual([1, 'ALLOW 200']);
    expect(verdict(set.isAuthorized(TO_SERVICE))).toBe('ALLOW 200');
  });

  test('ztunnel and TCP look at no token', () => {
    const odd = requestAuthentication({ jwtRules: 'all' });

    expect(verdict(ambient([odd]).isAuthorized(request()))).toBe('ALLOW');
    expect(verdict(sidecars([odd]).isAuthorized(request({ port: 9000, tcp: true })))).toBe('ALLOW');
  });
});

describe('of several objects of one name each is asked about', () => {
  const denying = (rule: object, name = 'other') => authorization({ action: 'DENY', rules: [rule] }, { name });
  const web = pod('web', { 'sidecar.istio.io/inject': 'true' });

  test.each<[string, object[], AccessRequest, string]>([
    ['which all let it pass', [denying({ to: [{ operation: { ports: ['1'] } }] }), denying({ to: [{ operation: { ports: ['2'] } }] })], request(), 'ALLOW 200'],
    ['which all refuse it', [denying({}), denying({ to: [{ operation: { ports: ['8080'] } }] })], request(), 'DENY DENY 403'],
    ['of which one cannot be read', [denying({ to: [{ operation: { ports: ['1'] } }] }), authorization({ action: 'DENY', rules: [], rule: [] }, { name: 'other' })], request(), 'UNDECIDED'],
    ['of which one refuses it', [denying({}), denying({ to: [{ operation: { ports: ['1'] } }] })], request(), 'UNDECIDED'],
    ['which something else refuses', [denying({}), denying({ to: [{ operation: { ports: ['1'] } }] }), denying({}, 'all')], request(), 'DENY DENY 403'],
    ['which both say half of what is allowed', [authorization({}, { name: 'other' }), authorization({ rules: [{}] }, { name: 'other' })], request({ source: { principal: 'cluster.local/ns/x/sa/x' } }), 'UNDECIDED'],
    ['PeerAuthentications', ['STRICT', 'PERMISSIVE'].map(mode => peerAuthentication({ mtls: { mode } })), request({ source: {} }), 'UNDECIDED'],
    ['PeerAuthentications that are older than another', [
      ...['1', '2'].map(label => ({ ...peerAuthentication({ mtls: { mode: 'STRICT' } }), metadata: { name: 'z', namespace: 'shop', creationTimestamp: '2024-01-01T00:00:00Z', annotations: { label } } })),
      peerAuthentication({ mtls: { mode: 'DISABLE' } }, { name: 'a', creationTimestamp: '2025-01-01T00:00:00Z' }),
    ], request({ source: {} }), 'DENY TRANSPORT'],
    ['PeerAuthentications, of which none matters to a client with identity', ['STRICT', 'PERMISSIVE'].map(mode => peerAuthentication({ mtls: { mode } })), request(), 'ALLOW 200'],
    ['RequestAuthentications', ['a', 'b'].map(issuer => requestAuthentication({ jwtRules: [{ issuer, jwks: '{}' }] })), request({ tokens: [{ claims: { iss: 'a' } }] }), 'UNDECIDED'],
    ['RequestAuthentications, of a request without token', ['a', 'b'].map(issuer => requestAuthentication({ jwtRules: [{ issuer, jwks: '{}' }] })), request(), 'ALLOW 200'],
    ['Services that declare a port', [selecting('api', [{ ...HTTP[0], port: 81 }]), selecting('api', TCP)], { ...request({ http: { method: 'FOO' } }) }, 'UNDECIDED'],
    ['namespaces', [namespace('shop', { 'istio-injection': 'disabled' }), denying({})], request(), 'UNDECIDED'],
    ['DestinationRules', [web, ...['DISABLE', 'ISTIO_MUTUAL'].map(mode => istio('DestinationRule', TLS(mode))), ALLOW_WEB], BY_WORKLOAD, 'UNDECIDED'],
    ['workloads that send', [pod('web', { 'sidecar.istio.io/inject': 'false' }), web, ALLOW_WEB], BY_WORKLOAD, 'UNDECIDED'],
  ])('%s', (_, twins, asked, expected) => {
    expect(verdict(sidecars(twins).isAuthorized(asked))).toBe(expected);
  });

  test('a port that only one of them has leaves the answer open', () => {
    const set = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), pod('api'), service('api', HTTP), service('api', [{ port: 81, targetPort: 8080 }])]);
    const to = (port: number) => ({ destination: { namespace: 'shop', service: 'api', port } });

    expect(set.isAuthorized(to(80)).reason).toContain('UNDECIDED if manifest 4 counts');
    expect(verdict(set.isAuthorized(to(81)))).toBe('UNDECIDED');
    expect(() => set.isAuthorized(to(82))).toThrow('destination.port must be a port of Service');
  });

  test('says what it hangs on', () => {
    const response = sidecars([denying({}), denying({ to: [{ operation: { ports: ['1'] } }] })]).isAuthorized(request());

    expect([response.undecidedReason, response.stage]).toEqual([UndecidedReason.MANIFEST_IN_DOUBT, 'DENY']);
    expect(response.explain()).toMatch(new RegExp('^UNDECIDED, as manifest 5, AuthorizationPolicy shop/other: metadata.name: must be there once, got two objects of this name '
      + 'that differ; keep the one that counts: DENY if manifest 4 counts, ALLOW if manifest 5 counts\\n1\\. sidecar of shop/api'));
  });

  test('but not of those that differ only in what is not read', () => {
    const image = (name: string, tag: string) => object('Deployment', { template: { metadata: { labels: { app: 'api' } }, spec: { containers: [{ name, image: tag }] } } }, { apiVersion: 'apps/v1', name });
    const twins = Array.from({ length: 5 }, (_, index) => ['v1', 'v2'].map(tag => image(`api-${index}`, tag))).flat();

    expect([sidecars(twins).problems.length, verdict(sidecars(twins).isAuthorized(TO_SERVICE))]).toEqual([5, 'ALLOW 200']);
  });

  test('nor of one that is there twice, or has no name', () => {
    const [one, other] = ['8080', '1'].map(port => denying({ to: [{ operation: { ports: [port] } }] }));
    const [nameless, another] = ['8080', '1'].map(port => authorization({ action: 'DENY', rules: [{ to: [{ operation: { ports: [port] } }] }] }, { name: undefined }));
    const problems = (...manifests: object[]) => PolicySet.fromYaml(manifests.map(manifest => JSON.stringify(manifest)).join('\n---\n')).problems
      .map(({ document, line, field }) => ({ document, line, field }));

    expect(problems(one, one)).toEqual([]);
    expect(problems(one, other, one, other)).toEqual([{ document: 1, line: 3, field: 'metadata.name' }]);
    expect(problems(nameless, another).map(({ document }) => document)).toEqual([0, 1]);
  });

  test('up to 16 combinations', () => {
    const twins = (count: number, port = '8080') => Array.from({ length: count }, (_, i) => [port, '1'].map(one => denying({ to: [{ operation: { ports: [one] } }] }, `other-${i}`))).flat();

    expect(sidecars(twins(4)).isAuthorized(request()).reason).toContain('if manifest 4 counts');
    expect(verdict(sidecars(twins(4, '2')).isAuthorized(request()))).toBe('ALLOW 200');
    expect(verdict(sidecars(twins(5, '2')).isAuthorized(request()))).toBe('UNDECIDED');
    expect(sidecars(twins(5)).isAuthorized(request()).reason).toContain('more than 16 combinations of manifests in doubt would have to be asked about');
  });

  test('different settings of the mesh are asked about, too', () => {
    const map = (name: string, mesh: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'istio-system' }, data: { mesh } });
    const set = sidecars([ALLOW_WEB, map('istio', 'trustDomain: td1'), map('istio-canary', 'trustDomain: cluster.local\ntrustDomainAliases: [td1]')]);
    const from = (domain: string) => set.isAuthorized(request({ source: { principal: `${domain}/ns/shop/sa/web` } }));

    expect([verdict(from('td1')), from('cluster.local').decision, from('td2').decision]).toEqual(['ALLOW 200', 'UNDECIDED', 'DENY']);
    expect(from('cluster.local').reason).toContain('DENY if ConfigMap istio-system/istio holds, ALLOW if ConfigMap istio-system/istio-canary holds');
  });
});

describe('what is in doubt about gateways and waypoints', () => {
  const denyAll = (name: string) => authorization({ action: 'DENY', targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }], rules: [{}] });
  const waypoint = (waypointFor: string) => gatewayApi('Gateway', { gatewayClassName: 'istio-waypoint' }, { name: 'waypoint', labels: { 'istio.io/waypoint-for': waypointFor } });
  const behind = [namespace('shop', { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'waypoint' }), service('api', HTTP), pod('api')];
  const edge = gatewayApi('Gateway', { gatewayClassName: 'istio', listeners: [{ port: 80, protocol: 'HTTP' }] }, { name: 'edge' });
  const asks = authorization({ action: 'CUSTOM', provider: { name: 'opa' }, rules: [{}] });
  const route = (name: string, hostname: string) => gatewayApi('HTTPRoute', { parentRefs: [{ name }], hostnames: [hostname], rules: [{}] });
  const classic = (protocol: string, app = 'gw') => istio('Gateway', { selector: { app }, servers: [{ port: { number: 80, protocol }, hosts: ['*'] }] }, { name: 'gw' });
  const tcp = (gateway: string) => istio('VirtualService', { hosts: ['other'], gateways: [gateway], tcp: [{ route: [] }] });
  const toGateway = (gateway: string, http?: object) => ({ destination: { namespace: 'shop', gateway, port: 80 }, http });

  test.each<[string, object[], AccessRequest, string]>([
    ['two waypoints', [...behind, waypoint('service'), waypoint('workload'), denyAll('waypoint')], TO_SERVICE, 'UNDECIDED'],
    ['two waypoints that nothing asks for', [...behind, waypoint('service'), waypoint('workload'), denyAll('waypoint')], { ...TO_SERVICE, destination: { namespace: 'other', workload: 'x', labels: {}, port: 1 } }, 'ALLOW 200'],
    ['two canaries beside a waypoint', [
      namespace('shop', { 'istio.io/dataplane-mode': 'ambient' }), pod('api'), waypoint('service'),
      {
        ...service('api', HTTP, { 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-canary': 'new' }) as object,
        metadata: {
          name: 'api', namespace: 'shop', labels: { 'istio.io/use-waypoint': 'waypoint', 'istio.io/use-waypoint-canary': 'new' }, annotations: { 'istio.io/use-waypoint-canary-weight': '100' },
        },
      },
      ...['service', 'workload'].map(serves => gatewayApi('Gateway', { gatewayClassName: 'istio-waypoint' }, { name: 'new', labels: { 'istio.io/waypoint-for': serves } })), denyAll('waypoint'),
    ], TO_SERVICE, 'UNDECIDED'],
    ['a classic Gateway that may select the client, where that uses waypoints', [...behind, waypoint('service'), denyAll('waypoint'), istio('Gateway', { selector: 'app=web' })], TO_SERVICE, 'DENY DENY 403'],
    ['a classic Gateway that may select the client, past a waypoint that lets it pass', [...behind, waypoint('service'), istio('Gateway', { selector: 'app=web' })], TO_SERVICE, 'UNDECIDED'],
    ['two Gateways of the Gateway API', [edge, gatewayApi('Gateway', { listeners: [] }, { name: 'edge' })], toGateway('edge', {}), 'UNDECIDED'],
    ['two routes', [edge, asks, route('edge', 'edge.shop'), route('edge', 'other')], toGateway('edge', {}), 'UNDECIDED'],
    ['a route of another Gateway', [edge, asks, route('edge', 'edge.shop'), { ...route('other', 'x'), metadata: { name: 'odd', namespace: 'shop' }, spec: { parentRefs: [{ name: 'other' }], rules: 'all' } }], toGateway('edge', {}), 'CONDITIONAL CUSTOM'],
    ['a route whose Gateway cannot be read', [edge, asks, gatewayApi('HTTPRoute', { parentRefs: 'edge' })], toGateway('edge', {}), 'UNDECIDED'],
    ['a route of another namespace whose Gateway cannot be read', [edge, gatewayApi('HTTPRoute', { parentRefs: 'edge' }, { namespace: 'other' })], toGateway('edge', {}), 'UNDECIDED'],
    ['a namespace that routes may come from', [edge, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other', labels: 'a=b' } }], toGateway('edge', {}), 'UNDECIDED'],
    ['two classic Gateways', [pod('gw'), classic('HTTP'), classic('TCP')], toGateway('gw', {}), 'UNDECIDED'],
    ['a classic Gateway whose selector cannot be read', [pod('gw'), classic('HTTP'), istio('Gateway', { selector: 'app=gw' }, { namespace: 'other' })], toGateway('gw', {}), 'UNDECIDED'],
    ['a classic Gateway of other pods', [pod('gw'), classic('HTTP'), istio('Gateway', { selector: { app: 'x' }, servers: 'all' })], toGateway('gw', {}), 'ALLOW 404'],
    ['two VirtualServices', [pod('gw'), classic('TCP'), tcp('gw'), tcp('x')], toGateway('gw'), 'UNDECIDED'],
    ['a VirtualService of another namespace', [pod('gw'), classic('TCP'), istio('VirtualService', { gateways: 'shop/gw' }, { namespace: 'other' }), tcp('gw')], toGateway('gw'), 'UNDECIDED'],
  ])('%s', (_, manifests, asked, expected) => {
    const set = PolicySet.fromManifests(manifests, { authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] });

    expect(verdict(set.isAuthorized(asked))).toBe(expected);
  });
});

describe('what cannot be read, in reach', () => {
  test.each<[string, object, AccessRequest, string]>([
    ['lets nothing pass', authorization({ rules: [{ from: [{ source: { principal: [WEB] } }] }] }), request(), 'UNDECIDED'],
    ['refuses nothing for sure', authorization({ action: 'DENY', rules: [{}], rule: [] }), request(), 'UNDECIDED'],
    ['leaves a client that is known by its workload undecided', istio('DestinationRule', { host: 'api', trafficPolicy: { tls: { mode: 'x' } } }), BY_WORKLOAD, 'UNDECIDED'],
    ['may be behind a Service, where its labels cannot be read', deployment('app=api'), TO_SERVICE, 'UNDECIDED'],
    ['may say another protocol', selecting('api', [{ port: 'http' }]), request(), 'UNDECIDED'],
    ['may select anything, where its selector cannot be read', object('Service', { selector: 'app=other' }), request(), 'UNDECIDED'],
    ['may say another protocol of pods that it selects', istio('ServiceEntry', { workloadSelector: { labels: { app: 'api' } }, ports: 'all' }), request(), 'UNDECIDED'],
    ['may say another protocol of pods that have its addresses', istio('ServiceEntry', { endpoints: [{ address: '10.1.1.1' }], ports: 'all' }), request(), 'UNDECIDED'],
    ['may be behind a Service, where its labels cannot be read, of whatever kind', object('CronJob', { jobTemplate: { spec: { template: { metadata: { labels: 'app=api' } } } } }, { apiVersion: 'batch/v1' }), TO_SERVICE, 'UNDECIDED'],
    ['may be many machines behind a Service, where their labels cannot be read', istio('WorkloadGroup', { template: { labels: 'app=api' } }), TO_SERVICE, 'UNDECIDED'],
    ['may say another protocol, where it cannot be read of which pods', istio('ServiceEntry', { workloadSelector: 'app=api', ports: [{ number: 8080, protocol: 'TCP' }] }), request(), 'UNDECIDED'],
    ['may be a route for a client that is known by its workload', istio('VirtualService', { hosts: ['other', 'api'], http: 'all' }), BY_WORKLOAD, 'UNDECIDED'],
    ['may be one by any host', istio('VirtualService', { hosts: ['*'], http: 'all' }), BY_WORKLOAD, 'UNDECIDED'],
    ['may be one for the mesh beside gateways', istio('VirtualService', { hosts: ['api'], gateways: ['gw', 'mesh'], http: 'all' }), BY_WORKLOAD, 'UNDECIDED'],
    ['may be one, where its hosts cannot be read', istio('VirtualService', { hosts: 'api' }), BY_WORKLOAD, 'UNDECIDED'],
    ['may be one, where its gateways cannot be read', istio('VirtualService', { hosts: ['api'], gateways: 'gw', http: [] }), BY_WORKLOAD, 'UNDECIDED'],
    ['may be a machine behind a Service, where its labels cannot be read', istio('WorkloadEntry', { labels: 'app=api' }), TO_SERVICE, 'UNDECIDED'],
    ['may be attached, where it has a selector that cannot be read', authorization({ selector: { matchLabel: { app: 'other' } } }), request(), 'UNDECIDED'],
    ['may be attached, where its selector has more than can be read', authorization({ selector: { ...OTHER, matchExpressions: [] } }), request(), 'UNDECIDED'],
    ['may be attached from the root namespace', peerAuthentication({ mtls: { mode: 'strict' } }, { namespace: 'istio-system' }), request(), 'UNDECIDED'],
    ['may be attached, where a misspelt field could be a selector', authorization({ selectr: OTHER }), request(), 'UNDECIDED'],
    ['may be anywhere, where its namespace cannot be read', authorization({ selector: OTHER }, { namespace: {} as unknown as string }), request(), 'UNDECIDED'],
  ])('%s', (_, odd, asked, expected) => {
    const set = sidecars([pod('web', { 'sidecar.istio.io/inject': 'true' }), odd]);

    expect(verdict(set.isAuthorized(asked))).toBe(expected);
    expect(set.isAuthorized(asked)).toMatchObject({ undecidedReason: UndecidedReason.MANIFEST_IN_DOUBT, isAllowed: false, determiningPolicies: [] });
  });

  test.each<[string, object, AccessRequest]>([
    ['an AuthorizationPolicy', authorization({ action: 'DENY', rules: [{}], rule: [] }), request()],
    ['a PeerAuthentication', peerAuthentication({ mtls: { mode: 'STRICT' }, portLevelMtls: 'all' }), request({ source: {} })],
    ['a RequestAuthentication', requestAuthentication({ jwtRules: [{ issuer: 'a', audiences: 'b' }] }), request({ tokens: [{ claims: { iss: 'a' }, state: TokenState.EXPIRED }] })],
  ])('may be refused as a whole, so that an older one holds: %s', (_, odd, asked) => {
    expect(verdict(sidecars([odd]).isAuthorized(asked))).toMatch(/^UNDECIDED/);
  });

  test('leaves what others refuse refused', () => {
    const refusing = authorization({}, { name: 'none' });

    expect(verdict(sidecars([authorization({ rules: 'all' }), refusing]).isAuthorized(request()))).toBe('DENY ALLOW 403');
    expect(verdict(sidecars([authorization({ rules: [{}], rule: [] }), refusing]).isAuthorized(request()))).toBe('UNDECIDED');
  });

  test.each([
    ['AuthorizationPolicy', { action: 'CUSTOM', rules: 'all' }, 'CUSTOM'],
    ['AuthorizationPolicy', { action: 'DENY', rule: [] }, 'DENY'],
    ['AuthorizationPolicy', { action: 'AUDIT', rule: [] }, 'ALLOW'],
    ['PeerAuthentication', { mtls: 'STRICT' }, 'TRANSPORT'],
    ['RequestAuthentication', { jwtRules: 'all' }, 'TOKEN'],
  ])('names the stage at which it may refuse: %s %j', (kind, spec, stage) => {
    const response = sidecars([{ ...authorization(spec), kind }]).isAuthorized(request());

    expect([response.decision, response.stage]).toEqual(['UNDECIDED', stage]);
  });
});
