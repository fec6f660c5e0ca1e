import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Testing, Yaml } from 'cdk8s';
import { AccessRequest, AuthorizationResponse, Decision, PolicySet } from 'cdk8s-zero-trust';
import { build } from './main';
import { Ask, asks, requestOf } from './requests';

interface Manifest { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string } }

const app: App = Testing.app();
build(app);
const ours = app.charts.flatMap(chart => chart.toJson() as Manifest[]);
const guide = readdirSync(join(__dirname, 'guide')).flatMap(file => Yaml.load(join(__dirname, 'guide', file)) as Manifest[]);

/** Both are put beside the same workloads, Services and namespaces. */
const workloads = ours.filter(({ apiVersion }) => !apiVersion.includes('istio.io/'));
const [byIntents, byGuide] = [ours, [...workloads, ...guide]].map(manifests => PolicySet.fromManifests(manifests));

interface Answered { readonly ask: Ask; readonly request: AccessRequest; readonly guide: Decision; readonly intents: AuthorizationResponse }

/** Every caller, at every port, with every request, and both answers of OPA. */
const answered = asks().map((ask): Answered => {
  const request = requestOf(ask);
  return { ask, request, guide: byGuide.isAuthorized(request).decision, intents: byIntents.isAuthorized(request) };
});

interface Topic {
  readonly title: string;
  /** Whether it is about a request, by where it goes. */
  readonly isAbout: (ask: Ask) => boolean;
  /** Whether the guide means to let it pass: of what its YAML lets pass, what its text asks for. None where all is to be refused. */
  readonly isMeant?: (ask: Ask) => boolean;
  /** Some of what the YAML lets pass, and nobody asked for. */
  readonly isLoose: (ask: Ask) => boolean;
}

const to = (name: string, ...ports: number[]) => (ask: Ask) => ask.to === name && (ports.length === 0 || ports.includes(ask.port));
const isHttp = ({ port, http }: Ask) => port === 8080 && http !== undefined;
const isPlain = ({ caller, ip }: Ask, network: string) => caller === undefined && ip.startsWith(network);

const TOPICS: readonly Topic[] = [
  {
    title: '00 baseline',
    isAbout: ask => to('shop/orders')(ask) || to('shop/catalog', 8080)(ask) || to('billing/invoices')(ask),
    isMeant: ({ caller, to: name, port, http }) => port === 8080 && (
      (name === 'shop/orders' && caller === 'shop/web' && http?.method === 'GET' && http.path === '/orders/1')
      || (name === 'shop/catalog' && caller === 'shop/web' && http?.method === 'GET' && http.path === '/products/1')
      || (name === 'billing/invoices' && caller === 'shop/orders' && http?.method === 'POST' && http.path === '/invoices')),
    isLoose: ({ caller, to: name, http }) => name === 'shop/orders' && caller === 'shop/mysql' && http?.method === 'DELETE',
  },
  {
    title: '01 plaintext MySQL',
    isAbout: to('shop/mysql'),
    isMeant: ask => ask.port === 3306 && (isPlain(ask, '10.30.4.') || ask.caller === 'shop/orders'),
    isLoose: ask => ask.port === 3306 && isPlain(ask, '203.0.113.'),
  },
  {
    title: '02 port-level modes',
    isAbout: to('shop/catalog', 9090),
    isMeant: ask => isPlain(ask, '10.20.') && ask.http?.method === 'GET' && ask.http.path === '/metrics',
    isLoose: ask => isPlain(ask, '203.0.113.') && ask.http?.method === 'DELETE',
  },
  {
    title: '03 OPA',
    isAbout: ask => to('shop/payments')(ask) || to('security/opa')(ask),
    isMeant: ({ caller, to: name, port, http, isOpaFor }) => (name === 'shop/payments' && caller === 'shop/web' && port === 8080
      && ((http?.method === 'POST' && http.path === '/pay/1' && isOpaFor) || (http?.method === 'GET' && http.path === '/healthz')))
      || (name === 'security/opa' && caller === 'shop/payments' && port === 9191 && http?.method === 'POST' && http.path === '/envoy.service.auth.v3.Authorization/Check'),
    // a path that the server may well take for /pay/1
    isLoose: ({ caller, to: name, port, http, isOpaFor }) => name === 'shop/payments' && caller === 'shop/web' && port === 8080 && http?.path === '/Pay/1' && !isOpaFor,
  },
  {
    title: '04 staged migration',
    isAbout: ask => to('legacy/inventory')(ask) || to('billing/invoices')(ask),
    isMeant: ask => isHttp(ask) && ask.to === 'legacy/inventory' && ask.caller !== 'shop/coupons',
    isLoose: ask => isHttp(ask) && ask.to === 'billing/invoices' && ask.caller === 'shop/web',
  },
  {
    title: '06 blocked service',
    isAbout: ask => ask.caller === 'shop/coupons' || ask.to === 'shop/coupons',
    isLoose: ask => isHttp(ask) && ask.caller === 'shop/web' && ask.to === 'shop/coupons',
  },
  {
    title: '08 break glass',
    isAbout: ask => ask.caller?.startsWith('sre/') === true,
    isMeant: ({ caller, to: name, port }) => caller === 'sre/breakglass' && name === 'shop/mysql' && port === 3306,
    isLoose: ({ caller, to: name, http }) => caller === 'sre/intern' && name === 'shop/orders' && http?.method === 'DELETE',
  },
];

describe('What the guide says, by intents', () => {
  test('refuses all that its YAML refuses', () => {
    const refused = answered.filter(({ guide: decision }) => decision === Decision.DENY);

    expect(refused.filter(({ intents }) => intents.decision !== Decision.DENY).map(({ ask }) => ask)).toEqual([]);
    expect(refused.length).toBeGreaterThan(1000);
  });

  test.each(TOPICS.filter(({ isMeant }) => isMeant))('$title: lets pass what is meant', ({ isAbout, isMeant }) => {
    const meant = answered.filter(({ ask }) => isAbout(ask) && isMeant!(ask));

    expect(meant.length).toBeGreaterThan(0);
    expect(meant.filter(({ intents }) => !intents.isAllowed).slice(0, 3).map(({ intents }) => intents.explain())).toEqual([]);
    // and so does the YAML of the guide: it is no straw man
    expect(meant.filter(({ guide: decision }) => decision !== Decision.ALLOW).map(({ ask }) => ask)).toEqual([]);
  });

  test.each(TOPICS)('$title: refuses what the YAML lets pass, and nobody asked for', ({ isAbout, isLoose }) => {
    const loose = answered.filter(({ ask }) => isAbout(ask) && isLoose(ask));

    expect(loose.length).toBeGreaterThan(0);
    const isStricter = (one: Answered) => one.guide === Decision.ALLOW && one.intents.decision === Decision.DENY;
    expect(loose.filter(one => !isStricter(one)).map(({ ask }) => ask)).toEqual([]);
  });

  test('lets nothing else pass, but in legacy, which is not STRICT yet', () => {
    const passing = answered.filter(({ ask, intents }) => intents.decision !== Decision.DENY && ask.to !== 'legacy/inventory');

    const isAsked = (ask: Ask) => TOPICS.some(({ isAbout, isMeant }) => isAbout(ask) && isMeant?.(ask));
    expect(passing.filter(({ ask }) => !isAsked(ask)).map(({ ask }) => ask)).toEqual([]);
  });

  test('06 blocked service: lets nobody call it, nor it call anybody', () => {
    const passing = answered.filter(({ ask, intents }) => (ask.caller === 'shop/coupons' || ask.to === 'shop/coupons') && intents.decision !== Decision.DENY);

    expect(passing.map(({ ask }) => ask)).toEqual([]);
  });
});

describe('And what no request shows', () => {
  const client = (policies: PolicySet) => policies.isAuthorized({
    source: { workload: 'shop/orders' }, destination: { namespace: 'old', service: 'ledger', port: 8080 }, http: { method: 'GET', path: '/' },
  });

  test('05 legacy host: orders reaches the ledger, which has no sidecar', () => {
    expect([byGuide, byIntents].map(policies => client(policies).decision)).toEqual([Decision.ALLOW, Decision.ALLOW]);
    expect(ours.filter(({ kind }) => kind === 'DestinationRule')).toEqual([
      expect.objectContaining({ spec: expect.objectContaining({ host: 'ledger.old.svc.cluster.local', trafficPolicy: { tls: { mode: 'DISABLE' } } }) }),
    ]);
  });

  test('07 custom CA: there is no key in the manifests, and certificates are good for a day at most', () => {
    expect(guide.filter(({ kind }) => kind === 'Secret')).toHaveLength(1);
    expect(ours.filter(({ kind }) => kind === 'Secret')).toEqual([]);
    expect(ours.find(({ kind }) => kind === 'IstioOperator')).toMatchObject({ spec: { values: { pilot: { env: { DEFAULT_WORKLOAD_CERT_TTL: '12h', MAX_WORKLOAD_CERT_TTL: '24h' } } } } });
  });

  test('08 break glass: each call is seen', () => {
    const broken = answered.filter(({ ask, intents }) => ask.caller === 'sre/breakglass' && ask.to === 'shop/mysql' && intents.isAllowed);

    expect(broken.length).toBeGreaterThan(0);
    expect(broken.filter(({ intents }) => intents.auditingPolicies.length === 0)).toEqual([]);
  });
});
