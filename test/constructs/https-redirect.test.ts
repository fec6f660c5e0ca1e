import { ApiObject, App, Chart } from 'cdk8s';
import { IngressAccess, IngressClients, IngressGateway, IngressGatewayProps, IngressServer, Operation, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

type Kind = 'classic' | 'Gateway API';

const GATEWAY_API = 'gateway.networking.k8s.io/v1';
const NETWORKING = 'networking.istio.io/v1';
const HOST = 'shop.example.com';
const TO_WEB = [{ name: 'web', port: 80 }];

/** A web server and its gateway in one namespace, which tells plaintext clients to come by HTTPS. */
function shopBehind(kind: Kind, { hosts = [HOST], ...props }: Partial<IngressGatewayProps> & { readonly hosts?: string[] } = {}): { readonly app: App; readonly chart: Chart } {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
  const web = rawDeployment(chart, 'web');
  rawService(chart, 'web');
  const pods = kind === 'classic' ? rawDeployment(chart, 'gw', { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', image: 'auto', ports: [] } }) : undefined;
  if (pods) { rawService(chart, 'gw', { ports: [{ name: 'https', port: 443, targetPort: 8443 }, { name: 'http', port: 80, targetPort: 8080 }] }); }
  const gateway = new IngressGateway(chart, 'edge', {
    servers: [IngressServer.tls({ hosts, credentialName: 'cert' })], httpsRedirect: true, metadata: { name: 'public' }, ...pods ? { workload: Workload.of(pods) } : {}, ...props,
  });
  new IngressAccess(chart, 'in', { gateway, hosts, clients: IngressClients.of({ networks: ['203.0.113.0/24'] }), to: Workload.of(web), operations: [Operation.get('/a/*')] });
  return { app, chart };
}

function byHand(chart: Chart, [apiVersion, kind]: readonly [string, string], spec: object, namespace?: string): void {
  new ApiObject(chart, 'by-hand', { apiVersion, kind, metadata: { name: 'by-hand', namespace }, ...{ spec } });
}

const route = (parent: object, more: object = {}) => ({ parentRefs: [{ name: 'public', ...parent }], hostnames: [HOST], rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/a' } }], backendRefs: TO_WEB }], ...more });
const refused = (what: string) => [`[shop/edge] httpsRedirect lets everyone in by port 80 to be told to come by HTTPS, and must be all that is served there, got ${what} 'shop/by-hand' at 'shop/by-hand'; have it serve port 443 alone, or take it out`];

describe('A host that is told to come by HTTPS', () => {
  test.each<[string, string, object]>([
    ['for all listeners', 'HTTPRoute', route({})],
    ['without hosts', 'HTTPRoute', route({}, { hostnames: undefined })],
    ['for hosts among which it is', 'HTTPRoute', route({}, { hostnames: ['*.example.com'] })],
    ['for the listener', 'HTTPRoute', route({ sectionName: 'http-80.shop.example.com' })],
    ['for the port', 'HTTPRoute', route({ port: 80 })],
    ['for another, too', 'HTTPRoute', { ...route({}), parentRefs: [{ name: 'other' }, { name: 'public', namespace: 'shop' }] }],
    ['that leads on as well as it redirects', 'HTTPRoute', route({}, { rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }], backendRefs: TO_WEB }] })],
    ['of gRPC', 'GRPCRoute', { parentRefs: [{ name: 'public' }], hostnames: [HOST], rules: [{ backendRefs: TO_WEB }] }],
  ])('is not served in the clear by a route %s (Gateway API)', (_, kind, spec) => {
    const { app, chart } = shopBehind('Gateway API');
    byHand(chart, [GATEWAY_API, kind], spec);

    expect(problemsOf(app)).toEqual(refused(kind));
  });

  test('is not served in the clear by a route in a List (Gateway API)', () => {
    const { app, chart } = shopBehind('Gateway API');
    const item = { apiVersion: GATEWAY_API, kind: 'HTTPRoute', metadata: { name: 'by-hand', namespace: 'shop' }, spec: route({}) };
    new ApiObject(chart, 'by-hand', { apiVersion: 'v1', kind: 'List', ...{ items: [item] } });

    expect(problemsOf(app)).toEqual(refused('HTTPRoute'));
  });

  test.each<[string, object]>([
    ['for the listener with TLS', route({ sectionName: 'https-443.shop.example.com' })],
    ['for the port with TLS', route({ port: 443 })],
    ['for another gateway', route({ name: 'other' })],
    ['that tells the same', route({ sectionName: 'http-80.shop.example.com' }, { rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/a' } }], filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] }] })],
  ])('may have a route by hand %s (Gateway API)', (_, spec) => {
    const { app, chart } = shopBehind('Gateway API');
    byHand(chart, [GATEWAY_API, 'HTTPRoute'], spec);

    expect(problemsOf(app)).toEqual([]);
  });

  test('may have a route of another namespace, which only its listener with TLS takes', () => {
    const { app } = shopBehind('Gateway API', { routeNamespaces: ['other'] });
    byHand(chartOf(app, 'other'), [GATEWAY_API, 'HTTPRoute'], route({ namespace: 'shop' }, { hostnames: ['x.example.com'] }));

    expect(problemsOf(app)).toEqual([]);
  });

  const servers = (host: string, more: object = {}, number = 80) => [{ port: { number, name: 'http', protocol: 'HTTP' }, hosts: [host], ...more }];
  const labels: Record<Kind, object> = { 'classic': { app: 'gw' }, 'Gateway API': { 'gateway.networking.k8s.io/gateway-name': 'public' } };

  test.each<[Kind, string, string]>([
    ['classic', '*.example.com', 'x.example.com'],
    ['classic', HOST, `shop/${HOST}`],
    ['classic', HOST, '*'],
    ['Gateway API', HOST, HOST],
  ])('is not served in the clear by another Gateway for its pods (%s: %s, %s)', (kind, host, other) => {
    const { app, chart } = shopBehind(kind, { hosts: [host] });
    byHand(chart, [NETWORKING, 'Gateway'], { selector: labels[kind], servers: servers(other) });

    expect(problemsOf(app)).toEqual(refused('Gateway'));
  });

  test.each<[string, object, number]>([
    ['by a label that injection gives them', { 'service.istio.io/canonical-name': 'gw' }, 80],
    ['at the port that the pods listen on', labels.classic, 8080],
  ])('is not served in the clear by another Gateway for its pods %s', (_, selector, number) => {
    const { app, chart } = shopBehind('classic');
    byHand(chart, [NETWORKING, 'Gateway'], { selector, servers: servers(HOST, {}, number) });

    expect(problemsOf(app)).toEqual(refused('Gateway'));
  });

  test.each<[string, object]>([
    ['for another host', { selector: labels.classic, servers: servers('other.example.org') }],
    ['for other pods', { selector: { app: 'other' }, servers: servers(HOST) }],
    ['at another port', { selector: labels.classic, servers: servers('other.example.org', {}, 8080) }],
    ['that tells the same', { selector: labels.classic, servers: servers('x.example.org', { tls: { httpsRedirect: true } }) }],
  ])('may be beside a Gateway %s (classic)', (_, spec) => {
    const { app, chart } = shopBehind('classic');
    byHand(chart, [NETWORKING, 'Gateway'], spec);

    expect(problemsOf(app).filter(problem => problem.includes('httpsRedirect'))).toEqual([]);
  });

  test('is not served in the clear by a VirtualService for the name that istiod gives the listener', () => {
    const { app, chart } = shopBehind('Gateway API');
    byHand(chart, [NETWORKING, 'VirtualService'], {
      hosts: [HOST], gateways: ['shop/public-istio-autogenerated-k8s-gateway-http-80.shop.example.com'], http: [{ route: [{ destination: { host: 'web' } }] }],
    });

    expect(problemsOf(app)).toEqual(refused('VirtualService'));
  });

  test.each<[Kind, string]>([['Gateway API', 'public-istio.shop.svc.cluster.local'], ['classic', 'gw']])('is not served in the clear by a Gateway that has the addresses of its Service (%s)', (kind, value) => {
    const { app, chart } = shopBehind(kind);
    byHand(chart, [GATEWAY_API, 'Gateway'], { gatewayClassName: 'istio', addresses: [{ type: 'Hostname', value }], listeners: [{ name: 'http', port: 80, protocol: 'HTTP', hostname: HOST }] });

    expect(problemsOf(app).filter(problem => problem.includes('httpsRedirect'))).toEqual(refused('Gateway'));
  });

  test('is not served in the clear by a Gateway of another namespace that has the addresses of its Service', () => {
    const { app, chart } = shopBehind('classic');
    const spec = { gatewayClassName: 'istio', addresses: [{ type: 'Hostname', value: 'gw.shop.svc.cluster.local' }], listeners: [{ name: 'http', port: 80, protocol: 'HTTP', hostname: HOST }] };
    byHand(chart, [GATEWAY_API, 'Gateway'], spec, 'other');

    expect(problemsOf(app).filter(problem => problem.includes('httpsRedirect'))).toEqual([expect.stringContaining("got Gateway 'other/by-hand'")]);
  });

  test.each<[Kind]>([['classic'], ['Gateway API']])('is served as it is stated (%s)', kind => {
    expect(problemsOf(shopBehind(kind).app)).toEqual([]);
  });
});
