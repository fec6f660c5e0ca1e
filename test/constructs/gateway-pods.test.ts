import { ApiObject, App, Chart } from 'cdk8s';
import {
  DataPlane, EgressAccess, EgressBoundary, EgressGateway, Findings, IngressAccess, IngressClients, IngressGateway, IngressServer, NetworkPolicies, Operation, Principal, PublicGateway, Workload, ZeroTrustMesh, ZeroTrustNamespace,
  ZeroTrustNamespaceProps,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, RawFacets, rawService } from '../support/shop';

const LABEL = { istio: 'ingressgateway' };
const TEMPLATE = { 'inject.istio.io/templates': 'gateway' };
const INJECT = { 'sidecar.istio.io/inject': 'true' };
const NONE = { 'sidecar.istio.io/inject': 'false' };
const PROXY = { name: 'istio-proxy', image: 'auto', ports: [{ containerPort: 8443 }, { containerPort: 15090, name: 'http-envoy-prom' }] };
const ADMIN = { name: 'admin', image: 'admin', ports: [{ containerPort: 9000 }] };
const REFUSED = expect.stringMatching(/^\[shop\/baseline\] the app does not do what this says, as a plaintext connection to port 8080 of 'shop\/db' passes/);

function namespaceWith(facets: RawFacets, props: Partial<ZeroTrustNamespaceProps> = {}): { readonly app: App; readonly chart: Chart; readonly db: ApiObject } {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', publicGateways: [], ...props });
  return { app, chart, db: rawDeployment(chart, 'db', facets) };
}

/** What is found, as `rule at path: message`. */
function found(app: App): string[] {
  expect(problemsOf(app)).toEqual([]);
  return Findings.of(app).all().map(({ rule, message, constructPaths }) => `${rule} at ${constructPaths.join(', ')}: ${message}`);
}

beforeEach(() => { jest.spyOn(process.stderr, 'write').mockReturnValue(true); });
afterEach(() => { jest.restoreAllMocks(); });

describe('Pods that look like a gateway', () => {
  const ambient = { dataPlane: DataPlane.AMBIENT };

  test.each<[string, RawFacets, Partial<ZeroTrustNamespaceProps>]>([
    ['by its label, without a sidecar', { labels: { ...LABEL, ...NONE } }, {}],
    ['by its label, with a port that the sidecar leaves out', { labels: LABEL, annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } }, {}],
    ['by its label, on the network of the host', { labels: LABEL, spec: { hostNetwork: true } }, {}],
    ['by the label of an egress gateway', { labels: { istio: 'egressgateway', ...NONE } }, {}],
    ['by its template', { annotations: TEMPLATE }, {}],
    ['by its template, on the network of the host', { annotations: TEMPLATE, spec: { hostNetwork: true } }, {}],
    ['by its label in ambient mode, without ztunnel', { labels: { ...LABEL, 'istio.io/dataplane-mode': 'none' } }, ambient],
    ['by its template in ambient mode', { labels: INJECT, annotations: TEMPLATE }, ambient],
  ])('%s, are kept in the mesh like any others', (_, facets, props) => {
    expect(problemsOf(namespaceWith(facets, props).app)).toEqual([REFUSED]);
  });

  test('are told in a mesh whose namespace nobody declares', () => {
    const app = testApp();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', {});
    const chart = chartOf(app, 'open');
    new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'open', namespace: undefined, labels: { 'istio-injection': 'enabled' } } });
    rawDeployment(chart, 'labelled', { labels: { ...LABEL, ...NONE } });
    rawDeployment(chart, 'injected', { annotations: TEMPLATE });
    rawDeployment(chart, 'gateway', { labels: LABEL, annotations: TEMPLATE, container: PROXY });

    expect(found(app)).toEqual([
      expect.stringContaining("ZT113 at open/labelled: a plaintext connection to port 8080 of 'open/labelled' is not refused"),
      expect.stringContaining("ZT113 at open/injected: a plaintext connection to port 8080 of 'open/injected' is not refused"),
    ]);
  });

  test('are within the EgressBoundary of their namespace, and told where it does not hold them', () => {
    const { app, chart } = namespaceWith({ annotations: TEMPLATE });
    new EgressBoundary(chart, 'egress', { namespace: 'shop' });

    expect(problemsOf(app)).toEqual([REFUSED]);
    expect(Findings.of(app).all().map(({ rule, message }) => `${rule} ${message}`))
      .toEqual([expect.stringMatching(/^ZT119 .*runs beside a gateway, whose proxy takes nothing of what it sends/)]);
  });

  test('may be stated to be outside the mesh', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const db = rawDeployment(chart, 'db', { annotations: TEMPLATE });
    new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', publicGateways: [], outsideMesh: [{ workload: Workload.of(db), reason: 'legacy clients' }] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('are no gateway to a NetworkPolicy', () => {
    const { app } = namespaceWith({ labels: LABEL }, { networkPolicies: NetworkPolicies.forIngress() });

    expect(problemsOf(app)).toEqual([]);
  });
});

describe('A gateway as the charts of Istio make it', () => {
  test.each<[string, RawFacets]>([
    ['injected', { labels: { ...LABEL, ...INJECT }, annotations: TEMPLATE, container: PROXY }],
    ['without injection', { labels: { ...LABEL, ...NONE }, container: { ...PROXY, image: 'proxyv2', args: ['proxy', 'router'] } }],
  ])('%s, is closed by its namespace', (_, facets) => {
    expect(problemsOf(namespaceWith(facets).app)).toEqual([]);
  });

  test('is opened by no rule of somebody else', () => {
    const { app, chart } = namespaceWith({ labels: { ...LABEL, ...INJECT }, annotations: TEMPLATE, container: PROXY });
    new ApiObject(chart, 'rule', {
      apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'rule' }, ...{ spec: { selector: { matchLabels: LABEL }, rules: [{ to: [{ operation: { paths: ['/admin'] } }] }] } },
    });
    new ApiObject(chart, 'servers', {
      apiVersion: 'networking.istio.io/v1',
      kind: 'Gateway',
      metadata: { name: 'servers' },
      ...{ spec: { selector: LABEL, servers: [{ port: { number: 8443, name: 'http', protocol: 'HTTP' }, hosts: ['shop.example.com'] }] } },
    });

    expect(problemsOf(app)).toEqual([expect.stringContaining("GET /admin on port 8443 of 'shop/db'")]);
  });

  test('is for everyone where it is public, and only at its ports', () => {
    const gateways = [PublicGateway.classic({ namespace: 'shop', labels: LABEL, ports: [8443], reason: 'the shop is open' })];
    const facets = { labels: { ...LABEL, ...INJECT }, annotations: TEMPLATE };

    expect(problemsOf(namespaceWith({ ...facets, container: PROXY }, { publicGateways: gateways }).app)).toEqual([]);
    expect(problemsOf(namespaceWith({ ...facets, spec: { containers: [PROXY, ADMIN] } }, { publicGateways: gateways }).app))
      .toEqual([expect.stringContaining("a plaintext connection to port 9000 of 'shop/db' passes: port 9000 is none of the gateway's")]);
  });
});

describe('Pods of a stated gateway', () => {
  const containers = (...beside: object[]) => ({ labels: INJECT, annotations: TEMPLATE, spec: { containers: [{ ...PROXY, ports: [] }, ...beside] } });

  function ingress(...beside: object[]): App {
    const { app, chart, db } = namespaceWith(containers(...beside));
    rawService(chart, 'db', { ports: [{ name: 'https', port: 443, targetPort: 8443 }, { name: 'http', port: 80, targetPort: 8080 }] });
    const web = rawDeployment(chart, 'web');
    rawService(chart, 'web');
    const gateway = new IngressGateway(chart, 'public', {
      workload: Workload.of(db), servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'cert' })], httpsRedirect: true,
    });
    new IngressAccess(chart, 'in', { gateway, hosts: ['shop.example.com'], clients: IngressClients.anyone({ reason: 'public' }), to: Workload.of(web), operations: [Operation.get('/*')] });
    return app;
  }

  function egress(...beside: object[]): App {
    const { app, chart, db } = namespaceWith(containers(...beside));
    rawService(chart, 'db', { ports: [{ name: 'http', port: 15443 }, { name: 'tls', port: 15444 }] });
    const gateway = new EgressGateway(chart, 'gateway', { workload: Workload.of(db) });
    const web = rawDeployment(chart, 'web');
    new EgressBoundary(chart, 'egress', { namespace: 'shop' });
    new EgressAccess(chart, 'pay', { callers: [Principal.workload(web)], host: 'api.pay.example', gateway });
    return app;
  }

  test('are asked for nothing at the ports of its servers, nor at those of its metrics and health', () => {
    expect(found(ingress())).toEqual([]);
    expect(found(egress())).toEqual([]);
  });

  test('run nothing beside it that anybody may call', () => {
    const open = expect.stringContaining("a plaintext connection to port 9000 of 'shop/db' passes: port 9000 is none of the gateway's");

    expect(problemsOf(ingress(ADMIN))).toEqual([open]);
    expect(problemsOf(egress(ADMIN))).toEqual([open]);
  });

  test('run nothing beside it that may listen unseen', () => {
    expect(problemsOf(ingress({ name: 'agent', image: 'agent' }))).toEqual([expect.stringContaining("a plaintext connection to a port that nobody lists of 'shop/db' passes")]);
  });
});
