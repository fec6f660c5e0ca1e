import { ApiObject, ApiObjectProps, App, Chart, JsonPatch } from 'cdk8s';
import {
  BreakGlass, DataPlane, EgressAccess, EgressAccessProps, EgressBoundary, EgressPort, ExtensionProvider, ExternalAuthorization, Findings, JwtIssuer, JwtProtectedApi, LegacyDestination, LegacyTls, Operation, OutboundTrafficPolicy,
  Principal, Quarantine, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { admit } from '../../src/istio/admission';
import { testApp } from '../support/app';
import { chartOf, deployment, Manifest, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop {
  readonly app: App;
  readonly shop: Chart;
  readonly web: ApiObject;
  readonly api: ApiObject;
}

/** Workloads web and api of a namespace, each with a Service. */
function scene(dataPlane = DataPlane.SIDECAR): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { asOf: '2026-01-01' });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', dataPlane });
  const [web, api] = ['web', 'api'].map(name => {
    rawService(shop, name);
    return rawDeployment(shop, name);
  });
  return { app, shop, web, api };
}

/** The same, where all of the namespace is bounded. */
function bounded(): Shop {
  const made = scene();
  new EgressBoundary(made.shop, 'egress', { namespace: 'shop' });
  return made;
}

function networking(app: App): Manifest[] { return manifests(app).filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/')); }

/** The hosts that the Sidecar of a construct lists, but for the control plane. */
function hostsOf(app: App, path = 'shop/egress'): readonly string[] {
  const sidecar = networking(app).find(({ kind, metadata }) => kind === 'Sidecar' && metadata.annotations?.['cdk8s-zero-trust/construct'] === path)!;
  const [{ hosts }] = (sidecar.spec as { readonly egress: readonly { readonly hosts: readonly string[] }[] }).egress;
  return hosts.filter(host => host !== 'istio-system/*');
}

const ALL = Principal.namespace('shop', { reason: 'all of it' });
const SERVICE = { callers: [ALL], host: 'api.pay.example' };
const API = './api.shop.svc.cluster.local';

/** A host that is made known by hand. */
function entryOf(more: object): ApiObjectProps {
  const spec = { hosts: ['evil.example'], location: 'MESH_EXTERNAL', resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }], ...more };
  return { apiVersion: 'networking.istio.io/v1', kind: 'ServiceEntry', metadata: { name: 'out' }, ...{ spec } };
}

describe('An EgressAccess', () => {
  test('makes a host known in the namespace of its callers, by TLS that they start, and has their boundary list it', () => {
    const { app, shop } = bounded();
    new EgressAccess(shop, 'pay', SERVICE);

    expect(problemsOf(app)).toEqual([]);
    expect(networking(app).map(({ kind, metadata: { namespace }, spec }) => [kind, namespace, spec])).toEqual([
      ['Sidecar', 'shop', { outboundTrafficPolicy: { mode: 'REGISTRY_ONLY' }, egress: [{ hosts: ['./api.pay.example', 'istio-system/*'] }] }],
      ['ServiceEntry', 'shop', { hosts: ['api.pay.example'], ports: [{ number: 443, name: 'tls-443', protocol: 'TLS' }], location: 'MESH_EXTERNAL', resolution: 'DNS', exportTo: ['.'] }],
    ]);
  });

  test('has proxies start TLS and verify the host, by a rule that comes before its entry', () => {
    const { app, shop } = bounded();
    new EgressAccess(shop, 'pay', { ...SERVICE, ports: [EgressPort.startsTls(), EgressPort.tls()] });

    expect(problemsOf(app)).toEqual([]);
    const [, rule, entry] = networking(app);
    expect([rule.kind, entry.kind]).toEqual(['DestinationRule', 'ServiceEntry']);
    expect(rule.spec).toEqual({
      host: 'api.pay.example',
      exportTo: ['.'],
      trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE', sni: 'api.pay.example', subjectAltNames: ['api.pay.example'] } }] },
    });
  });

  test('is for workloads with boundaries of their own, and their namespace does not know it', () => {
    const { app, shop, web } = bounded();
    new EgressBoundary(shop, 'web-egress', { workload: Workload.of(web) });
    new EgressAccess(shop, 'pay', { callers: [Principal.workload(web)], host: 'api.pay.example' });

    expect(problemsOf(app)).toEqual([]);
    expect(hostsOf(app)).toEqual([]);
    expect(hostsOf(app, 'shop/web-egress')).toEqual(['./api.pay.example']);
  });

  test('is for several namespaces, each by objects of its own', () => {
    const { app, shop } = bounded();
    const ops = chartOf(app, 'ops');
    new ZeroTrustNamespace(ops, 'baseline', { name: 'ops' });
    new EgressBoundary(ops, 'egress', { namespace: 'ops' });
    new EgressAccess(shop, 'pay', { ...SERVICE, callers: [ALL, Principal.namespace('ops', { reason: 'all' })], metadata: { name: 'pay' } });

    expect(problemsOf(app)).toEqual([]);
    expect(networking(app).filter(({ kind }) => kind === 'ServiceEntry').map(({ metadata: { namespace, name } }) => `${namespace}/${name}`)).toEqual(['shop/pay', 'ops/pay-ops-entry']);
    expect([hostsOf(app), hostsOf(app, 'ops/egress')]).toEqual([['./api.pay.example'], ['./api.pay.example']]);
  });

  test('says why it is wider, and what it is', () => {
    const { app, shop } = bounded();
    const access = new EgressAccess(shop, 'pay', { ...SERVICE, ports: [EgressPort.plaintext(80, { reason: 'speaks no TLS' })] });

    expect(problemsOf(app)).toEqual([]);
    expect(networking(app).find(({ kind }) => kind === 'ServiceEntry')!.metadata.annotations).toEqual({
      'cdk8s-zero-trust/construct': 'shop/pay', 'cdk8s-zero-trust/reason': 'all of it; speaks no TLS',
    });
    expect(access.describeEgressAccess()).toBe('shop/* may reach api.pay.example: 80 (HTTP without TLS)');
  });

  test('is admitted, whatever it says', () => {
    const { app, shop } = bounded();
    new EgressAccess(shop, 'a', { ...SERVICE, host: 'a.example', ports: [EgressPort.startsTls({ number: 8080, tls: LegacyTls.mutual({ clientCertificate: '/c.pem', privateKey: '/k.pem' }) }), EgressPort.tls(8443)] });
    new EgressAccess(shop, 'b', { ...SERVICE, host: 'b.example', ports: [EgressPort.tcp(5432), EgressPort.tcp(5433)], addresses: ['10.0.0.1', 'fd00::1'] });

    expect(problemsOf(app)).toEqual([]);
    expect(networking(app).map(manifest => admit(manifest))).toEqual(networking(app).map(() => ({ problems: [], pruned: [], warnings: [] })));
  });

  test.each<[string, object, RegExp]>([
    ['nobody', { callers: [] }, /^\[shop\/x\] callers must have at least one entry/],
    ['anyone', { callers: [Principal.anyone({ reason: 'r' })] }, /^\[shop\/x\] callers\[0\] must be a service account or a namespace of this mesh, got 'anyone'; /],
    ['callers of another mesh', { callers: [Principal.serviceAccount('shop', 'web', { trustDomain: 'west' })] }, /^\[shop\/x\] callers\[0\] must be a service account or a namespace of this mesh, got 'west\/ns\/shop\/sa\/web'; /],
    ['a wildcard', { host: '*.pay.example' }, /^\[shop\/x\] host must be a full name .* got '\*\.pay\.example'; name each host: /],
    ['an address', { host: '10.0.0.1' }, /^\[shop\/x\] host must be a full name .* give the host that DNS has for it/],
    ['a Service', { host: 'api.shop.svc.cluster.local' }, /^\[shop\/x\] host must be outside of the cluster, got 'api\.shop\.svc\.cluster\.local'; say who may call a Service by a ServiceAccess/],
    ['no ports', { ports: [] }, /^\[shop\/x\] ports must have at least one entry/],
    ['a port twice', { ports: [EgressPort.tls(80), EgressPort.startsTls()] }, /^\[shop\/x\] ports\[1\] must not be that of another, got '80' again/],
    ['TCP without addresses', { ports: [EgressPort.tcp(5432)] }, /^\[shop\/x\] addresses must be given with EgressPort\.tcp\(5432\), /],
    ['any address', { addresses: ['0.0.0.0'] }, /^\[shop\/x\] addresses\[0\] must be outside of the pods that call it, got '0\.0\.0\.0', by which a proxy takes any address/],
    ['any address of IPv6', { addresses: ['::'] }, /^\[shop\/x\] addresses\[0\] must be outside/],
    ['the pod itself', { addresses: ['10.0.0.1', '127.0.0.1'] }, /^\[shop\/x\] addresses\[1\] must be outside of the pods that call it, got '127\.0\.0\.1'/],
    ['the pod itself, as IPv6 has it', { addresses: ['::ffff:127.0.0.1'] }, /^\[shop\/x\] addresses\[0\] must be outside/],
    ['a group', { addresses: ['ff02::1'] }, /^\[shop\/x\] addresses\[0\] must be outside/],
    ['an address block', { addresses: ['10.0.0.0/8'] }, /^\[shop\/x\] addresses\[0\] must be an IP address/],
    ['a misspelt prop', { hosts: 'a' }, /^\[shop\/x\] EgressAccess: 'hosts' must be a member of EgressAccessProps; did you mean 'host'\?/],
  ])('refuses %s', (_, more, message) => {
    expect(() => new EgressAccess(scene().shop, 'x', { ...SERVICE, ...more } as EgressAccessProps)).toThrow(message);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['TLS in TLS', () => EgressPort.startsTls({ number: 443 }), /^number must not be 443, at which clients start TLS themselves/],
    ['TLS that is none', () => EgressPort.startsTls({ tls: LegacyTls.disable({ reason: 'r' }) }), /^tls must start TLS, got LegacyTls\.disable; /],
    ['a secret that not all may read', () => EgressPort.startsTls({ tls: LegacyTls.mutual({ credentialName: 's' }) }), /^tls must not read a secret, got credentialName 's'/],
    ['plaintext without a reason', () => EgressPort.plaintext(80, { reason: '' }), /must have a reason/],
    ['plaintext at 443', () => EgressPort.plaintext(443, { reason: 'r' }), /^number must not be 443/],
    ['a port that is none', () => EgressPort.tcp(0), /^number must be a whole number from 1 to 65535, got '0'/],
    ['a misspelt option', () => EgressPort.startsTls({ port: 80 } as object), /'port' must be a member of EgressTlsOptions/],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('An app', () => {
  test.each<[string, (made: Shop) => void, RegExp]>([
    ['callers within no boundary', ({ shop, web }) => new EgressAccess(shop, 'pay', { ...SERVICE, callers: [Principal.workload(web)] }), /callers must be within an EgressBoundary, .* got 'shop\/web'; state new EgressBoundary\(…, \{ namespace: 'shop' \}\)/],
    ['a namespace within none', ({ shop }) => new EgressAccess(shop, 'pay', SERVICE), /callers must be within an EgressBoundary, .* got 'shop\/\*'/],
    ['others within the same boundary', ({ shop, web }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'pay', { ...SERVICE, callers: [Principal.workload(web)] });
    }, /callers must be all that are within EgressBoundary 'shop\/egress', whose sidecars all know 'api\.pay\.example', and 'shop\/api' is not among them; give the callers boundaries of their own/],
    ['callers that the app does not show, within a boundary of others', ({ shop, web, api }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      const stranger = Principal.serviceAccount('shop', 'job', { reason: 'of another app' });
      new EgressAccess(shop, 'pay', { ...SERVICE, callers: [Principal.workload(web), Principal.workload(api), stranger] });
    }, /and workloads that this app does not show are not among them/],
    ['two accesses to a host in a namespace', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'pay', SERVICE);
      new EgressAccess(shop, 'again', SERVICE);
    }, /'api\.pay\.example' must have one EgressAccess in a namespace, .* 'shop\/again' is for it too/],
    ['a LegacyDestination for the same host', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'pay', SERVICE);
      new LegacyDestination(shop, 'legacy', { host: 'api.pay.example', tls: LegacyTls.simple() });
    }, /'api\.pay\.example' must have one /],
    ['a ServiceEntry by hand for the same host', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'pay', SERVICE);
      byHand(shop, 'ServiceEntry', { hosts: ['api.pay.example'], resolution: 'NONE', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] });
    }, /'api\.pay\.example' must have one ServiceEntry in a namespace/],
    ['a short name of a Service', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'pay', { ...SERVICE, host: 'api.shop' });
    }, /host must be outside of the cluster, got 'api\.shop', which pods take for 'api\.shop\.svc\.cluster\.local', a Service of the app; name the host in full/],
    ['a short name of a pod behind one', ({ shop }) => {
      rawService(shop, 'db', { clusterIP: 'None' });
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'pay', { ...SERVICE, host: 'db-0.db.shop' });
    }, /host must be outside of the cluster, got 'db-0\.db\.shop'/],
    ['a port that speaks two things', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'a', { ...SERVICE, host: 'a.example', ports: [EgressPort.tls(8443)] });
      new EgressAccess(shop, 'b', { ...SERVICE, host: 'b.example', ports: [EgressPort.startsTls({ number: 8443 })] });
    }, /port 8443 of 'a\.example' must speak what that of 'b\.example' does/],
    ['an address that something else has', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressAccess(shop, 'a', { ...SERVICE, host: 'a.example', ports: [EgressPort.tcp(5432)], addresses: ['10.0.0.1'] });
      new EgressAccess(shop, 'b', { ...SERVICE, host: 'b.example', ports: [EgressPort.tcp(5432)], addresses: ['10.0.0.1'] });
    }, /addresses must be of 'a\.example' alone at a port of TCP, got '10\.0\.0\.1' at port 5432, which EgressAccess 'shop\/b' has as well/],
    ['a Sidecar by hand beside a boundary', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      byHand(shop, 'Sidecar', { workloadSelector: { labels: { app: 'web' } }, egress: [{ hosts: ['*/*'] }] });
    }, /Sidecar 'shop\/by-hand' at 'shop\/by-hand' is for pods of it as well, of which Istio takes one/],
    ['two boundaries of a namespace', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new EgressBoundary(shop, 'again', { namespace: 'shop' });
    }, /namespace 'shop' must have one EgressBoundary, and 'shop\/again' is for it too/],
    ['a boundary of a namespace that is misspelt', ({ shop }) => new EgressBoundary(shop, 'egress', { namespace: 'shpo' }), /namespace must be one of the app, got 'shpo', which it does not have; did you mean 'shop'\?/],
    ['other Services that are misspelt', ({ shop }) => {
      rawService(shop, 'payments');
      new EgressBoundary(shop, 'egress', { namespace: 'shop', otherServices: ['paymens.shop.svc.cluster.local'] });
    }, /did you mean 'payments\.shop\.svc\.cluster\.local'\?/],
    ['a host that somebody makes known in the namespace of the control plane', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new ApiObject(chartOf(app, 'istio-system'), 'out', entryOf({}));
    }, /ServiceEntry 'istio-system\/out' at 'istio-system\/out' makes 'evil\.example' known to all sidecars, .* state who may reach the host by an EgressAccess/],
    ['a host that somebody there makes known to those within alone', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      new ApiObject(chartOf(app, 'istio-system'), 'out', entryOf({ exportTo: ['shop'] }));
    }, /ServiceEntry 'istio-system\/out' at 'istio-system\/out' makes 'evil\.example' known to all sidecars/],
    ['another name that a Service there gives a host', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      rawService(chartOf(app, 'istio-system'), 'out', { type: 'ExternalName', externalName: 'evil.example' });
    }, /Service 'istio-system\/out' at 'istio-system\/out-service' makes 'evil\.example' known to all sidecars/],
    ['a Service there that selects no pods', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      rawService(chartOf(app, 'istio-system'), 'out', { selector: undefined });
    }, /Service 'istio-system\/out' at 'istio-system\/out-service', which selects no pods, makes whatever addresses somebody gives it known to all sidecars/],
    ['a machine behind a Service there', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      const root = chartOf(app, 'istio-system');
      rawService(root, 'out');
      byHand(root, 'WorkloadEntry', { address: '203.0.113.7', labels: { app: 'out' } });
    }, /WorkloadEntry 'istio-system\/by-hand' at 'istio-system\/by-hand' makes '203\.0\.113\.7', behind Service 'istio-system\/out' at 'istio-system\/out-service', known to all sidecars/],
    ['machines that register behind a Service there', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      const root = chartOf(app, 'istio-system');
      rawService(root, 'out');
      byHand(root, 'WorkloadGroup', { metadata: { labels: { app: 'out' } }, template: {} });
    }, /WorkloadGroup 'istio-system\/by-hand' at 'istio-system\/by-hand' makes machines, behind Service 'istio-system\/out'/],
    ['addresses by hand behind a Service there', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      const root = chartOf(app, 'istio-system');
      rawService(root, 'out');
      sliceOf(root, 'out');
    }, /EndpointSlice 'istio-system\/out-1' at 'istio-system\/slice' makes '203\.0\.113\.7', behind Service 'out', known to all sidecars/],
    ['Endpoints by hand, in a List, behind a Service there that the app does not have', ({ app, shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      const item = { apiVersion: 'v1', kind: 'Endpoints', metadata: { name: 'istiod', namespace: 'istio-system' }, subsets: [{ addresses: [{ ip: '203.0.113.7' }] }] };
      new ApiObject(chartOf(app, 'istio-system'), 'list', { apiVersion: 'v1', kind: 'List', ...{ items: [item] } });
    }, /Endpoints 'istio-system\/istiod' at 'istio-system\/list' makes '203\.0\.113\.7', behind Service 'istiod', known to all sidecars/],
    ...ledOut(),
    ...ledAstray(),
    ['a boundary that is changed', ({ shop }) => {
      const boundary = new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      ApiObject.of(boundary).addJsonPatch(JsonPatch.replace('/spec/outboundTrafficPolicy/mode', 'ALLOW_ANY'));
    }, /'shop\/egress\/Resource' must stay as it was made, got another spec/],
    ['an entry that is changed', ({ shop }) => {
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
      ApiObject.of(new EgressAccess(shop, 'pay', SERVICE)).addJsonPatch(JsonPatch.replace('/spec/resolution', 'NONE'));
    }, /'shop\/pay\/Resource' must stay as it was made, got another spec/],
    ['a quarantine beside an older Sidecar for the same pods', ({ shop, web }) => {
      new EgressBoundary(shop, 'egress', { workload: Workload.of(web) });
      new Quarantine(shop, 'incident', { workload: Workload.of(web), reason: 'r' });
    }, /egress stays open, as the Sidecar of EgressBoundary 'shop\/egress' selects the same pods/],
    ['calls to pods by their addresses from within', ({ app, shop }) => {
      const ops = chartOf(app, 'ops');
      new ZeroTrustNamespace(ops, 'baseline', { name: 'ops', metricsReaders: [Principal.workload(rawDeployment(shop, 'prometheus'))] });
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
    }, /'shop\/prometheus' would be blocked from 'metrics of ops', called by the addresses of pods, which no sidecar knows/],
    ['a Service that is not exported to who is to call it', ({ app, shop, api }) => {
      const ops = chartOf(app, 'ops');
      new ZeroTrustNamespace(ops, 'baseline', { name: 'ops' });
      new EgressBoundary(ops, 'egress', { namespace: 'ops' });
      new ServiceAccess(shop, 'job-to-api', { callers: [Principal.workload(rawDeployment(ops, 'job'))], to: Workload.of(api), operations: [Operation.get('/a')] });
      (shop.node.findChild('api-service') as ApiObject).metadata.addAnnotation('networking.istio.io/exportTo', '.');
    }, /'ops\/job' is to call port 80 of 'api\.shop', and its sidecar does not know it/],
  ])('refuses %s', (_, add, message) => {
    const made = scene();
    add(made);

    expect(problemsOf(made.app).join('\n')).toMatch(message);
  });

  test('tells of a slip in a caller once, whatever is within the boundary', () => {
    const { app, shop } = bounded();
    new EgressAccess(shop, 'pay', { ...SERVICE, callers: [Principal.serviceAccount('shop', 'wbe')] });

    expect(problemsOf(app)).toEqual([expect.stringContaining("did you mean 'web'?")]);
  });

  test('refuses both in ambient, once', () => {
    const { app, shop } = scene(DataPlane.AMBIENT);
    new EgressBoundary(shop, 'egress', { namespace: 'shop' });
    new EgressAccess(shop, 'pay', SERVICE);

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/egress\] namespace 'shop' must have sidecars, by which hosts outside are known, .* \(also at 1 more: 'shop\/pay'\)$/)]);
  });
});

function byHand(chart: Chart, kind: string, spec: object): void {
  new ApiObject(chart, 'by-hand', { apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'by-hand' }, ...{ spec } });
}

/** Addresses behind a Service that somebody writes by hand. */
function sliceOf(chart: Chart, service: string): void {
  const slice = { addressType: 'IPv4', endpoints: [{ addresses: ['203.0.113.7'] }], ports: [{ name: 'http', port: 80 }] };
  new ApiObject(chart, 'slice', { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: `${service}-1`, labels: { 'kubernetes.io/service-name': service } }, ...slice });
}

interface PodTemplate { readonly metadata: object; readonly spec: object }

/** Pods that only their controller knows. */
function rollout(chart: Chart, { metadata, spec }: Partial<PodTemplate>): void {
  const template = { metadata: { labels: { app: 'job' }, ...metadata }, spec: { containers: [{ name: 'job', image: 'i' }], ...spec } };
  new ApiObject(chart, 'job', { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'job' }, ...{ spec: { template } } });
}

function to(host: string): object { return { destination: { host } }; }

/** A boundary within which web calls api, and some route beside it. */
function called({ shop, web, api }: Shop, namespace: string, kind: string, spec: object): void {
  new EgressBoundary(shop, 'egress', { namespace: 'shop' });
  new EgressAccess(shop, 'pay', SERVICE);
  new ServiceAccess(shop, 'x', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
  const apiVersion = kind.endsWith('Route') ? 'gateway.networking.k8s.io/v1' : 'networking.istio.io/v1';
  new ApiObject(shop, 'by-hand', { apiVersion, kind, metadata: { name: 'by-hand', namespace }, ...{ spec } });
}

/** Routes by which the sidecars of a boundary would come to know what nobody states. */
function ledOut(): [string, (made: Shop) => void, RegExp][] {
  const http = (...rules: object[]) => ({ http: [...rules, { route: [to('api')] }] });
  const leak = { match: [{ uri: { prefix: '/leak' } }], route: [to('evil.example')] };
  const parent = (more: object = {}) => ({ parentRefs: [{ group: '', kind: 'Service', name: 'api', ...more }] });
  const backends = (...backendRefs: object[]) => ({ ...parent(), rules: [{ backendRefs }] });
  const evil = { group: 'networking.istio.io', kind: 'Hostname', name: 'evil.example', port: 80 };
  const routes: readonly (readonly [string, string, string, object, string])[] = [
    ['some requests', 'shop', 'VirtualService', { hosts: ['api'], ...http(leak) }, "'evil.example'"],
    ['copies', 'shop', 'VirtualService', { hosts: ['api'], ...http({ mirror: { host: 'evil.example' }, route: [to('api')] }) }, "'evil.example'"],
    ['what clients of any namespace ask for', 'shop', 'VirtualService', { hosts: ['api'], ...http({ match: [{ sourceNamespace: '' }], route: [to('evil.example')] }) }, "'evil.example'"],
    ['what clients within ask for', 'shop', 'VirtualService', { hosts: ['api'], ...http({ match: [{ sourceNamespace: 'shop' }], route: [to('evil.example')] }) }, "'evil.example'"],
    ['several copies', 'shop', 'VirtualService', { hosts: ['api'], ...http({ mirrors: [to('evil.example')], route: [to('api')] }) }, "'evil.example'"],
    ['connections of others', 'shop', 'VirtualService', { hosts: ['api'], tcp: [{ match: [{ sourceLabels: { app: 'x' } }], route: [to('evil.example')] }] }, "'evil.example'"],
    ['connections by their server name', 'shop', 'VirtualService', { hosts: ['api.pay.example'], tls: [{ match: [{ sniHosts: ['api.pay.example'] }], route: [to('evil.example')] }] }, "'evil.example'"],
    ['some to a Service of another namespace', 'shop', 'VirtualService', { hosts: ['api'], ...http({ route: [to('other.ops.svc.cluster.local')] }) }, "'other\\.ops\\.svc\\.cluster\\.local'"],
    ['some to a Service of its own that nobody states', 'shop', 'VirtualService', { hosts: ['api'], ...http({ route: [to('canary')] }) }, "'canary\\.shop\\.svc\\.cluster\\.local'"],
    ['what is called by a wildcard', 'shop', 'VirtualService', { hosts: ['*.pay.example'], http: [{ route: [to('evil.example')] }] }, "'evil.example'"],
    ['whatever is called, from the namespace of the control plane', 'istio-system', 'VirtualService', { hosts: ['anything.example'], http: [{ route: [to('evil.example')] }] }, "'evil.example'"],
    ['what another says that the app does not have', 'shop', 'VirtualService', { hosts: ['api'], ...http({ delegate: { name: 'd', namespace: 'tools' } }) }, "'whatever VirtualService tools\\/d says'"],
    ['requests to a host', 'shop', 'HTTPRoute', backends(evil), "'evil.example'"],
    ['calls of gRPC to a Service of another namespace', 'shop', 'GRPCRoute', backends({ name: 'other', namespace: 'ops', port: 80 }), "'other\\.ops\\.svc\\.cluster\\.local'"],
    ['connections to a host', 'shop', 'TCPRoute', backends(evil), "'evil.example'"],
    ['copies of requests', 'shop', 'HTTPRoute', { ...parent(), rules: [{ filters: [{ type: 'RequestMirror', requestMirror: { backendRef: evil } }], backendRefs: [{ name: 'api', port: 80 }] }] }, "'evil.example'"],
    ['what is of another kind', 'shop', 'HTTPRoute', backends({ group: 'inference.networking.k8s.io', kind: 'InferencePool', name: 'pool' }), "'InferencePool shop\\/pool'"],
    ['calls of a host outside', 'shop', 'HTTPRoute', { ...backends(evil), ...parent({ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'pay' }) }, "'evil.example'"],
  ];
  const own = routes.map(([what, namespace, kind, spec, target]): [string, (made: Shop) => void, RegExp] => [
    `a route within a boundary that leads out ${what}`, made => called(made, namespace, kind, spec), new RegExp(`${kind} '${namespace}/by-hand' at 'shop/by-hand' makes ${target} known to the sidecars within`),
  ]);
  return [...own, ['a route within a boundary that leads out to a host with a name as of the control plane', made => {
    called(made, 'shop', 'VirtualService', { hosts: ['api'], ...http({ route: [to('x.istio-system.svc.cluster.local')] }) });
    new ApiObject(made.shop, 'entry', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'x' },
      ...{ spec: { hosts: ['x.istio-system.svc.cluster.local'], ports: [{ number: 80, name: 'http', protocol: 'HTTP' }], resolution: 'STATIC', endpoints: [{ address: '203.0.113.7' }] } },
    });
  }, /VirtualService 'shop\/by-hand' at 'shop\/by-hand' makes 'x\.istio-system\.svc\.cluster\.local' known to the sidecars within/], ['a route within a boundary that leads out by another', made => {
    called(made, 'shop', 'VirtualService', { hosts: ['api'], ...http({ delegate: { name: 'd', namespace: 'tools' } }) });
    new ApiObject(made.shop, 'delegate', { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', metadata: { name: 'd', namespace: 'tools' }, ...{ spec: { http: [{ route: [to('evil.example')] }] } } });
  }, /VirtualService 'shop\/by-hand' at 'shop\/by-hand' makes 'evil\.example' known to the sidecars within/]];
}

const PASSTHROUGH = { loadBalancer: { simple: 'PASSTHROUGH' } };
const PLAINTEXT = [EgressPort.plaintext(80, { reason: 'r' })];

/** A rule of a namespace beside what is called within a boundary. */
function ruledBy({ shop, web, api }: Shop, rule: object, namespace = 'shop', ports: EgressPort[] = PLAINTEXT): void {
  new EgressBoundary(shop, 'egress', { namespace: 'shop' });
  new EgressAccess(shop, 'pay', { ...SERVICE, ports });
  new ServiceAccess(shop, 'x', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
  new ApiObject(shop, 'by-hand', { apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'by-hand', namespace }, ...{ spec: rule } });
}

/** Rules for many hosts by which what is called within a boundary would not be where it goes. */
function ledAstray(): [string, (made: Shop) => void, RegExp][] {
  const anywhere = /DestinationRule '[a-z-]+\/by-hand' at 'shop\/by-hand' has clients of 'api\.pay\.example' connect to whatever address they ask for/;
  const ofApi = /has clients of 'api\.shop\.svc\.cluster\.local' connect to whatever address they ask for/;
  return [
    ['an egress host that goes wherever it is called', made => ruledBy(made, { host: '*.example', trafficPolicy: PASSTHROUGH }), anywhere],
    ['this also of TLS', made => ruledBy(made, { host: '*.example', trafficPolicy: PASSTHROUGH }, 'shop', [EgressPort.tls()]), anywhere],
    ['this also by the root namespace', made => ruledBy(made, { host: '*', trafficPolicy: PASSTHROUGH }, 'istio-system'), anywhere],
    ['this also at a port', made => ruledBy(made, { host: '*.example', trafficPolicy: { portLevelSettings: [{ port: { number: 80 }, ...PASSTHROUGH }] } }), anywhere],
    ['this also for some pods', made => ruledBy(made, { host: '*.example', workloadSelector: { matchLabels: { app: 'x' } }, trafficPolicy: PASSTHROUGH }), anywhere],
    ['this also of a subset', made => ruledBy(made, { host: '*.example', subsets: [{ name: 'v1', labels: { v: '1' }, trafficPolicy: PASSTHROUGH }] }), anywhere],
    ['an egress host of which a tunnel is asked', made => ruledBy(made, { host: '*.example', trafficPolicy: { tunnel: { targetHost: 'a.example', targetPort: 443 } } }),
      /has clients of 'api\.pay\.example' put something before the connection, by tunnel, which a host outside does not expect/],
    ['an egress host that gets a PROXY header', made => ruledBy(made, { host: '*.example', trafficPolicy: { proxyProtocol: { version: 'V1' } } }), /put something before the connection, by proxyProtocol/],
    ['a Service within that goes wherever it is called', made => ruledBy(made, { host: 'api', trafficPolicy: PASSTHROUGH }), ofApi],
    ['this also by a rule of many', made => ruledBy(made, { host: '*.svc.cluster.local', trafficPolicy: PASSTHROUGH }, 'istio-system'), ofApi],
  ];
}

/** An issuer of tokens for an API. */
const ISSUER = JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] });

describe('An EgressBoundary', () => {
  test('leaves alone what the namespace of the control plane makes known to itself or to others', () => {
    const { app, shop } = scene();
    new EgressBoundary(shop, 'egress', { namespace: 'shop' });
    const root = chartOf(app, 'istio-system');
    new ApiObject(root, 'out', entryOf({ exportTo: ['.', 'ops'] }));
    rawService(root, 'other', { type: 'ExternalName', externalName: 'evil.example' }).metadata.addAnnotation('networking.istio.io/exportTo', '., ops');

    expect(problemsOf(app)).toEqual([]);
  });

  test('leaves alone Services of the control plane that lead to its pods, and those that are stated', () => {
    const { app, shop } = scene();
    new EgressBoundary(shop, 'egress', { namespace: 'shop', otherServices: ['istiod-remote.istio-system.svc.cluster.local'] });
    const root = chartOf(app, 'istio-system');
    rawService(root, 'istiod');
    rawService(root, 'istiod-remote', { selector: undefined });
    sliceOf(root, 'istiod-remote');
    byHand(root, 'WorkloadEntry', { address: '203.0.113.7', labels: { app: 'machine' } });

    expect(problemsOf(app)).toEqual([]);
  });

  test.each<[string, object, string, EgressPort[]]>([
    ['of which others share the load', { host: '*.example', trafficPolicy: { loadBalancer: { simple: 'LEAST_REQUEST' } } }, 'shop', PLAINTEXT],
    ['of another namespace', { host: '*.example', trafficPolicy: PASSTHROUGH }, 'ops', PLAINTEXT],
    ['that the root namespace keeps to itself', { host: '*.example', exportTo: ['.'], trafficPolicy: PASSTHROUGH }, 'istio-system', PLAINTEXT],
    ['of the root namespace for its own pods', { host: '*.example', workloadSelector: { matchLabels: { app: 'web' } }, trafficPolicy: PASSTHROUGH }, 'istio-system', PLAINTEXT],
    ['for other hosts', { host: '*.other.example', trafficPolicy: PASSTHROUGH }, 'shop', PLAINTEXT],
    ['that the one of the access hides', { host: '*.example', trafficPolicy: PASSTHROUGH }, 'istio-system', [EgressPort.startsTls()]],
  ])('leaves alone a rule %s', (_, rule, namespace, ports) => {
    const made = scene();
    ruledBy(made, rule, namespace, ports);

    expect(problemsOf(made.app)).toEqual([]);
  });

  test.each<[string, string, string, object]>([
    ['to what is stated', 'shop', 'VirtualService', { hosts: ['api'], http: [{ match: [{ uri: { prefix: '/x' } }], route: [to('api.pay.example')] }, { route: [to('api')] }] }],
    ['for clients of other namespaces', 'shop', 'VirtualService', { hosts: ['api'], http: [{ match: [{ sourceNamespace: 'ops' }], route: [to('evil.example')] }, { route: [to('api')] }] }],
    ['at gateways', 'shop', 'VirtualService', { hosts: ['api'], gateways: ['edge'], http: [{ route: [to('evil.example')] }] }],
    ['for what nobody within calls', 'shop', 'VirtualService', { hosts: ['other.example'], http: [{ route: [to('evil.example')] }] }],
    ['of another namespace, of which no such host is listed', 'ops', 'VirtualService', { hosts: ['api.shop.svc.cluster.local'], http: [{ route: [to('evil.example')] }] }],
    ['of the control plane for its own namespace', 'istio-system', 'VirtualService', { hosts: ['x.example'], exportTo: ['.'], http: [{ route: [to('evil.example')] }] }],
    ['at a Gateway', 'shop', 'HTTPRoute', { parentRefs: [{ name: 'edge' }], rules: [{ backendRefs: [{ name: 'canary', port: 80 }] }] }],
    ['to the Service itself', 'shop', 'HTTPRoute', { parentRefs: [{ group: '', kind: 'Service', name: 'api' }], rules: [{ backendRefs: [{ name: 'api', port: 80 }] }] }],
  ])('leaves alone a route %s', (_, namespace, kind, spec) => {
    const made = scene();
    called(made, namespace, kind, spec);

    expect(problemsOf(made.app)).toEqual([]);
  });

  const job = (shop: Chart) => new ApiObject(shop, 'restore', {
    apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'restore' }, ...{ spec: { template: { metadata: { labels: { app: 'restore' } }, spec: { serviceAccountName: 'restore', containers: [{ name: 'restore', image: 'i' }] } } } },
  });

  test.each<[string, (made: Shop) => void, readonly string[]]>([
    ['of a ServiceAccess', ({ shop, web, api }) => new ServiceAccess(shop, 'x', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] }), [API]],
    ['of a ServiceAccess of anyone', ({ shop, api }) => new ServiceAccess(shop, 'x', { callers: [Principal.anyone({ reason: 'r' })], to: Workload.of(api), operations: [Operation.get('/a')] }), [API]],
    ['not of a ServiceAccess of others', ({ shop, api }) => new ServiceAccess(shop, 'x', { callers: [Principal.serviceAccount('ops', 'job')], to: Workload.of(api), operations: [Operation.get('/a')] }), []],
    ['not of their namesakes of another mesh', ({ shop, api }) => new ServiceAccess(shop, 'x', { callers: [Principal.serviceAccount('shop', 'web', { trustDomain: 'west' })], to: Workload.of(api), operations: [Operation.get('/a')] }), []],
    ['of a JwtProtectedApi for whoever has a token', ({ shop, api }) => new JwtProtectedApi(shop, 'x', { workload: Workload.of(api), issuers: [ISSUER], rules: [{ anyToken: true, operations: [Operation.get('/a')] }] }), [API]],
    ['not of a JwtProtectedApi for others', ({ shop, api }) => new JwtProtectedApi(shop, 'x', { workload: Workload.of(api), issuers: [ISSUER], callers: [Principal.serviceAccount('ops', 'job')], rules: [{ anyToken: true, operations: [Operation.get('/a')] }] }), []],
    ['of a BreakGlass', ({ shop, api }) => new BreakGlass(shop, 'x', { callers: [Principal.workload(job(shop))], to: Workload.of(api), operations: [Operation.get('/a')], until: '2026-12-31', ticket: 'INC-1', reason: 'r' }), [API]],
    ['of an external authorizer that its proxies ask', ({ shop, api }) => new ExternalAuthorization(shop, 'x', {
      workload: Workload.of(api), provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191 }),
    }), ['authz/opa.authz.svc.cluster.local']],
    ['of a LegacyDestination outside', ({ shop }) => new LegacyDestination(shop, 'x', { host: 'a.example', tls: LegacyTls.simple() }), ['./a.example']],
    ['of a LegacyDestination of the cluster', ({ shop }) => new LegacyDestination(shop, 'x', { host: 'ledger.old.svc.cluster.local', tls: LegacyTls.disable({ reason: 'r' }) }), ['old/ledger.old.svc.cluster.local']],
  ])('knows what is called: %s', (_, add, hosts) => {
    const made = bounded();
    if (hosts.length === 0) { new ServiceAccess(made.shop, 'west', { callers: [ALL], to: Workload.of(made.web), operations: [Operation.get('/w')] }); }
    add(made);

    const problems = problemsOf(made.app).filter(problem => !problem.includes('certificates the mesh does not accept'));
    expect(problems).toEqual([]);
    expect(hostsOf(made.app)).toEqual(hosts.length === 0 ? ['./web.shop.svc.cluster.local'] : hosts);
  });

  test('of a workload knows what that calls, and the one of its namespace what others do', () => {
    const { app, shop, web, api } = bounded();
    new EgressBoundary(shop, 'web-egress', { workload: Workload.of(web), otherServices: ['kubernetes.default.svc.cluster.local'] });
    new ServiceAccess(shop, 'x', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
    new ServiceAccess(shop, 'y', { callers: [Principal.workload(api)], to: Workload.of(web), operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([]);
    expect(hostsOf(app, 'shop/web-egress')).toEqual([API, 'default/kubernetes.default.svc.cluster.local']);
    expect(hostsOf(app)).toEqual(['./web.shop.svc.cluster.local']);
  });

  test('says what is reached', () => {
    const { app, shop } = scene();
    const boundary = new EgressBoundary(shop, 'egress', { namespace: 'shop' });
    new EgressAccess(shop, 'pay', SERVICE);
    app.synth();

    expect(boundary.describeEgressBoundary()).toBe('sidecars of shop reach api.pay.example, istio-system/*');
  });

  test.each<[string, object, RegExp]>([
    ['nothing to bound', {}, /^\[shop\/x\] one of 'namespace' and 'workload' must say whose sidecars it is for, got neither/],
    ['a name that is none', { namespace: 'Shop' }, /^\[shop\/x\] namespace must be a namespace name/],
    ['no other Services', { namespace: 'shop', otherServices: [] }, /^\[shop\/x\] otherServices must have at least one entry/],
    ['hosts outside as Services', { namespace: 'shop', otherServices: ['a.example'] }, /^\[shop\/x\] otherServices\[0\] must be a Service of the cluster, .* state a host outside by an EgressAccess/],
    ['a misspelt prop', { namespaces: 'shop' }, /did you mean 'namespace'\?/],
  ])('refuses %s', (_, props, message) => {
    expect(() => new EgressBoundary(scene().shop, 'x', props)).toThrow(message);
  });

  test.each<[string, (made: Shop) => void, readonly string[]]>([
    ['ZT117: a ServiceEntry by which the client chooses the address', ({ app }) => byHand(chartOf(app, 'team'), 'ServiceEntry', { hosts: ['a.example'], ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] }),
      ["ZT117 ServiceEntry 'team/by-hand' has resolution NONE, by which the proxy connects to whatever address its client chooses; state what is called by an EgressAccess"]],
    ['ZT117: a ServiceEntry of all of a port', ({ app }) => byHand(chartOf(app, 'team'), 'ServiceEntry', { hosts: ['a.example'], resolution: 'DNS', ports: [{ number: 5432, name: 'tcp', protocol: 'TCP' }] }),
      ["ZT117 ServiceEntry 'team/by-hand' has a TCP port without addresses, by which any address is reached on that port; state what is called by an EgressAccess"]],
    ['ZT117: a ServiceEntry of a wildcard', ({ app }) => byHand(chartOf(app, 'team'), 'ServiceEntry', { hosts: ['*.example'], resolution: 'DYNAMIC_DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] }),
      ["ZT117 ServiceEntry 'team/by-hand' makes all hosts of '*.example' known, as one of which anybody may be reached; state what is called by an EgressAccess"]],
    ['no ServiceEntry of a host', ({ app }) => byHand(chartOf(app, 'team'), 'ServiceEntry', { hosts: ['a.example'], resolution: 'DNS', ports: [{ number: 443, name: 'tls', protocol: 'TLS' }] }), []],
    ['ZT118: a Sidecar of hosts alone', ({ app }) => byHand(chartOf(app, 'team'), 'Sidecar', { egress: [{ hosts: ['./*'] }] }),
      ["ZT118 Sidecar 'team/by-hand' passes on what it does not know, as it has no outboundTrafficPolicy: its hosts alone close nothing; state an EgressBoundary in its place"]],
    ['ZT118: a Sidecar that lets all pass', ({ app }) => byHand(chartOf(app, 'team'), 'Sidecar', { outboundTrafficPolicy: { mode: 'ALLOW_ANY' } }),
      ["ZT118 Sidecar 'team/by-hand' passes on what it does not know, by ALLOW_ANY; state an EgressBoundary in its place"]],
    ['no Sidecar that blocks', ({ app }) => byHand(chartOf(app, 'team'), 'Sidecar', { outboundTrafficPolicy: {} }), []],
    ['ZT119: a workload that runs as the user of its sidecar', ({ shop }) => rawDeployment(shop, 'job', { spec: { securityContext: { runAsUser: 1337 } } }),
      ["ZT119 'shop/job' is within EgressBoundary 'shop/egress', and runs container 'job' as the user or group 1337, of which the sidecar gets nothing, as it is its own, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy"]],
    ['ZT119: a container of cdk8s-plus that runs as the user of its sidecar', ({ shop }) => deployment(shop, 'job', { service: {} }).addContainer({ name: 'sender', image: 'i', securityContext: { user: 1337 } }),
      ["ZT119 'shop/job' is within EgressBoundary 'shop/egress', and runs container 'sender' as the user or group 1337, of which the sidecar gets nothing, as it is its own, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy"]],
    ['ZT119: a container that runs so while the pods start', ({ shop }) => rawDeployment(shop, 'job', { spec: { initContainers: [{ name: 'fetch', image: 'i', securityContext: { runAsUser: 1337 } }] } }),
      ["ZT119 'shop/job' is within EgressBoundary 'shop/egress', and runs container 'fetch' as the user or group 1337, of which the sidecar gets nothing, as it is its own, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy"]],
    ['ZT119: a container that runs as its group', ({ shop }) => rawDeployment(shop, 'job', { container: { securityContext: { runAsGroup: 1337 } } }),
      ["ZT119 'shop/job' is within EgressBoundary 'shop/egress', and runs container 'job' as the user or group 1337, of which the sidecar gets nothing, as it is its own, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy"]],
    ['ZT119: a container that may change the network of its pod', ({ shop }) => rawDeployment(shop, 'job', { container: { securityContext: { capabilities: { add: ['NET_ADMIN'] } } } }),
      ["ZT119 'shop/job' is within EgressBoundary 'shop/egress', and lets container 'job' change what the sidecar gets, by privileged or the capability NET_ADMIN, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy"]],
    ['no container that runs as another user, without capabilities', ({ shop }) => rawDeployment(shop, 'job', { spec: { securityContext: { runAsUser: 1337 } }, container: { securityContext: { runAsUser: 1000, privileged: false, capabilities: { drop: ['ALL'] } } } }), []],
    ['ZT119: a workload whose sidecar leaves out a port', ({ shop }) => rawDeployment(shop, 'job', { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' } }),
      ["ZT119 'shop/job' is within EgressBoundary 'shop/egress', and lets connections past its sidecar by annotation traffic.sidecar.istio.io/excludeOutboundPorts: '443', so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy"]],
  ])('finds %s', (_, add, expected) => {
    const made = bounded();
    add(made);

    expect(problemsOf(made.app)).toEqual([]);
    expect(Findings.of(made.app).all().map(({ rule, message }) => `${rule} ${message}`)).toEqual(expected);
  });

  const SELF = 'of which the sidecar gets nothing, as it is its own';

  test.each<[Partial<PodTemplate>, string | undefined, string?]>([
    [{ spec: { securityContext: { runAsUser: 1337 } } }, `runs container 'job' as the user or group 1337, ${SELF}`],
    [{ spec: { initContainers: [{ name: 'send', restartPolicy: 'Always', securityContext: { runAsUser: 1337 } }] } }, `runs container 'send' as the user or group 1337, ${SELF}`],
    [{ spec: { containers: [{ name: 'job', image: 'i', securityContext: { privileged: true } }] } }, "lets container 'job' change what the sidecar gets, by privileged or the capability NET_ADMIN"],
    [{ metadata: { annotations: { 'traffic.sidecar.istio.io/excludeOutboundPorts': '443' } } }, "lets connections past its sidecar by annotation traffic.sidecar.istio.io/excludeOutboundPorts: '443'"],
    [{ spec: { hostNetwork: true } }, 'has the network of its host'],
    [{ metadata: { annotations: { 'inject.istio.io/templates': 'gateway' } } }, 'runs beside a gateway, whose proxy takes nothing of what it sends'],
    [{}, undefined],
    [{ metadata: { annotations: { 'inject.istio.io/templates': 'gateway' } }, spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] } }, undefined],
    [{ spec: { hostNetwork: true } }, undefined, 'ops'],
  ])('finds pods of other kinds that go round it: %j, %s, %s', (template, how, namespace = 'shop') => {
    const { app, shop } = bounded();
    rollout(namespace === 'shop' ? shop : chartOf(app, namespace), template);

    expect(Findings.of(app).all().filter(({ rule }) => rule === 'ZT119').map(({ message }) => message)).toEqual(how === undefined ? []
      : [`'shop/job' is within EgressBoundary 'shop/egress', and ${how}, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy`]);
  });

  test.each<[string, object, object, string[]]>([
    ['without the label of the mesh', {}, {}, ["'shop/web' is within EgressBoundary 'shop/egress', and has no sidecar, as its namespace has no label for one, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy"]],
    ['with it', { 'istio-injection': 'enabled' }, {}, []],
    ['where pods ask for themselves', {}, { 'sidecar.istio.io/inject': 'true' }, []],
  ])('finds pods of a namespace %s', (_, labels, podLabels, expected) => {
    const app = testApp();
    const shop = chartOf(app, 'shop');
    new ApiObject(shop, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: labels as Record<string, string> } });
    rawDeployment(shop, 'web', { labels: { app: 'web', ...podLabels } });
    new EgressBoundary(shop, 'egress', { namespace: 'shop' });

    expect(problemsOf(app)).toEqual([]);
    expect(Findings.of(app).all().map(({ message }) => message)).toEqual(expected);
  });

  test('has hosts alone not found where the mesh blocks what is not known', () => {
    const app = testApp();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { outboundTrafficPolicy: OutboundTrafficPolicy.REGISTRY_ONLY });
    byHand(chartOf(app, 'team'), 'Sidecar', { egress: [{ hosts: ['./*'] }] });

    expect(problemsOf(app)).toEqual([]);
    expect(Findings.of(app).all()).toEqual([]);
  });
});
