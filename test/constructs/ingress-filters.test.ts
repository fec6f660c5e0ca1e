import { ApiObject, App, Chart } from 'cdk8s';
import { IngressAccess, IngressClients, IngressGateway, IngressServer, Operation, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

type Kind = 'classic' | 'Gateway API';

/** A web server and its gateway in one namespace. */
function shopBehind(kind: Kind): { readonly app: App; readonly chart: Chart } {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { name: 'shop' });
  const web = rawDeployment(chart, 'web');
  rawService(chart, 'web');
  const pods = kind === 'classic' ? rawDeployment(chart, 'gw', { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', image: 'auto', ports: [] } }) : undefined;
  if (pods) { rawService(chart, 'gw', { ports: [{ name: 'https', port: 443, targetPort: 8443 }] }); }
  const gateway = new IngressGateway(chart, 'edge', {
    servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'cert' })], metadata: { name: 'public' }, ...pods ? { workload: Workload.of(pods) } : {},
  });
  new IngressAccess(chart, 'in', { gateway, hosts: ['shop.example.com'], clients: IngressClients.of({ networks: ['203.0.113.0/24'] }), to: Workload.of(web), operations: [Operation.get('/a')] });
  return { app, chart };
}

function filter(chart: Chart, spec: object, namespace?: string): void {
  new ApiObject(chart, 'filter', { apiVersion: 'networking.istio.io/v1alpha3', kind: 'EnvoyFilter', metadata: { name: 'filter', namespace }, ...{ spec } });
}

function told(app: App): string[] { return problemsOf(app).filter(problem => problem.startsWith('[shop/edge] EnvoyFilter')); }

const patch = (applyTo: string, operation: string, value: object) => ({ applyTo, match: { context: 'GATEWAY' }, patch: { operation, value } });
const PROXY_PROTOCOL = patch('LISTENER_FILTER', 'INSERT_FIRST', { name: 'envoy.filters.listener.proxy_protocol' });
const LABELS: Record<Kind, object> = { 'classic': { app: 'gw' }, 'Gateway API': { 'gateway.networking.k8s.io/gateway-name': 'public' } };
const KINDS: Kind[] = ['classic', 'Gateway API'];

describe('An EnvoyFilter at an ingress gateway', () => {
  test.each<[string, object, string]>([
    ['takes the addresses of clients from what they write', PROXY_PROTOCOL, 'LISTENER_FILTER, INSERT_FIRST'],
    ['ends the TLS of a chain otherwise', patch('FILTER_CHAIN', 'MERGE', { transport_socket: {} }), "FILTER_CHAIN, MERGE of 'transport_socket'"],
    ['ends that of a listener otherwise', patch('LISTENER', 'MERGE', { filter_chains: [{ transport_socket: {} }] }), "LISTENER, MERGE of 'filter_chains'"],
    ['opens the administration of the proxy', patch('BOOTSTRAP', 'MERGE', { admin: {} }), "BOOTSTRAP, MERGE of 'admin'"],
    ['leads a route elsewhere', patch('HTTP_ROUTE', 'MERGE', { route: { cluster: 'outbound|80||other.ops.svc.cluster.local' } }), "HTTP_ROUTE, MERGE of 'cluster'"],
  ])('is refused where it %s', (_, written, undone) => {
    KINDS.forEach(kind => {
      const { app, chart } = shopBehind(kind);
      filter(chart, { configPatches: [written] });

      expect(told(app)).toEqual([`[shop/edge] EnvoyFilter 'shop/filter' at 'shop/filter' changes how clients come in by the gateway 'shop/edge' (${undone}), `
        + 'so that it may take some for others, let in more, or lead them to what nobody states; take that patch out']);
    });
  });

  test.each<[string, object]>([
    ['keeps connections alive', patch('LISTENER', 'MERGE', { socket_options: [] })],
    ['runs code on requests', patch('HTTP_FILTER', 'INSERT_FIRST', { name: 'lua', typed_config: { '@type': 'type.googleapis.com/envoy.extensions.filters.http.lua.v3.Lua' } })],
    ['is for sidecars', { ...PROXY_PROTOCOL, match: { context: 'SIDECAR_INBOUND' } }],
  ])('passes where it %s', (_, written) => {
    KINDS.forEach(kind => {
      const { app, chart } = shopBehind(kind);
      filter(chart, { configPatches: [written] });

      expect(told(app)).toEqual([]);
    });
  });

  const gateway = (name: string) => ({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name }] });
  const ofClass = (name: string) => ({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'GatewayClass', name }] });

  test.each<[string, string, (kind: Kind) => object, readonly Kind[]]>([
    ['by its labels', 'shop', kind => ({ workloadSelector: { labels: LABELS[kind] } }), KINDS],
    ['by its labels, from the root namespace', 'istio-system', kind => ({ workloadSelector: { labels: LABELS[kind] } }), KINDS],
    ['among all of the mesh', 'istio-system', () => ({}), KINDS],
    ['by reference', 'shop', () => gateway('public'), ['Gateway API']],
    ['by its class', 'istio-system', () => ofClass('istio'), ['Gateway API']],
    ['not by another class', 'istio-system', () => ofClass('istio-waypoint'), []],
    ['not by its class in a namespace of no weight', 'shop', () => ofClass('istio'), []],
    ['not as another gateway', 'shop', () => gateway('other'), []],
    ['not as other pods', 'shop', () => ({ workloadSelector: { labels: { app: 'web' } } }), []],
    ['not in another namespace', 'ops', () => ({}), []],
  ])('is one that selects it %s', (_, namespace, selecting, hit) => {
    expect(KINDS.filter(kind => {
      const { app, chart } = shopBehind(kind);
      filter(chart, { ...selecting(kind), configPatches: [PROXY_PROTOCOL] }, namespace);
      return told(app).length > 0;
    })).toEqual(hit);
  });
});
