import { ApiObject, App, Chart } from 'cdk8s';
import { IngressAccess, IngressClients, IngressGateway, IngressServer, Operation, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

type Kind = 'classic' | 'Gateway API';

interface Shop { readonly app: App; readonly shop: Chart; readonly edge: Chart }

const PORTS = [{ name: 'https', port: 443, targetPort: 8443 }];

/** A shop behind a gateway, by which clients may GET /a of its api from one network. */
function shopBehind(kind: Kind, existing = false): Shop {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { defaultDeny: true, istioVersion: '1.29' });
  const edge = chartOf(app, 'edge');
  new ZeroTrustNamespace(edge, 'baseline');
  if (kind === 'classic') { rawService(edge, 'ingress', { ports: PORTS, externalTrafficPolicy: 'Local' }); }
  const pods = kind === 'classic' ? rawDeployment(edge, 'ingress', { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', ports: [] } }) : undefined;
  const gateway = new IngressGateway(edge, 'public', {
    servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'cert' })], ...pods ? { workload: Workload.of(pods) } : {}, metadata: { name: 'public' }, ...existing ? { existing } : {},
  });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline');
  const api = rawDeployment(shop, 'api', { container: { ports: [8080, 9000].map(containerPort => ({ containerPort })) } });
  rawService(shop, 'api', { ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'tcp', port: 90, targetPort: 9000 }] });
  new IngressAccess(shop, 'in', { gateway, hosts: ['shop.example.com'], clients: IngressClients.of({ networks: ['203.0.113.0/24'] }), to: Workload.of(api), operations: [Operation.get('/a')] });
  new ServiceAccess(shop, 'raw', { callers: [Principal.serviceAccount('edge', kind === 'classic' ? 'ingress' : 'public-istio', { gateway: true })], to: Workload.of(api), operations: [Operation.tcp(9000)] });
  return { app, shop, edge };
}

function raw(chart: Chart, kind: string, name: string, spec: object, group = 'networking.istio.io/v1'): void {
  new ApiObject(chart, `${kind}-${name}`, { apiVersion: group, kind, metadata: { name }, ...{ spec } });
}

const API = 'gateway.networking.k8s.io/v1';

/** A Gateway of others for the pods of the gateway. */
function serve({ edge }: Shop, server: object, selector = { app: 'ingress' }): void { raw(edge, 'Gateway', 'theirs', { selector, servers: [{ hosts: ['*'], ...server }] }); }

const TCP = { port: { number: 9999, name: 'tcp', protocol: 'TCP' } };
const PASSTHROUGH = { port: { number: 9999, name: 'tls', protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' } };
const ENDED = { port: { number: 9999, name: 'tls', protocol: 'TLS' }, tls: { mode: 'SIMPLE', credentialName: 'cert' } };
const HTTPS = { port: { number: 9999, name: 'https', protocol: 'HTTPS' }, tls: { mode: 'SIMPLE', credentialName: 'cert' } };

/** A VirtualService of others, of connections. */
function lead({ shop }: Shop, { port = 80, host = 'api', match = [{ port: 9999 }], kind = 'tcp', gateways = ['edge/theirs'] }: { port?: number; host?: string; match?: object[]; kind?: 'tcp' | 'tls'; gateways?: string[] } = {}): void {
  raw(shop, 'VirtualService', 'theirs', { hosts: ['*'], gateways, [kind]: [{ match, route: [{ destination: { host, port: { number: port } } }] }] });
}

function routed({ edge }: Shop, kind: 'TCPRoute' | 'TLSRoute', { port = 80, parent = {} }: { port?: number; parent?: object } = {}): void {
  raw(edge, kind, 'theirs', { parentRefs: [{ name: 'public', ...parent }], rules: [{ backendRefs: [{ name: 'api', namespace: 'shop', port }] }] }, `${API}alpha2`);
}

function listening({ edge }: Shop, protocol: string, kind: 'Gateway' | 'ListenerSet' = 'Gateway'): void {
  const listeners = [{ name: 'theirs', port: 9999, protocol, ...protocol === 'TLS' ? { tls: { mode: 'Passthrough' } } : {} }];
  raw(edge, kind, kind === 'Gateway' ? 'public' : 'more', kind === 'Gateway' ? { gatewayClassName: 'istio', listeners } : { parentRef: { name: 'public' }, listeners }, API);
}

function told({ app }: Shop): string[] { return problemsOf(app).filter(problem => problem.includes('leads connections')); }

describe('Connections that a gateway leads to a workload of an IngressAccess', () => {
  test('are told with the route, and what to do', () => {
    const made = shopBehind('classic');
    serve(made, TCP);
    lead(made);

    expect(problemsOf(made.app)).toEqual(["[shop/in] 'shop/api' must be led to by requests, into which the gateway looks, got VirtualService 'shop/theirs' at 'shop/VirtualService-theirs', which leads connections to port 80 of Service 'shop/api', "
      + 'past the hosts, paths and clients that are stated; take that out, or lead it to a port that no access through this gateway is for']);
  });

  test.each<[string, Kind, boolean, (shop: Shop) => void]>([
    ['by a server that passes TLS on', 'classic', false, shop => { serve(shop, PASSTHROUGH); lead(shop, { kind: 'tls', match: [{ port: 9999, sniHosts: ['a.example.com'] }] }); }],
    ['by a server that ends TLS', 'classic', false, shop => { serve(shop, ENDED); lead(shop); }],
    ['by the whole name of the Service', 'classic', false, shop => { serve(shop, TCP); lead(shop, { host: 'api.shop.svc.cluster.local' }); }],
    ['without a match', 'classic', false, shop => { serve(shop, TCP); lead(shop, { match: [{}] }); }],
    ['by a Gateway for all pods', 'classic', false, shop => { serve(shop, TCP, {} as never); lead(shop); }],
    ['by other pods that run as the gateway', 'classic', false, shop => { rawDeployment(shop.edge, 'other', { spec: { serviceAccountName: 'ingress' } }); serve(shop, TCP, { app: 'other' }); lead(shop); }],
    ['at a gateway of others, of whose servers nobody knows', 'classic', true, shop => lead(shop, { gateways: ['edge/public'] })],
    ['by a TCPRoute of a gateway of others', 'Gateway API', true, shop => routed(shop, 'TCPRoute')],
    ['by a TLSRoute', 'Gateway API', true, shop => { listening(shop, 'TLS'); routed(shop, 'TLSRoute'); }],
    ['by a TCPRoute', 'Gateway API', true, shop => { listening(shop, 'TCP'); routed(shop, 'TCPRoute'); }],
    ['by a TCPRoute of listeners that are added', 'Gateway API', false, shop => { listening(shop, 'TCP', 'ListenerSet'); routed(shop, 'TCPRoute', { parent: { kind: 'ListenerSet', name: 'more' } }); }],
  ])('are refused %s', (_, kind, existing, add) => {
    const made = shopBehind(kind, existing);
    add(made);

    expect(told(made)).toHaveLength(1);
  });

  test.each<[string, Kind, boolean, (shop: Shop) => void]>([
    ['where they go to a port that is stated for them', 'classic', false, shop => { serve(shop, TCP); lead(shop, { port: 90 }); }],
    ['where they go elsewhere', 'classic', false, shop => { serve(shop, TCP); lead(shop, { host: 'other' }); }],
    ['where no server takes them', 'classic', false, shop => lead(shop, { gateways: ['edge/public'] })],
    ['where the server is of HTTP', 'classic', false, shop => { serve(shop, HTTPS); lead(shop); }],
    ['where the server is of other pods', 'classic', false, shop => { serve(shop, TCP, { app: 'other' }); lead(shop); }],
    ['where it is another server', 'classic', false, shop => { serve(shop, TCP); lead(shop, { match: [{ port: 9998 }] }); }],
    ['where no listener takes them', 'Gateway API', false, shop => { routed(shop, 'TCPRoute'); }],
    ['where the listeners are of HTTP', 'Gateway API', true, shop => { listening(shop, 'HTTPS'); routed(shop, 'TCPRoute'); }],
    ['where a TCPRoute leads to a port that is stated for them', 'Gateway API', true, shop => { listening(shop, 'TCP'); routed(shop, 'TCPRoute', { port: 90 }); }],
  ])('are none %s', (_, kind, existing, add) => {
    const made = shopBehind(kind, existing);
    add(made);

    expect(told(made)).toEqual([]);
  });
});
