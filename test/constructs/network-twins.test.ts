import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  Condition, DataPlane, EgressAccess, EgressBoundary, EgressPort, ExtensionProvider, ExternalAuthorization,
  IngressAccess, IngressClients, IngressGateway, IngressServer, JwtIssuer, JwtProtectedApi, LegacyDestination, LegacyTls, NetworkPolicies, Operation, PlaintextException, Principal, PublicGateway, ServiceAccess, Waypoint, Workload, ZeroTrustMesh, ZeroTrustMeshProps,
  ZeroTrustNamespace, ZeroTrustNamespaceProps,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly chart: Chart; readonly web: ApiObject; readonly api: ApiObject }

/** web and api in a namespace that has NetworkPolicies. */
function shop(props: ZeroTrustNamespaceProps = {}): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { networkPolicies: NetworkPolicies.forIngress(), asOf: '2026-01-01', istioVersion: '1.29' });
  new ZeroTrustNamespace(chart, 'baseline', props);
  const [web, api] = ['web', 'api'].map(name => rawDeployment(chart, name));
  rawService(chart, 'api');
  return { app, chart, web, api };
}

function webToApi({ chart, web, api }: Shop, callers: Principal[] = []): ServiceAccess {
  return new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web), ...callers], to: Workload.of(api), operations: [Operation.get('/api/*')] });
}

/** The NetworkPolicies that come of an app, by the end of their path. */
function networkPolicies(app: App): { [role: string]: unknown } {
  app.synth();
  const paths = app.node.findAll().flatMap(node => ApiObject.isApiObject(node) && node.kind === 'NetworkPolicy' ? [[node.node.id, node.name] as const] : []);
  const written = manifests(app).filter(({ kind }) => kind === 'NetworkPolicy');
  return Object.fromEntries(paths.map(([id, name]) => [id, written.find(({ metadata }) => metadata.name === name)!.spec]));
}

const from = (namespace: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } });
const pods = (app: string) => ({ podSelector: { matchLabels: { app } } });
const tcp = (...ports: number[]) => ports.map(port => ({ protocol: 'TCP', port }));
const ofGateway = (name: string) => ({ podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': name } } });
const PROBES = [{ from: [{ ipBlock: { cidr: '169.254.7.127/32' } }, { ipBlock: { cidr: 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff/128' } }] }];

describe('NetworkPolicies', () => {
  test('let in at a sidecar whoever an access names: pods of the app by their labels, others by their namespace', () => {
    const stated = shop();
    webToApi(stated, [Principal.serviceAccount('ops', 'admin')]);

    expect(networkPolicies(stated.app)).toEqual({
      'deny-all': { podSelector: {}, policyTypes: ['Ingress'] },
      // ops may be in ambient mode, and so come by a tunnel
      'to-api': { ...pods('api'), policyTypes: ['Ingress'], ingress: [{ from: [pods('web')], ports: tcp(8080) }, { from: [from('ops')], ports: tcp(8080, 15008) }] },
    });
  });

  test('let in tunnels alone in ambient, and probes by the address that Istio gives them', () => {
    const stated = shop({ dataPlane: DataPlane.AMBIENT });
    new ServiceAccess(stated.chart, 'web-to-api', { callers: [Principal.workload(stated.web)], to: Workload.of(stated.api), operations: [Operation.anyHttp()] });

    expect(networkPolicies(stated.app)).toEqual({
      'deny-all': { podSelector: {}, policyTypes: ['Ingress'], ingress: PROBES },
      'to-api': { ...pods('api'), policyTypes: ['Ingress'], ingress: [{ from: [pods('web')], ports: tcp(15008) }] },
    });
  });

  test('let callers in at the waypoint, and the waypoint at the pods', () => {
    const stated = shop({ dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create(), metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')], metricsPorts: [8080] });
    webToApi(stated);

    expect(networkPolicies(stated.app)).toEqual({
      'deny-all': { podSelector: {}, policyTypes: ['Ingress'], ingress: PROBES },
      'to-all': { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ from: [from('monitoring')], ports: tcp(15008) }] },
      'to-shop-waypoint': {
        ...ofGateway('shop-waypoint'), policyTypes: ['Ingress'], ingress: [{ from: [from('monitoring')], ports: tcp(15020, 15090) }, { from: [pods('web')], ports: tcp(15008) }],
      },
      'to-api': { ...pods('api'), policyTypes: ['Ingress'], ingress: [{ from: [ofGateway('shop-waypoint')], ports: tcp(15008) }] },
    });
  });

  test('let readers of metrics in at all pods, at the ports of proxies as well', () => {
    const { app } = shop({ metricsReaders: [Principal.serviceAccount('monitoring', 'prometheus')], metricsPorts: [8080] });

    expect(networkPolicies(app)).toMatchObject({ 'to-all': { podSelector: {}, ingress: [{ from: [from('monitoring')], ports: tcp(8080, 15008, 15020, 15090) }] } });
  });

  test('let anybody in where an API goes by tokens alone', () => {
    const { app, chart, api } = shop();
    new JwtProtectedApi(chart, 'users', {
      workload: Workload.of(api), issuers: [JwtIssuer.of({ issuer: 'https://auth.example', audiences: ['api'] })], rules: [{ anyToken: true, operations: [Operation.anyHttp()] }],
    });

    expect(networkPolicies(app)).toMatchObject({ 'to-api': { ingress: [{ ports: tcp(8080, 15008) }] } });
  });

  test('let in the networks of a PlaintextException at the ports that it names', () => {
    const { app, chart, api } = shop();
    new PlaintextException(chart, 'probe', { workload: Workload.of(api), operations: [Operation.get('/x')], fromNetworks: ['10.20.0.0/16', '192.0.2.7'], reason: 'old', owner: 'ops', expires: '2026-12-31' });

    expect(networkPolicies(app)).toMatchObject({ 'to-api': { ingress: [{ from: [{ ipBlock: { cidr: '10.20.0.0/16' } }, { ipBlock: { cidr: '192.0.2.7/32' } }], ports: tcp(8080) }] } });
  });

  test('let anybody in at a gateway, and the gateway at the workload', () => {
    const { app, chart, api } = shop();
    const edge = new IngressGateway(chart, 'edge', { servers: [IngressServer.tls({ hosts: ['shop.example'], credentialName: 'shop' })], httpsRedirect: true });
    new IngressAccess(chart, 'shoppers', { gateway: edge, to: Workload.of(api), hosts: ['shop.example'], operations: [Operation.get('/*')], clients: IngressClients.anyone({ reason: 'the shop window' }) });
    const name = chart.node.findAll().flatMap(node => ApiObject.isApiObject(node) && node.kind === 'Gateway' ? node.name : [])[0];

    expect(networkPolicies(app)).toMatchObject({
      [`to-${name}`]: { ...ofGateway(name), ingress: [{ ports: tcp(80, 443, 15021) }] },
      'to-api': { ingress: [{ from: [ofGateway(name)], ports: tcp(8080) }] },
    });
  });

  test('let anybody in at a public gateway of their namespace', () => {
    const { app } = shop({ publicGateways: [PublicGateway.classic({ namespace: 'shop', labels: { istio: 'edge' }, ports: [8443], reason: 'the shop window' })] });

    expect(networkPolicies(app)).toMatchObject({ 'to-edge': { podSelector: { matchLabels: { istio: 'edge' } }, ingress: [{ ports: tcp(8443, 15021) }] } });
  });

  test.each<[string, EgressPort[], number[]]>([
    ['of the server, not that which clients call, where the proxy starts TLS', [EgressPort.startsTls()], [443]],
    ['of the server, where it listens on another', [EgressPort.startsTls({ number: 8080, targetPort: 8443 })], [8443]],
    ['of all that is stated', [EgressPort.startsTls(), EgressPort.tls(8443)], [443, 8443]],
  ])('let pods out to a host by the port %s', (_, ports, open) => {
    const { app, chart, web } = shop({ networkPolicies: NetworkPolicies.forIngressAndEgress() });
    new EgressBoundary(chart, 'bounds', { workload: Workload.of(web) });
    new EgressAccess(chart, 'to-pay', { callers: [Principal.workload(web)], host: 'pay.example', ports });

    expect(networkPolicies(app)).toMatchObject({ 'from-web': { ...pods('web'), egress: [{ ports: tcp(...open) }] } });
  });

  test('keep pods in, but for whom the app has them call, DNS and the control plane', () => {
    const stated = shop({ networkPolicies: NetworkPolicies.forIngressAndEgress({ dnsAddresses: ['169.254.20.10'] }) });
    const { app, chart, web } = stated;
    webToApi(stated);
    new EgressBoundary(chart, 'bounds', { workload: Workload.of(web) });
    new EgressAccess(chart, 'to-pay', { callers: [Principal.workload(web)], host: 'pay.example' });
    const istiod = { ...from('istio-system'), ...pods('istiod') };
    const dns = { ...from('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } };

    expect(networkPolicies(app)).toEqual({
      'deny-all': {
        podSelector: {},
        policyTypes: ['Ingress', 'Egress'],
        egress: [{ to: [dns, { ipBlock: { cidr: '169.254.20.10/32' } }], ports: [{ protocol: 'UDP', port: 53 }, { protocol: 'TCP', port: 53 }] }, { to: [istiod], ports: tcp(15012) }],
      },
      'to-api': { ...pods('api'), policyTypes: ['Ingress'], ingress: [{ from: [pods('web')], ports: tcp(8080) }] },
      'from-web': { ...pods('web'), policyTypes: ['Egress'], egress: [{ to: [pods('api')], ports: tcp(8080) }, { ports: tcp(443) }] },
    });
  });

  describe('of pods that ask istiod', () => {
    const meshed = (props: ZeroTrustMeshProps, ofNamespace: ZeroTrustNamespaceProps = {}) => {
      const app = testApp();
      new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { networkPolicies: NetworkPolicies.forIngressAndEgress(), ...props });
      new ZeroTrustNamespace(chartOf(app, 'shop'), 'baseline', ofNamespace);
      return app;
    };

    test.each<[ZeroTrustMeshProps, string]>([
      [{}, 'istio-system'], [{ rootNamespace: 'istio-config' }, 'istio-config'], [{ rootNamespace: 'istio-config', istioNamespace: 'istio-system' }, 'istio-system'],
    ])('let them out to where it is: by %j to %s', (props, namespace) => {
      expect(networkPolicies(meshed(props))).toMatchObject({ 'deny-all': { egress: [{}, { to: [{ ...from(namespace), ...pods('istiod') }], ports: tcp(15012) }] } });
    });

    test.each<[string, ZeroTrustMeshProps, (app: App) => void, string]>([
      ['a namespace that is a slip for one of the app', { istioNamespace: 'istiod-sytem' }, app => { rawDeployment(chartOf(app, 'istiod-system'), 'other'); },
        "[mesh/mesh] istioNamespace must be that of istiod, got 'istiod-sytem', which this app does not have; did you mean 'istiod-system'?"],
      ['another one than the app has istiod in', {}, app => { rawDeployment(chartOf(app, 'control'), 'istiod'); },
        "[mesh/mesh] istioNamespace must be that of istiod, got 'istio-system', but 'control/istiod' is in 'control'; write that"],
      ['another one than the settings of the app say', {}, app => {
        new ApiObject(chartOf(app, 'operator'), 'operator', { apiVersion: 'install.istio.io/v1alpha1', kind: 'IstioOperator', metadata: { namespace: 'control' }, spec: { values: { global: { istioNamespace: 'control' } } } } as never);
      }, "[mesh/mesh] 'operator/operator' sets istioNamespace 'control', but the ZeroTrustMesh says 'istio-system'; state the same in both"],
    ])('refuse %s', (_, props, add, problem) => {
      const app = meshed(props);
      add(app);

      expect(problemsOf(app)).toEqual([problem]);
    });

    test('are refused in its own namespace, and may be none there', () => {
      const istioNamespace = 'shop';

      expect(problemsOf(meshed({ istioNamespace }))).toEqual([
        "[shop/baseline/network] networkPolicies must not be for namespace 'shop', in which istiod is: proxies of all namespaces ask it, and so does the API server; leave it out: networkPolicies: NetworkPolicies.none()",
      ]);
      expect(problemsOf(meshed({ istioNamespace }, { networkPolicies: NetworkPolicies.none() }))).toEqual([]);
    });

    test.each([['/mesh'], ['']])('refuse what is no namespace: %j', istioNamespace => {
      expect(() => meshed({ istioNamespace })).toThrow('istioNamespace must be');
    });
  });

  test('let pods out to a legacy server, which lets them in', () => {
    const { app, chart } = shop({ networkPolicies: NetworkPolicies.forIngressAndEgress() });
    const old = chartOf(app, 'old');
    const server = rawDeployment(old, 'server');
    new ZeroTrustNamespace(old, 'baseline', { outsideMesh: [{ workload: Workload.of(server), reason: 'no sidecar' }] });
    server.addJsonPatch(JsonPatch.add('/spec/template/metadata/labels/sidecar.istio.io~1inject', 'false'));
    const service = rawService(old, 'server');
    new LegacyDestination(chart, 'old', { service, tls: LegacyTls.disable({ reason: 'no TLS' }), clientNamespaces: ['shop'] });

    expect(networkPolicies(app)).toMatchObject({
      'to-server': { ...pods('server'), ingress: [{ from: [from('shop')], ports: tcp(8080) }] },
      'from-all': { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ ...from('old'), ...pods('server') }], ports: tcp(8080) }] },
    });
  });

  test('let pods out to Services of which nothing else says that they are called, and to an authorizer elsewhere', () => {
    const { app, chart, api } = shop({ networkPolicies: NetworkPolicies.forIngressAndEgress() });
    new EgressBoundary(chart, 'bounds', { namespace: 'shop', otherServices: ['kubernetes.default.svc.cluster.local', 'bus.queues.svc.cluster.local'] });
    new ExternalAuthorization(chart, 'authz', { workload: Workload.of(api), provider: ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191 }) });

    expect(networkPolicies(app)).toMatchObject({
      'from-all': { egress: [{ ports: tcp(443, 6443) }, { to: [from('queues')] }] },
      'from-api': { egress: [{ to: [from('authz')] }] },
    });
  });

  test('that let pods out are told', () => {
    const stated = shop({ networkPolicies: NetworkPolicies.forIngressAndEgress() });
    webToApi(stated);
    new ApiObject(stated.chart, 'out', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'out' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] } } as never);

    expect(problemsOf(stated.app)).toEqual(["[shop/baseline/network] NetworkPolicy 'shop/out' at 'shop/out' lets in what this refuses: a connection of shop/web to where nobody states; change it, or remove it"]);
  });

  test.each<[string, object[], string | undefined]>([
    ['to a port of the web', tcp(443), 'to port 443 of where nobody states'],
    ['to another', tcp(9443), 'to port 9443 of where nobody states'],
    ['to a range', [{ protocol: 'TCP', port: 1, endPort: 65534 }], 'to port 443 of where nobody states'],
    ['by UDP alone', [{ protocol: 'UDP', port: 9443 }], undefined],
  ])('that let pods out %s are told', (_, ports, where) => {
    const stated = shop({ networkPolicies: NetworkPolicies.forIngressAndEgress() });
    webToApi(stated);
    new ApiObject(stated.chart, 'out', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'out' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports }] } } as never);

    expect(problemsOf(stated.app)).toEqual(where === undefined ? [] : [`[shop/baseline/network] NetworkPolicy 'shop/out' at 'shop/out' lets in what this refuses: a connection of shop/web ${where}; change it, or remove it`]);
  });

  test('that let pods out by a port by which others of the app may are told', () => {
    const { app, chart, web } = shop({ networkPolicies: NetworkPolicies.forIngressAndEgress() });
    new EgressBoundary(chart, 'bounds', { workload: Workload.of(web) });
    new EgressAccess(chart, 'to-pay', { callers: [Principal.workload(web)], host: 'pay.example' });
    expect(problemsOf(app)).toEqual([]);

    new ApiObject(chart, 'out', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'out' }, spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ ports: tcp(443) }] } } as never);
    expect(problemsOf(app)).toEqual([expect.stringContaining('a connection of shop/api to port 443 of where nobody states')]);
  });

  test('that keep in what an EgressAccess lets out are told', () => {
    const { app, chart, web } = shop();
    new EgressBoundary(chart, 'bounds', { workload: Workload.of(web) });
    new EgressAccess(chart, 'to-pay', { callers: [Principal.workload(web)], host: 'pay.example' });
    new ApiObject(chart, 'in', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'in' }, spec: { podSelector: {}, policyTypes: ['Egress'] } } as never);

    expect(problemsOf(app)).toEqual([expect.stringContaining("calls of 'shop/web' to 'pay.example' on port 443 do not arrive: the network lets nothing through")]);
  });

  test('are none by default, nor where a namespace wants none', () => {
    const { app } = shop({ networkPolicies: NetworkPolicies.none() });
    const other = testApp();
    new ZeroTrustNamespace(chartOf(other, 'shop'), 'baseline');

    expect([networkPolicies(app), networkPolicies(other)]).toEqual([{}, {}]);
  });

  test('follow what the app says when it is synthesized again', () => {
    const stated = shop();
    const access = webToApi(stated);
    const before = Object.keys(networkPolicies(stated.app));
    access.node.scope!.node.tryRemoveChild(access.node.id);

    expect([before, Object.keys(networkPolicies(stated.app))]).toEqual([['deny-all', 'to-api'], ['deny-all']]);
  });

  test('name no two objects alike where workloads of one name are told apart by labels', () => {
    const stated = shop();
    const old = Workload.fromPods({ namespace: 'shop', name: 'api', labels: { app: 'api', track: 'old' }, serviceAccount: 'old', ports: [{ number: 9000 }] });
    webToApi(stated);
    new ServiceAccess(stated.chart, 'web-to-old', { callers: [Principal.workload(stated.web)], to: old, operations: [Operation.tcp(9000)] });

    expect(Object.keys(networkPolicies(stated.app))).toEqual(['deny-all', 'to-api-app=api', 'to-api-app=api,track=old']);
  });

  test('that know nothing of callers of other meshes are refused, until it is said where these are', () => {
    const stated = shop();
    webToApi(stated, [Principal.serviceAccount('shop', 'web', { trustDomain: 'west.example', reason: 'the other cluster' })]);
    const other = shop({ networkPolicies: NetworkPolicies.forIngress({ otherClusters: ['10.8.0.0/14'] }) });
    webToApi(other, [Principal.serviceAccount('shop', 'web', { trustDomain: 'west.example', reason: 'the other cluster' })]);

    expect(problemsOf(stated.app)).toEqual(["[shop/baseline/network] networkPolicies of namespace 'shop' must say where callers of other meshes come from, got none for 'west.example/ns/shop/sa/web', whose pods are in no namespace of this cluster; "
      + "name their networks: NetworkPolicies.forIngress({ otherClusters: ['10.8.0.0/14'] }), with those of the gateway where they come by one"]);
    expect(networkPolicies(other.app)).toMatchObject({ 'to-api': { ingress: [{ from: [pods('web')], ports: tcp(8080) }, { from: [{ ipBlock: { cidr: '10.8.0.0/14' } }], ports: tcp(8080, 15008) }] } });
  });

  test.each([
    ['the same', '10.0.0.0/8', []],
    ['others', '192.0.2.0/24', [expect.stringMatching(/the network lets nothing through from the client .* mend that, or take the promise out$/)]],
  ])('from where callers of other meshes come may be %s as an access says', (_, block, problems) => {
    const stated = shop({ networkPolicies: NetworkPolicies.forIngress({ otherClusters: ['10.8.0.0/14'] }) });
    new ServiceAccess(stated.chart, 'west-to-api', {
      callers: [Principal.serviceAccount('shop', 'web', { trustDomain: 'west.example', reason: 'the other cluster' })],
      to: Workload.of(stated.api),
      operations: [Operation.get('/api/*')],
      conditions: [Condition.sourceIp(block)],
    });

    expect(problemsOf(stated.app)).toEqual(problems);
  });

  test.each([
    ['taken out', (object: ApiObject) => { object.node.scope!.node.tryRemoveChild(object.node.id); }, 'got taken out; leave it in, or take its construct out as a whole'],
    ['patched', (object: ApiObject) => object.addJsonPatch(JsonPatch.add('/spec/ingress', [{}])), 'got another spec; undo that, and state what is meant by the props of its construct'],
  ])('that are %s are told', (_, change, told) => {
    const stated = shop();
    webToApi(stated);
    stated.app.synth();
    change(stated.app.node.findAll().find(({ node }) => node.id === 'to-api') as ApiObject);

    expect(problemsOf(stated.app)).toEqual([`[shop/baseline/network] 'shop/baseline/network/to-api' must stay as it was made, ${told}`]);
  });

  test('are not made worthless by others', () => {
    const stated = shop();
    webToApi(stated);
    new ApiObject(stated.chart, 'open', { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'open' }, spec: { podSelector: {}, ingress: [{}] } } as never);

    expect(problemsOf(stated.app)).toEqual(["[shop/baseline/network] NetworkPolicy 'shop/open' at 'shop/open' lets in what this refuses: a connection to a port that nobody lists of pods of namespace 'shop' from a caller that nobody names; change it, or remove it"]);
  });

  test('do not hide what a policy of the mesh opens', () => {
    const stated = shop();
    webToApi(stated);
    new ApiObject(stated.chart, 'open', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'open' }, spec: { rules: [{ to: [{ operation: { paths: ['/open'] } }] }] } } as never);

    expect(problemsOf(stated.app)[0]).toContain("AuthorizationPolicy 'shop/open' at 'shop/open' lets in what this refuses");
  });

  test('say what they are for', () => {
    expect([NetworkPolicies.none(), NetworkPolicies.forIngress(), NetworkPolicies.forIngressAndEgress({ otherClusters: ['10.8.0.1'] })].map(one => one.describeNetworkPolicies()))
      .toEqual(['no NetworkPolicies', 'NetworkPolicies for ingress', 'NetworkPolicies for ingress and egress, other clusters at 10.8.0.1/32']);
  });

  test.each([[[], 'otherClusters must have at least one entry'], [['west'], "otherClusters[0] must be an IP address or CIDR block such as '10.0.0.0/8', got 'west'"], [['0.0.0.0/0'], 'otherClusters[0] must not be all addresses']])('refuses other clusters at %j', (otherClusters, message) => {
    expect(() => NetworkPolicies.forIngress({ otherClusters })).toThrow(message);
  });
});
