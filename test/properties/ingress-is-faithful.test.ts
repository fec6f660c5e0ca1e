import { Chart } from 'cdk8s';
import {
  Decision, IngressAccess, IngressClientOptions, IngressClients, IngressGateway, IngressServer, JwtIssuer, Operation, PolicySet, RequestToken, TokenState, Transport, Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Choices } from './faithful/near';
import { testApp } from '../support/app';
import { chartOf, rawDeployment, rawService } from '../support/shop';

const RECIPES = 90;
const REQUESTS = 150;
const ISSUERS = ['https://i.example', 'https://j.example'];
const HOSTS = ['shop.example.com', 'api.example.com', '*.wide.example'];
const PARTNERS = ['partners.example/a', 'partners.example/b'];
const NETWORKS = ['203.0.113.0/24', '198.51.100.7'];
const PROXIES = '10.9.0.0/16';

/** Paths of each workload, which do not overlap with those of the other but for what takes everything. */
const PATHS = [[['/a/*'], ['/a', '/a/b'], ['/a/b/*', '/a']], [['/b/*'], ['/b'], ['*']]] as const;

interface Clients { readonly networks?: readonly string[]; readonly certificates?: readonly string[]; readonly issuers?: readonly string[]; readonly role?: string }

interface Access { readonly hosts: readonly string[]; readonly to: number; readonly methods: readonly string[]; readonly paths: readonly string[]; readonly clients: Clients }

interface Recipe {
  readonly isClassic: boolean;
  readonly redirects: boolean;
  readonly proxies: number;
  /** Hosts whose clients must have a certificate, and those that are served in the clear, on a port of their own. */
  readonly mutual: readonly string[];
  readonly plain: readonly string[];
  readonly accesses: readonly Access[];
}

function drawn(choices: Choices): Recipe {
  const mutual = HOSTS.filter(() => choices.below(3) === 0);
  const plain = HOSTS.filter(host => !mutual.includes(host) && choices.below(4) === 0);
  const proxies = choices.below(3);
  const access = (): Access => {
    const hosts = choices.below(3) === 0 ? HOSTS : [choices.of(HOSTS)];
    const to = choices.below(2);
    const certificates = hosts.every(host => mutual.includes(host)) && choices.below(2) === 0 ? { certificates: choices.of([PARTNERS.slice(0, 1), PARTNERS]) } : {};
    const networks = choices.below(3) === 0 ? { networks: choices.of([NETWORKS, NETWORKS.slice(1)]) } : {};
    const tokens = choices.below(3) === 0 ? { issuers: choices.of([ISSUERS, ISSUERS.slice(1)]), ...choices.below(2) === 0 ? { role: 'admin' } : {} } : {};
    return { hosts, to, methods: choices.of([['GET'], ['GET', 'POST'], ['*']]), paths: choices.of([...PATHS[to]]), clients: { ...certificates, ...networks, ...tokens } };
  };
  return { isClassic: choices.below(2) === 0, redirects: mutual.length + plain.length < HOSTS.length && choices.below(2) === 0, proxies, mutual, plain, accesses: Array.from({ length: 1 + choices.below(3) }, access) };
}

function serversOf({ mutual, plain }: Recipe): IngressServer[] {
  const tls = HOSTS.filter(host => !mutual.includes(host) && !plain.includes(host));
  return [
    ...tls.length === 0 ? [] : [IngressServer.tls({ hosts: tls, credentialName: 'a' })],
    ...mutual.length === 0 ? [] : [IngressServer.mutualTls({ hosts: [...mutual], credentialName: 'b' })],
    ...plain.length === 0 ? [] : [IngressServer.plaintext({ hosts: [...plain], port: 8000, reason: 'generated' })],
  ];
}

function clientsOf({ networks, certificates, issuers, role }: Clients, known: readonly JwtIssuer[]): IngressClients {
  const tokens = issuers && { issuers: known.filter(({ _data }) => issuers.includes(_data.issuer)), ...role === undefined ? { anyToken: true } : { claims: { role: [role] } } };
  const options: IngressClientOptions = { ...networks ? { networks: [...networks] } : {}, ...certificates ? { certificates: certificates.map(one => `spiffe://${one}`) } : {}, ...tokens ? { tokens } : {} };
  return Object.keys(options).length === 0 ? IngressClients.anyone({ reason: 'generated' }) : IngressClients.of(options);
}

/** The whole app as it is written out. */
function policiesOf(recipe: Recipe): PolicySet {
  const app = testApp();
  new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { defaultDeny: true, istioVersion: '1.29', numTrustedProxies: recipe.proxies });
  const edge = chartOf(app, 'edge');
  new ZeroTrustNamespace(edge, 'baseline');
  const pods = recipe.isClassic ? rawDeployment(edge, 'public', { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy', ports: [] } }) : undefined;
  if (pods) { rawService(edge, 'public', { ports: [[80, 8080], [443, 8443], [8000, 8000]].map(([port, targetPort]) => ({ name: `p-${port}`, port, targetPort })) }); }
  const issuers = ISSUERS.map(issuer => JwtIssuer.of({ issuer, audiences: ['shop'] }));
  const behind = recipe.proxies > 0 ? { numTrustedProxies: recipe.proxies, proxyNetworks: [PROXIES] } : {};
  const gateway = new IngressGateway(edge, 'gateway', { servers: serversOf(recipe), httpsRedirect: recipe.redirects, issuers, ...behind, ...pods ? { workload: Workload.of(pods) } : {}, metadata: { name: 'public' } });
  const shop: Chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline');
  const targets = [0, 1].map(number => { rawService(shop, `api-${number}`); return Workload.of(rawDeployment(shop, `api-${number}`)); });
  recipe.accesses.forEach(({ hosts, to, methods, paths, clients }, i) => new IngressAccess(shop, `in-${i}`, {
    gateway, hosts: [...hosts], to: targets[to], operations: [Operation.http({ methods: [...methods], paths: [...paths] })], clients: clientsOf(clients, issuers),
  }));
  return PolicySet.fromYaml(app.synthYaml(), { trustedProxies: recipe.proxies });
}

interface Ask {
  readonly host: string;
  readonly port: 'tls' | 'plain' | 'redirect';
  readonly method: string;
  readonly path: string;
  /** The peer of the connection, and what stands in X-Forwarded-For. */
  readonly peer: string;
  readonly forwarded: readonly string[];
  readonly certificate?: string;
  readonly token?: { readonly issuer: string; readonly role: string; readonly isGood: boolean; readonly audience: string };
}

function ask(choices: Choices): Ask {
  const token = choices.below(3) === 0 ? undefined : { issuer: choices.of([...ISSUERS, 'https://x.example']), role: choices.of(['admin', 'user']), isGood: choices.below(8) > 0, audience: choices.below(8) === 0 ? 'other' : 'shop' };
  return {
    host: choices.of(['shop.example.com', 'api.example.com', 'x.wide.example', 'wide.example', 'other.example']),
    port: choices.of(['tls', 'tls', 'tls', 'plain', 'redirect'] as const),
    method: choices.of(['GET', 'POST', 'DELETE']),
    path: choices.of(['/a', '/a/', '/a/b', '/a/b/c', '/b', '/b/x', '/', '/A/b']),
    peer: choices.of(['203.0.113.7', '198.51.100.7', '10.9.0.1', '6.6.6.6']),
    forwarded: Array.from({ length: choices.below(4) }, () => choices.of(['203.0.113.7', '198.51.100.7', '6.6.6.6'])),
    certificate: choices.of([undefined, ...PARTNERS, 'partners.example/c']),
    token,
  };
}

const covers = (pattern: string, text: string) => pattern === '*' || (pattern.startsWith('*') ? text.endsWith(pattern.slice(1)) : pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern);

/** The address of the client, as the documentation has it: that which the outermost trusted proxy saw. */
function clientOf({ peer, forwarded }: Ask, proxies: number): string { return proxies === 0 ? peer : forwarded[forwarded.length - proxies] ?? peer; }

function isIn(networks: readonly string[], ip: string): boolean { return networks.some(network => network === ip || (network.endsWith('/24') && ip.startsWith(network.slice(0, network.lastIndexOf('.') + 1)))); }

/** Whether a request is meant to get through: to a workload, or to be told to come by HTTPS. */
function meant(recipe: Recipe, asked: Ask): boolean {
  const { mutual, plain, redirects, proxies, accesses } = recipe;
  const served = HOSTS.find(host => covers(host, asked.host));
  const { token, certificate } = asked;
  const isVerified = !token || (token.isGood && token.audience === 'shop' && ISSUERS.includes(token.issuer));
  if (asked.port === 'redirect') { return isVerified && redirects && served !== undefined && !plain.includes(served); }
  if (served === undefined || plain.includes(served) !== (asked.port === 'plain')) { return false; }
  const isCertified = mutual.includes(served);
  if (isCertified && certificate === undefined || !isVerified) { return false; }
  // who comes by a path that leads to another workload is let in by the access to that
  const isLedElsewhere = ({ to, paths }: Access) => paths.includes('*') && accesses.some(other => other.to !== to && other.hosts.includes(served) && other.paths.some(path => covers(path, asked.path)));
  return accesses.filter(access => !isLedElsewhere(access)).some(({ hosts, methods, paths, clients }) => hosts.includes(served)
    && methods.some(method => covers(method, asked.method)) && paths.some(path => covers(path, asked.path))
    && (!clients.certificates || (isCertified && clients.certificates.includes(certificate!)))
    && (!clients.networks || (isIn(clients.networks, clientOf(asked, proxies)) && (proxies === 0 || asked.peer.startsWith('10.9.'))))
    && (!clients.issuers || (token !== undefined && clients.issuers.includes(token.issuer) && (clients.role === undefined || token.role === clients.role))));
}

function decided(policies: PolicySet, { isClassic, mutual }: Recipe, asked: Ask): { readonly passes: boolean; readonly status?: number } {
  const ports = isClassic ? { tls: 8443, plain: 8000, redirect: 8080 } : { tls: 443, plain: 8000, redirect: 80 };
  const isPlain = asked.port !== 'tls';
  const served = HOSTS.find(host => covers(host, asked.host));
  const certificate = served && mutual.includes(served) ? asked.certificate : undefined;
  const transport = isPlain ? { transport: Transport.PLAINTEXT } : certificate ? { transport: Transport.MUTUAL_TLS, principal: certificate, sni: asked.host } : { transport: Transport.ONE_WAY_TLS, sni: asked.host };
  const tokens: RequestToken[] = asked.token ? [{ claims: { iss: asked.token.issuer, sub: 'u', aud: [asked.token.audience], role: asked.token.role }, ...asked.token.isGood ? {} : { state: TokenState.BAD_SIGNATURE } }] : [];
  const { decision, httpStatus } = policies.isAuthorized({
    destination: { namespace: 'edge', gateway: 'public', port: ports[asked.port] },
    source: { ip: asked.peer, ...transport },
    http: { method: asked.method, path: asked.path, authority: asked.host, headers: asked.forwarded.length === 0 ? {} : { 'x-forwarded-for': [asked.forwarded.join(', ')] } },
    tokens,
  });
  return { passes: decision === Decision.ALLOW, status: httpStatus };
}

const all = Array.from({ length: RECIPES }, (_, index) => {
  const choices = new Choices(24_000_001 + index);
  const recipe = drawn(choices);
  return { recipe, policies: policiesOf(recipe), asks: Array.from({ length: REQUESTS }, () => ask(choices)) };
});

test('gateways let in what accesses through them mean, and nothing else', () => {
  const differing = all.flatMap(({ recipe, policies, asks }) => asks.filter(asked => decided(policies, recipe, asked).passes !== meant(recipe, asked)).map(asked => ({ recipe, asked })));

  expect(differing.slice(0, 1)).toEqual([]);
});

/** A classic gateway has nothing to say of a host to which nothing leads. */
function statusMeant({ accesses, isClassic }: Recipe, { port, host }: Ask): number {
  return port !== 'redirect' ? 200 : !isClassic || accesses.some(({ hosts }) => hosts.some(one => covers(one, host))) ? 301 : 404;
}

test('what is let in is led to a workload, or told to come by HTTPS', () => {
  const passed = all.flatMap(({ recipe, policies, asks }) => asks.filter(asked => meant(recipe, asked)).map(asked => [decided(policies, recipe, asked).status, statusMeant(recipe, asked)]));

  expect(passed.filter(([status, wanted]) => status !== wanted)).toEqual([]);
  expect(passed.length).toBeGreaterThan(500);
});
