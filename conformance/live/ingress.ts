import { ApiObject, App, Chart } from 'cdk8s';
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
  // where somebody writes one, all are to be led
  const areByHand = random.chance(0.7);
  random.times(1 + random.below(2), number => {
    const service = `entered-${number}`;
    const workload = Workload.of(rawDeployment(chart, service));
    // a gateway goes by waypoints that it is told to
    rawService(chart, service, {}, plane === 'waypoint' ? { 'istio.io/ingress-use-waypoint': 'true' } : {});
    const hosts = random.some(HOSTS.slice(0, 2));
    const called = operations(random, number, !('routes' in routes));
    if ('routes' in routes ? areByHand : random.chance(0.2)) { addByHand(chart, { gateway, isClassic, hosts, paths: pathsOf(called), service }, random); }
    new IngressAccess(chart, `in-${number}`, {
      gateway,
      to: workload,
      hosts,
      clients: clients(random, { isMutual, isClassic, hasIssuers: 'issuers' in issuers }),
      operations: called,
      ...routes,
      ...metadata(`${name}-in-${number}`, random),
    });
  });
}

/** Hosts and paths of a gateway, and the Service that they lead to. */
interface Led {
  readonly gateway: IngressGateway;
  readonly isClassic: boolean;
  readonly hosts: readonly string[];
  readonly paths: readonly string[];
  readonly service: string;
}

function pathsOf(called: readonly Operation[]): string[] {
  return [...new Set(called.flatMap(({ _data }) => _data.kind === 'http' ? _data.paths : []))];
}

/** A route that somebody writes, for the hosts and paths of an access, or some of them beside its own route; perhaps also for connections, which servers of HTTP have none of. */
function addByHand(chart: Chart, { gateway, isClassic, hosts, paths, service }: Led, random: Random): void {
  const { name, metadata: { namespace = '' } } = gateway.node.findChild('Resource') as ApiObject;
  const host = random.one([service, `${service}.${chart.namespace}.svc.cluster.local`]);
  const whole = paths.filter(path => !path.endsWith('*'));
  const beginning = paths.flatMap(path => /^(.*)\*$/.exec(path)?.[1] ?? []);
  if (isClassic) {
    const match = [...whole.map(exact => ({ uri: { exact } })), ...beginning.map(prefix => prefix === '' ? {} : { uri: { prefix } })];
    const route = [{ destination: { host, port: { number: 80 } } }];
    const connections = random.maybe(() => ({ tcp: [{ match: [{ port: 9999 }], route }], tls: [{ match: [{ port: 9998, sniHosts: [hosts[0]] }], route }] }));
    const spec = { hosts, gateways: [`${namespace}/${name}`], http: [{ match: match.some(one => !('uri' in one)) ? undefined : match, route, ...random.maybe(() => ({ timeout: '5s', retries: { attempts: 2 } })) }], ...connections };
    write(chart, 'networking.istio.io/v1', 'VirtualService', `${service}-by-hand`, spec);
    return;
  }
  const matches = [
    ...whole.map(value => ({ path: { type: 'Exact', value } })), ...beginning.map(prefix => ({ path: { type: 'PathPrefix', value: prefix === '' ? '/' : prefix.replace(/\/$/, '') } })),
  ];
  const filters = random.maybe(() => ({ filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { remove: ['server'] } }] }));
  const spec = { parentRefs: [{ name, namespace }], hostnames: hosts, rules: [{ matches, backendRefs: [{ name: service, port: 80 }], ...filters }] };
  write(chart, 'gateway.networking.k8s.io/v1', 'HTTPRoute', `${service}-by-hand`, spec);
  // listeners of HTTP take none of these
  for (const kind of random.maybe(() => ({ kinds: ['TCPRoute', 'TLSRoute'] })).kinds ?? []) {
    write(chart, 'gateway.networking.k8s.io/v1alpha2', kind, `${service}-connections`, { parentRefs: [{ name, namespace }], rules: [{ backendRefs: [{ name: service, port: 80 }] }] });
  }
}

/** A server of connections that somebody has the pods of a gateway serve beside, and what it leads to: no workload that clients are stated for. */
function addConnections(edge: Chart, selector: { readonly [label: string]: string }, random: Random): void {
  if (random.chance(0.7)) { return; }
  const [server, kind, match] = random.one([
    [{ port: { number: 9999, name: 'tcp', protocol: 'TCP' } }, 'tcp', { port: 9999 }],
    [{ port: { number: 9998, name: 'tls', protocol: 'TLS' }, tls: { mode: 'PASSTHROUGH' } }, 'tls', { port: 9998, sniHosts: ['db.example.com'] }],
  ]);
  write(edge, 'networking.istio.io/v1', 'Gateway', 'connections', { selector, servers: [{ hosts: ['db.example.com'], ...server as object }] });
  write(edge, 'networking.istio.io/v1', 'VirtualService', 'connections', { hosts: ['db.example.com'], gateways: ['connections'], [kind as string]: [{ match: [match], route: [{ destination: { host: 'db' } }] }] });
}

function write(chart: Chart, apiVersion: string, kind: string, name: string, spec: object): void {
  new ApiObject(chart, `${kind}-${name}`, { apiVersion, kind, metadata: { name }, ...{ spec } });
}

/** Of the app, or made elsewhere. */
function pods(edge: Chart, random: Random): Workload {
  const ports = [[80, 8080], [443, 8443], [8000, 8000]].map(([port, targetPort]) => ({ name: `http-${port}`, port, targetPort }));
  if (random.chance(0.5)) {
    addConnections(edge, { istio: edge.namespace! }, random);
    return Workload.fromPods({ namespace: edge.namespace!, labels: { istio: edge.namespace! }, serviceAccount: 'edge', services: [{ name: 'edge', ports: ports.map(port => ({ ...port, protocol: PortProtocol.HTTP })) }] });
  }
  // a Gateway selects pods of all namespaces
  const selector = { app: edge.namespace! };
  rawService(edge, 'gateway', { ports, selector });
  addConnections(edge, selector, random);
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
