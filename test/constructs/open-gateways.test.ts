import { ApiObject, App, Chart } from 'cdk8s';
import {
  DataPlane, EgressAccess, EgressBoundary, EgressGateway, EgressPort, IngressAccess, IngressClients, IngressGateway, IngressGatewayProps, IngressServer, Operation, Principal, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

type Kind = 'classic' | 'Gateway API';

const GATEWAY = { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', image: 'auto', ports: [] } };
const TO_GATEWAY = { group: 'gateway.networking.k8s.io', kind: 'Gateway' };

function security(chart: Chart, kind: string, spec: object): void {
  new ApiObject(chart, kind, { apiVersion: 'security.istio.io/v1', kind, metadata: { name: 'by-hand' }, ...{ spec } });
}

/** The constructs that report something. */
function reporters(app: App): string[] { return [...new Set(problemsOf(app).map(line => /^\[([^\]]*)\]/.exec(line)?.[1] ?? line))]; }

describe('A rule by hand at an ingress gateway is asked for what it lets in', () => {
  function edge(kind: Kind, props: Partial<IngressGatewayProps> = {}): { readonly app: App; readonly chart: Chart; readonly at: object } {
    const app = testApp();
    const chart = chartOf(app, 'edge');
    new ZeroTrustNamespace(chart, 'baseline', { name: 'edge' });
    const pods = kind === 'classic' ? rawDeployment(chart, 'ingress', GATEWAY) : undefined;
    if (pods) { rawService(chart, 'ingress', { ports: [{ name: 'https', port: 443, targetPort: 8443 }] }); }
    const shop = chartOf(app, 'shop');
    new ZeroTrustNamespace(shop, 'baseline', { name: 'shop' });
    const web = rawDeployment(shop, 'web');
    rawService(shop, 'web');
    const gateway = new IngressGateway(chart, 'public', {
      servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'cert' })], ...pods ? { workload: Workload.of(pods) } : {}, metadata: { name: 'public' }, ...props,
    });
    new IngressAccess(shop, 'in', { gateway, hosts: ['shop.example.com'], clients: IngressClients.of({ networks: ['203.0.113.0/24'] }), to: Workload.of(web), operations: [Operation.get('/a/*')] });
    return { app, chart, at: pods ? { selector: { matchLabels: { app: 'ingress' } } } : { targetRefs: [{ ...TO_GATEWAY, name: 'public' }] } };
  }

  const path = { to: [{ operation: { paths: ['/a/secret'] } }] };
  const kinds: Kind[] = ['classic', 'Gateway API'];

  test.each<[string, object, boolean]>([
    ['a path', path, true],
    ['a path of a host', { to: [{ operation: { hosts: ['shop.example.com'], paths: ['/a/secret'] } }] }, true],
    ...['*', '*.com', '*example.com', 'sho*', 'SHOP.example.com', 'shop.example.com:8443', '*:443'].map((host): [string, object, boolean] =>
      [`a path of hosts ${host}`, { to: [{ operation: { hosts: [host], paths: ['/a/secret'] } }] }, true]),
    ['a path of hosts but another', { to: [{ operation: { notHosts: ['other.example.com'], paths: ['/a/secret'] } }] }, true],
    ['a path of hosts but the served one, which may be asked for with a port', { to: [{ operation: { notHosts: ['shop.example.com'], paths: ['/a/secret'] } }] }, true],
    ['a path of hosts but the served one, by whichever port', { to: [{ operation: { notHosts: ['shop.example.com', 'shop.example.com:*'], paths: ['/a/secret'] } }] }, false],
    ['a path of a host with its port, by a condition', { ...path, when: [{ key: 'request.headers[:authority]', values: ['shop.example.com:8443'] }] }, true],
    ['a method', { to: [{ operation: { methods: ['POST'] } }] }, true],
    ['a header', { when: [{ key: 'request.headers[x-b]', values: ['1'] }] }, true],
    ['an address', { from: [{ source: { ipBlocks: ['198.51.100.0/24'] } }] }, true],
    ['an address behind proxies', { from: [{ source: { remoteIpBlocks: ['198.51.100.0/24'] } }] }, true],
    ['all addresses but some', { from: [{ source: { notRemoteIpBlocks: ['10.0.0.0/8'] } }] }, true],
    ['an address, by a condition', { when: [{ key: 'remote.ip', values: ['198.51.100.0/24'] }] }, true],
    ['an address of two blocks, one within the other', { from: [{ source: { ipBlocks: ['198.51.0.0/16'] } }], when: [{ key: 'source.ip', values: ['198.51.100.0/24'] }] }, true],
    ['its port', { to: [{ operation: { ports: ['8443', '443'] } }] }, true],
    ['a path at a port that it does not have', { to: [{ operation: { ports: ['9999'], paths: ['/a/secret'] } }] }, false],
    ['a host that it does not serve', { to: [{ operation: { hosts: ['other.example.com'] } }] }, false],
    ['an identity, which its clients do not have', { from: [{ source: { principals: ['cluster.local/ns/ops/sa/cron'] } }] }, false],
  ])('%s', (_, rule, isOpen) => {
    for (const kind of kinds) {
      const { app, chart, at } = edge(kind);
      security(chart, 'AuthorizationPolicy', { ...at, rules: [rule] });

      expect(reporters(app)).toEqual(isOpen ? ['edge/public'] : []);
    }
  });

  test.each(kinds)('also for clients with a certificate (%s)', kind => {
    const mutual = edge(kind, { servers: [IngressServer.mutualTls({ hosts: ['shop.example.com'], credentialName: 'cert' })] });
    security(mutual.chart, 'AuthorizationPolicy', { ...mutual.at, rules: [path] });

    expect(reporters(mutual.app)).toEqual(['edge/public']);
  });

  test.each(kinds)('also for bearers of tokens that somebody else verifies there (%s)', kind => {
    const { app, chart, at } = edge(kind);
    security(chart, 'AuthorizationPolicy', { ...at, rules: [{ from: [{ source: { requestPrincipals: ['*'] } }], when: [{ key: 'request.auth.claims[role]', values: ['admin'] }] }] });
    expect(reporters(app)).toEqual([]);

    security(chart, 'RequestAuthentication', { ...at, jwtRules: [{ issuer: 'https://other.example' }] });
    expect(reporters(app)).toEqual(['edge/public']);
  });

  test('behind proxies in front, too', () => {
    const { app, chart, at } = edge('Gateway API', { numTrustedProxies: 1, proxyNetworks: ['10.9.0.0/16'] });
    security(chart, 'AuthorizationPolicy', { ...at, rules: [{ from: [{ source: { remoteIpBlocks: ['198.51.100.0/24'] } }] }] });

    expect(reporters(app)).toEqual(['edge/public']);
  });
});

describe('A rule by hand at an egress gateway is asked for what it lets out', () => {
  function out(plane: 'sidecar' | 'ambient'): { readonly app: App; readonly egress: Chart; readonly at: object } {
    const app = testApp();
    const dataPlane = plane === 'ambient' ? DataPlane.AMBIENT : DataPlane.SIDECAR;
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { istioVersion: '1.29', dataPlane });
    const [shop, egress] = ['shop', 'egress'].map(name => chartOf(app, name));
    for (const chart of [shop, egress]) { new ZeroTrustNamespace(chart, 'baseline', { name: chart.node.id }); }
    const web = rawDeployment(shop, 'web');
    rawDeployment(shop, 'batch');
    const pods = plane === 'sidecar' ? rawDeployment(egress, 'egw', GATEWAY) : undefined;
    if (pods) {
      rawService(egress, 'egw', { ports: [{ name: 'http', port: 15443 }, { name: 'tls', port: 15444 }] });
      new EgressBoundary(shop, 'egress', { namespace: 'shop' });
    }
    const gateway = new EgressGateway(egress, 'gateway', { ...pods ? { workload: Workload.of(pods) } : {}, metadata: { name: 'out' } });
    new EgressAccess(shop, 'pay', { callers: [Principal.workload(web)], host: 'api.pay.example', ports: [EgressPort.startsTls()], gateway, metadata: { name: 'pay' } });
    return { app, egress, at: pods ? { selector: { matchLabels: { app: 'egw' } } } : { targetRefs: [{ ...TO_GATEWAY, name: 'out' }] } };
  }

  const rules: [string, object, boolean][] = [
    ['a path', { to: [{ operation: { paths: ['/upload'] } }] }, true],
    ['a method', { to: [{ operation: { methods: ['POST'] } }] }, true],
    ['a path, for a namespace', { from: [{ source: { namespaces: ['shop'] } }], to: [{ operation: { paths: ['/upload'] } }] }, true],
    ['a path, for somebody who is no caller', { from: [{ source: { principals: ['cluster.local/ns/shop/sa/batch'] } }], to: [{ operation: { paths: ['/upload'] } }] }, true],
    ['a path, for one who is no caller, and for bearers of tokens', { from: [{ source: { requestPrincipals: ['*'] } }, { source: { principals: ['cluster.local/ns/shop/sa/batch'] } }], to: [{ operation: { paths: ['/upload'] } }] }, true],
    ['a header', { when: [{ key: 'request.headers[x-b]', values: ['1'] }] }, true],
    ['a path, for a caller', { from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }], to: [{ operation: { paths: ['/upload'] } }] }, false],
  ];

  test.each(rules)('%s', (_, rule, isOpen) => {
    for (const plane of ['sidecar', 'ambient'] as const) {
      const { app, egress, at } = out(plane);
      security(egress, 'AuthorizationPolicy', { ...at, rules: [rule] });

      expect(reporters(app)).toEqual(isOpen ? ['shop/pay'] : []);
    }
  });

  test('an address of two blocks, one within the other: of pods, as a waypoint sees no address of a client', () => {
    for (const plane of ['sidecar', 'ambient'] as const) {
      const { app, egress, at } = out(plane);
      const from = [{ source: { ipBlocks: ['198.51.0.0/16'] } }];
      security(egress, 'AuthorizationPolicy', { ...at, rules: [{ from, when: [{ key: 'source.ip', values: ['198.51.100.0/24'] }] }] });

      expect(reporters(app)).toEqual(plane === 'sidecar' ? ['shop/pay'] : []);
    }
  });

  test.each(rules.slice(0, 1))('%s, by the ServiceEntry of the host', (_, rule) => {
    const { app, egress } = out('ambient');
    security(egress, 'AuthorizationPolicy', { targetRefs: [{ group: 'networking.istio.io', kind: 'ServiceEntry', name: 'pay' }], rules: [rule] });

    expect(reporters(app)).toEqual(['shop/pay']);
  });
});
