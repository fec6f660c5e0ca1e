import { App, Chart } from 'cdk8s';
import { Condition, IngressAccess, IngressClients, IngressGateway, IngressServer, JwtIssuer, Operation, PortProtocol, Workload, ZeroTrustNamespace } from 'cdk8s-zero-trust';
import { DrawnMesh, metadata, Site } from './apps';
import { Random } from './random';
import { rawDeployment, rawService } from '../../test/support/shop';

const HOSTS = ['shop.example.com', 'api.example.com', '*.wide.example'];

/** Has clients outside call workloads of their own of a site, through a gateway of some kind. */
export function addIngress({ name, plane, chart }: Site, { isStated }: DrawnMesh, random: Random): void {
  // without a waypoint ztunnel sees no HTTP
  if (plane === 'ambient' || random.chance(0.5)) { return; }
  const edge = new Chart(chart.node.root as App, `edge-${name}`, { namespace: `edge-${name}` });
  if (isStated && random.chance(0.5)) { new ZeroTrustNamespace(edge, 'baseline'); }
  const issuers = random.maybe(() => ({ issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['shop'], ...random.maybe(() => ({ outputClaimToHeaders: [{ claim: 'sub', header: 'x-user' }] })) })] }));
  const isClassic = random.chance(0.5);
  const isMutual = random.chance(0.4);
  const servers = [
    isMutual ? IngressServer.mutualTls({ hosts: HOSTS.slice(0, 2), credentialName: 'partners', ...isClassic ? { subjectAltNames: ['a.partner.example', 'b.partner.example'] } : {} }) : IngressServer.tls({ hosts: HOSTS.slice(0, 2), credentialName: 'shop' }),
    ...random.chance(0.3) ? [IngressServer.plaintext({ hosts: HOSTS.slice(2), port: 8000, reason: 'TLS ends before' })] : [],
  ];
  const gateway = new IngressGateway(edge, 'public', {
    servers,
    ...isClassic ? { workload: pods(edge, random) } : {},
    ...random.maybe(() => ({ httpsRedirect: true })),
    ...issuers,
    ...isClassic ? {} : random.maybe(() => ({ numTrustedProxies: 1, proxyNetworks: ['10.9.0.0/16'] })),
    ...random.maybe(() => ({ routeNamespaces: ['theirs'] })),
    ...metadata(`${name}-public`, random),
  });
  // beside a route that it makes for a host, all are to be there
  const routes = random.maybe(() => ({ routes: false }));
  random.times(1 + random.below(2), number => {
    const called = `entered-${number}`;
    const workload = Workload.of(rawDeployment(chart, called));
    // a gateway goes by waypoints that it is told to
    rawService(chart, called, {}, plane === 'waypoint' ? { 'istio.io/ingress-use-waypoint': 'true' } : {});
    new IngressAccess(chart, `in-${number}`, {
      gateway,
      to: workload,
      hosts: random.some(HOSTS.slice(0, 2)),
      clients: clients(random, { isMutual, isClassic, hasIssuers: 'issuers' in issuers }),
      operations: operations(random, number, !('routes' in routes)),
      ...routes,
      ...metadata(`${name}-in-${number}`, random),
    });
  });
}

/** Of the app, or made elsewhere. */
function pods(edge: Chart, random: Random): Workload {
  const ports = [[80, 8080], [443, 8443], [8000, 8000]].map(([port, targetPort]) => ({ name: `http-${port}`, port, targetPort }));
  if (random.chance(0.5)) {
    return Workload.fromPods({ namespace: edge.namespace!, labels: { istio: edge.namespace! }, serviceAccount: 'edge', services: [{ name: 'edge', ports: ports.map(port => ({ ...port, protocol: PortProtocol.HTTP })) }] });
  }
  // a Gateway selects pods of all namespaces
  const selector = { app: edge.namespace! };
  rawService(edge, 'gateway', { ports, selector });
  return Workload.of(rawDeployment(edge, 'gateway', { selector, annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', ports: [] } }));
}

function clients(random: Random, { isMutual, isClassic, hasIssuers }: { readonly isMutual: boolean; readonly isClassic: boolean; readonly hasIssuers: boolean }): IngressClients {
  const certificate = !isMutual || random.chance(0.3) ? {} : isClassic && random.chance(0.5) ? { acceptedCertificate: true } : { certificates: ['spiffe://partners.example/a', 'spiffe://partners.example/b/c'] };
  const networks = random.maybe(() => ({ networks: ['203.0.113.0/24', '2001:db8::/32'] }));
  const tokens = !hasIssuers ? {} : random.maybe(() => ({
    tokens: random.one([{ anyToken: true }, { claims: { role: ['admin', 'owner*'] }, scopes: ['read'] }, { subjects: ['a/b'], conditions: [Condition.nestedClaim(['realm', 'roles'], 'x')] }]),
  }));
  const asked = { ...certificate, ...networks, ...tokens };
  return Object.keys(asked).length === 0 ? IngressClients.anyone({ reason: 'the shop is public' }) : IngressClients.of(asked);
}

/** Paths of their own, but for what takes all that is left: which that is nobody knows where routes are left to others. */
function operations(random: Random, number: number, isRouted: boolean): Operation[] {
  return random.one([
    [Operation.get(`/a${number}`, `/a${number}/*`)],
    [Operation.http({ methods: ['GET', 'POST'], paths: [`/a${number}/b`] }), Operation.get(`/c${number}/*`)],
    number === 0 && isRouted ? [Operation.anyHttp()] : [Operation.post(`/d${number}`)],
  ]);
}
