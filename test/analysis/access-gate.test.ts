import { Chart } from 'cdk8s';
import { CLOSED, deployment, from, policy, shop } from './support';
import { AccessGate, AccessMap, AuthorizerProtocol, Operation, PolicySet, Principal, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustNamespace } from '../../src';
import { testApp } from '../support/app';
import { chartOf, deployment as deployed, manifests } from '../support/shop';

const before = shop([...CLOSED, policy('api', { rules: [from(['web'], { methods: ['GET'] })] })]);
const wider = shop([...CLOSED, policy('api', { rules: [from(['web', 'db'], { methods: ['GET'] })] })]);
const plain = shop([...CLOSED, policy('api', { rules: [{}] })], { mode: 'PERMISSIVE' });
const messages = (gate: AccessGate, policies: PolicySet) => gate.violations(policies).map(({ message }) => message).filter(message => !message.includes('any other port'));

describe('a gate', () => {
  test.each<[string, AccessGate, PolicySet, string[]]>([
    ['noNewAccess passes the same', AccessGate.noNewAccess(before), before, []],
    ['noNewAccess passes less', AccessGate.noNewAccess(wider), before, []],
    ['noNewAccess stops more', AccessGate.noNewAccess(before), wider, ['GRANTED shop/api:8080 to shop/db: GET']],
    ['within passes what the reference allows', AccessGate.within(wider), before, []],
    ['within stops what it does not', AccessGate.within(before), wider, ['GRANTED shop/api:8080 to shop/db: GET']],
    ['noAnonymousAccess passes identities', AccessGate.noAnonymousAccess(), wider, []],
    ['noAnonymousAccess stops plaintext', AccessGate.noAnonymousAccess(), plain, ['shop/api:8080 from anyone, also in plaintext']],
    ['noAnonymousAccess knows exceptions', AccessGate.noAnonymousAccess(['shop/api']), plain, []],
    ['onlyFrom passes those', AccessGate.onlyFrom('shop/api', ['shop/web', 'shop/db']), wider, []],
    ['onlyFrom stops others', AccessGate.onlyFrom('shop/api', ['shop/web']), wider, ['shop/api:8080 from shop/db, shop/web: GET']],
    ['fromNobody passes where nobody may', AccessGate.fromNobody('shop/db'), wider, []],
    ['fromNobody stops whoever may', AccessGate.fromNobody('shop/api'), before, ['shop/api:8080 from shop/web: GET']],
    ['neverGranted passes where there is none', AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), before, []],
    ['neverGranted stops what is there', AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), wider, ['shop/api:8080 from shop/db, shop/web: GET']],
    ['neverGranted stops what anyone may', AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), plain, ['shop/api:8080 from anyone, also in plaintext']],
  ])('%s', (_, gate, policies, expected) => {
    expect(messages(gate, policies)).toEqual(expected);
  });

  describe('is shown by a request of who must not', () => {
    const granted = { ...from(['web', 'db'], { methods: ['GET'] }) };
    const ofNamespace = { from: [{ source: { namespaces: ['shop'] } }] };
    const both = shop([...CLOSED, policy('api', { rules: [granted] })]);
    const namespace = shop([...CLOSED, policy('api', { rules: [ofNamespace] })]);
    const beginning = (...more: ReturnType<typeof policy>[]) => shop([...CLOSED, policy('api', { rules: [{ from: [{ source: { namespaces: ['s*'] } }] }] }), ...more]);
    const mixed = shop([...CLOSED, policy('api', { rules: [granted, { from: [{ source: { notNamespaces: ['*'] } }], to: [{ operation: { methods: ['GET'] } }] }] })], { mode: 'PERMISSIVE' });
    const of = (account: string) => `spiffe://cluster.local/ns/shop/sa/${account}`;

    test.each<[string, AccessGate, PolicySet, (string | undefined)[]]>([
      ['onlyFrom', AccessGate.onlyFrom('shop/api', ['shop/db']), both, [of('web')]],
      ['onlyFrom, the other way round', AccessGate.onlyFrom('shop/api', ['shop/web']), both, [of('db')]],
      ['onlyFrom, of those that nobody names', AccessGate.onlyFrom('shop/api', ['shop/web', 'shop/db', 'shop/api']), namespace, [of('x')]],
      ['onlyFrom, of a whole namespace', AccessGate.onlyFrom('shop/api', ['shop/*']), namespace, []],
      ['onlyFrom, of another namespace', AccessGate.onlyFrom('shop/api', ['ops/*']), namespace, [of('api')]],
      ['onlyFrom, of a namespace among those of a rule', AccessGate.onlyFrom('shop/api', ['s/*', 'shop/*']), beginning(), ['spiffe://cluster.local/ns/sx/sa/x']],
      ['onlyFrom, of the only namespace that a rule lets in', AccessGate.onlyFrom('shop/api', ['s/*']), beginning(policy('api', { action: 'DENY', rules: [{ from: [{ source: { notNamespaces: ['s'] } }] }] }, 'deny')), []],
      ['onlyFrom, of a namespace that only begins as one that may', AccessGate.onlyFrom('shop/api', ['o/*']), shop([...CLOSED, policy('api', { rules: [{ from: [{ source: { namespaces: ['o*'] } }] }] })]), ['spiffe://cluster.local/ns/ox/sa/x']],
      ['neverGranted', AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), both, [of('db')]],
      ['neverGranted, of a namespace', AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), namespace, [of('db')]],
      ['neverGranted, of anyone', AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), plain, [of('db')]],
      ['noAnonymousAccess', AccessGate.noAnonymousAccess(), mixed, [undefined]],
      ['noNewAccess', AccessGate.noNewAccess(before), wider, [of('db')]],
      ['within', AccessGate.within(before), wider, [of('db')]],
    ])('%s', (_, gate, policies, principals) => {
      const witnesses = gate.violations(policies).filter(({ destination }) => destination === 'shop/api:8080').map(({ witness }) => witness!);

      expect(witnesses.map(({ source }) => source?.principal)).toEqual(principals);
      for (const witness of witnesses) expect(policies.isAuthorized(witness).isAllowed).toBe(true);
    });
  });

  describe('onlyFrom of the mesh', () => {
    const named = policy('api', { rules: [from(['web'])] });
    const byNamespace = policy('api', { rules: [{ from: [{ source: { namespaces: ['shop'] } }] }] });
    const ofBoth = policy('api', { rules: [{ from: [{ source: { namespaces: ['shop'], principals: ['west.example/*'] } }] }] });
    const SKIP = { istiodEnvironment: { PILOT_SKIP_VALIDATE_TRUST_DOMAIN: 'true' } };
    const FOREIGN = 'namespaces shop of another trust domain';

    test.each<[string, string[], object, object, string[]]>([
      ['passes an account by each name of the trust domain', ['shop/web'], named, { trustDomainAliases: ['old.example'] }, []],
      ['passes a namespace by each name of the trust domain', ['shop/*'], named, { trustDomainAliases: ['old.example'] }, []],
      ['passes an account where any trust domain is accepted', ['shop/web'], named, SKIP, []],
      ['stops a namespace of another trust domain that is accepted', ['shop/*'], byNamespace, { foreignTrustDomains: ['west.example'] }, [`shop/api:8080 from any other of namespaces shop, ${FOREIGN}, shop/api, shop/db, shop/web`]],
      ['stops a namespace that a rule names together with another trust domain', ['shop/*'], ofBoth, { foreignTrustDomains: ['west.example'] }, ['shop/api:8080 from namespaces shop and principals west.example/* of another trust domain']],
      ['stops a namespace of any trust domain that is accepted', ['shop/*'], byNamespace, SKIP, [`shop/api:8080 from any other of namespaces shop, ${FOREIGN}, shop/api, shop/db, shop/web`]],
    ])('%s', (_, callers, rules, settings, expected) => {
      const policies = shop([...CLOSED, rules], { settings });
      const gate = AccessGate.onlyFrom('shop/api', callers);

      expect(messages(gate, policies)).toEqual(expected);
      for (const { witness } of gate.violations(policies)) expect(witness!.source!.principal).not.toMatch(/^spiffe:\/\/cluster.local/);
    });

    test('is shown by a request of who must not, also where some of its kind may', () => {
      const policies = shop([...CLOSED, policy('api', { rules: [{}, { from: [{ source: { namespaces: ['ops*'] } }], to: [{ operation: { paths: ['/*'], ports: ['8080'] } }] }] }), deployment('cron', 'ops')]);
      const principals = AccessGate.onlyFrom('shop/api', ['ops/*']).violations(policies).map(({ witness }) => witness!.source!.principal);

      expect(principals).toHaveLength(2);
      expect(principals.filter(principal => principal!.includes('/ns/ops/'))).toEqual([]);
    });
  });

  describe('neverGranted of operations', () => {
    const rules = [from(['web'], { methods: ['GET', 'DELETE'], paths: ['/api/*'], ports: ['8080'] }), from(['db'], { methods: ['GET'], notPorts: ['8080'] })];
    const policies = shop([...CLOSED, policy('api', { rules })]);
    const never = (operations: Operation[], callers = ['shop/web']) => AccessGate.neverGranted({ callers, to: 'shop/api', operations });

    test.each<[string, Operation[], string[]]>([
      ['another method', [Operation.put('/api/*')], []],
      ['another path', [Operation.delete('/admin/*')], []],
      ['a path below', [Operation.delete('/api/orders/*')], ['shop/api:8080 from shop/web: DELETE /api/orders/*']],
      ['a path above', [Operation.delete('*')], ['shop/api:8080 from shop/web: DELETE /api/*']],
      ['paths that meet', [Operation.get('*.html')], ['shop/api:8080 from shop/web: GET *.html and /api/*']],
      ['a template', [Operation.get('/api/{*}/x')], ['shop/api:8080 from shop/web: GET /api/{*}/x']],
      ['one of several', [Operation.put('/a'), Operation.delete('/api/x')], ['shop/api:8080 from shop/web: DELETE /api/x']],
      ['a host that no rule asks for', [Operation.http({ methods: ['GET'], paths: ['*'], hosts: ['api.shop'] })], ['shop/api:8080 from shop/web: GET /api/*, host api.shop, api.shop:*']],
      ['any HTTP', [Operation.anyHttp()], ['shop/api:8080 from shop/web: GET, DELETE /api/*']],
      ['a port', [Operation.tcp(8080)], ['shop/api:8080 from shop/web: GET, DELETE /api/*']],
      ['another port', [Operation.tcp(9000)], []],
      ['any request to a port beside some', [Operation.put('/none'), Operation.tcp(8080)], ['shop/api:8080 from shop/web: GET, DELETE /api/*']],
    ])('sees %s', (_, operations, expected) => {
      expect(messages(never(operations), policies)).toEqual(expected);
    });

    test('sees a port that nobody names', () => {
      const seen = never([Operation.tcp(7000)], ['shop/db']).violations(policies).map(({ destination, witness }) => [destination, witness!.destination.port]);

      expect(seen).toEqual([['shop/api:7000', 7000]]);
      expect(messages(never([Operation.http({ methods: ['GET', 'PUT'], paths: ['/a'], ports: [7000, 8080] })], ['shop/db']), policies)).toEqual(['shop/api:7000 from shop/db: GET /a']);
    });

    test('sees a port that nobody names as the number that it is given by, whichever stands for others', () => {
      const found = never([Operation.tcp(49152)], ['shop/db']).violations(policies).map(({ message }) => message);

      expect(found).toContain('shop/api:49152 from shop/db: GET');
    });

    test('sees all other ports where none is given', () => {
      const found = never([Operation.get('/a')], ['shop/db']).violations(policies).map(({ message }) => message);

      expect(found).toEqual(['shop/api:any other port from shop/db: GET /a']);
    });

    test('is shown by a request of the caller, of the operation', () => {
      const open = shop([...CLOSED, policy('api', { rules: [{}] })], { mode: 'PERMISSIVE' });
      const [{ gate, witness, explanation }] = never([Operation.delete('/admin/*')], ['shop/db']).violations(open);

      expect(gate).toBe('never from shop/db to shop/api: DELETE /admin/*');
      expect(witness).toMatchObject({ source: { principal: 'spiffe://cluster.local/ns/shop/sa/db' }, http: { method: 'DELETE', path: expect.stringMatching(/^\/admin\/./) } });
      expect(explanation).toContain('ALLOW');
    });

    test('tells that HTTP passes where no proxy looks at it', () => {
      const asTcp = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ name: 'tcp', port: 8080 }] } };

      expect(messages(never([Operation.delete('/admin/*')], ['shop/db']), shop([...CLOSED, asTcp, policy('api', { rules: [from(['db'], { ports: ['8080'] })] })]))).toEqual(['shop/api:8080 from shop/db: DELETE /admin/*']);
    });

    test.each<[string, () => unknown, string]>([
      ['no operations', () => never([]), 'operations must have at least one entry'],
      ['what is no operation', () => never([{ methods: ['GET'] } as unknown as Operation]), 'operations[0] must be of class Operation'],
      ['a port by name', () => never([Operation.tcpNamed('http')]), "operations[0] must have its ports by number, got 'TCP on port http'; give the numbers that pods listen on"],
      ['a misspelt part', () => AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/api', operation: [] } as never), "'operation' must be a member of ForbiddenAccess; did you mean 'operations'?"],
    ])('refuses %s', (_, make, message) => {
      expect(make).toThrow(message);
    });
  });

  test('takes what constructs say of the mesh to have been so before, and settings that are given to be a change', () => {
    const app = testApp();
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { trustDomain: 'prod.example.com' });
    const chart = chartOf(app, 'store');
    new ZeroTrustNamespace(chart, 'baseline');
    const [web, api] = ['web', 'api'].map(name => deployed(chart, name));
    new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });

    expect(AccessGate.noNewAccess(PolicySet.fromManifests(manifests(app))).violations(PolicySet.fromApp(app))).toEqual([]);
    const named = [...CLOSED, policy('api', { rules: [from(['web'])] })];
    expect(messages(AccessGate.noNewAccess(shop(named)), shop(named, { settings: { trustDomainAliases: ['old.example'] } }))).toEqual(['GRANTED shop/api:8080 to spiffe://old.example/ns/shop/sa/web']);
  });

  test('shows a request of an identity that nobody names where anyone with one may', () => {
    const principals = AccessGate.onlyFrom('shop/api', ['shop/web']).violations(shop([...CLOSED, policy('api', { rules: [{}] })])).map(({ witness }) => witness!.source!.principal);

    expect(new Set(principals)).toEqual(new Set(['spiffe://cluster.local/ns/x/sa/x']));
  });

  test('shows a request of the first who must not of those that a rule lets in alike', () => {
    const senders = AccessGate.neverGranted({ callers: ['shop/web', 'shop/db'], to: 'shop/api' }).violations(wider).map(({ witness }) => witness!.source!.principal);

    expect(new Set(senders)).toEqual(new Set(['spiffe://cluster.local/ns/shop/sa/web']));
  });

  test('stops what is not decided, and says why', () => {
    const doubtful = shop([...CLOSED, policy('api', { rules: [{ form: [] }] })]);
    const [{ destination, explanation, witness }] = AccessGate.fromNobody('shop/api').violations(doubtful);

    expect([destination, explanation, witness]).toEqual(['shop/api:8080', expect.stringMatching(/^a manifest is in doubt: /), undefined]);
  });

  test('stops what is not decided', () => {
    const doubtful = shop([...CLOSED, policy('api', { rules: [{ form: [] }] })]);

    for (const gate of [AccessGate.noNewAccess(before), AccessGate.noAnonymousAccess(), AccessGate.fromNobody('shop/api'), AccessGate.onlyFrom('shop/api', ['shop/web'])]) {
      expect(messages(gate, doubtful)[0]).toContain('it is not decided what may reach shop/api:8080');
    }
  });

  describe('behind a waypoint', () => {
    const labels = { 'istio.io/dataplane-mode': 'ambient', 'istio.io/use-waypoint': 'wp' };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'orders', namespace: 'shop' }, spec: { selector: { app: 'api' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } };
    const waypoint = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'wp', namespace: 'shop' },
      spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] },
      status: { addresses: [{ type: 'Hostname', value: 'wp.shop.svc.cluster.local' }] },
    };
    const atService = (spec: object) => ({ apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'orders', namespace: 'shop' }, spec: { targetRefs: [{ group: '', kind: 'Service', name: 'orders' }], ...spec } });
    const bypass = policy('api', { rules: [from(['wp'])] });
    const behind = (...more: object[]) => shop([...CLOSED, service, waypoint, bypass, ...more], { labels });

    test('looks at Services that lead to a workload, whatever their names', () => {
      const open = behind(atService({ rules: [from(['db'], { methods: ['GET'] })] }));

      expect(messages(AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), open)).toEqual(['Service shop/orders:80 from shop/db: GET']);
      expect(messages(AccessGate.onlyFrom('shop/api', ['shop/wp', 'shop/web']), open)).toEqual(['Service shop/orders:80 from shop/db: GET']);
      expect(messages(AccessGate.onlyFrom('shop/api', ['shop/wp', 'shop/db']), open)).toEqual([]);
    });

    test('takes ports to be those of pods, whatever the ports of Services', () => {
      const open = behind(atService({ rules: [from(['db'], { methods: ['GET'] })] }));
      const at = (port: number) => messages(AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api', operations: [Operation.tcp(port)] }), open);

      expect([at(8080), at(80)]).toEqual([['Service shop/orders:80 from shop/db: GET'], []]);
    });

    test('sees nothing new for those who pass both proxies where these change their authorizers', () => {
      const settings = { authorizerProviders: ['login', 'quota'].map(name => ({ name, protocol: AuthorizerProtocol.GRPC })) };
      const bound = { ...service, metadata: { ...service.metadata, labels: { 'istio.io/use-waypoint': 'wp' } } };
      const asking = (provider: string) => ({ action: 'CUSTOM', provider: { name: provider }, rules: [{}] });
      const asked = (atWaypoint: string, atPod: string) => shop([...CLOSED, bound, waypoint, atService(asking(atWaypoint)), policy('api', asking(atPod))], { settings });

      expect(messages(AccessGate.noNewAccess(asked('login', 'quota')), asked('quota', 'login'))).toEqual([
        'UNCERTAIN Service shop/orders:80 to any other workload of shop, shop/api, shop/db, shop/web, shop/wp', 'UNCERTAIN shop/api:8080 to anyone with an identity',
      ]);

      expect(AccessMap.of(asked('login', 'quota')).into('shop/api').map(String).filter(row => row.startsWith('Service'))).toEqual([
        'Service shop/orders:80 from any other identity if login and quota agree',
        'Service shop/orders:80 from any other workload of shop, shop/api, shop/db, shop/web, shop/wp if quota agrees',
      ]);
    });

    test('stops where it is not decided what may reach such a Service', () => {
      const [message] = messages(AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }), behind(atService({ rules: [{ form: [] }] })));

      expect(message).toContain('it is not decided what may reach Service shop/orders:80');
    });

    test('says that nothing is new but for the waypoint itself, where it asks what pods asked', () => {
      const unasked = shop([...CLOSED, service, policy('api', { rules: [from(['web'])] })], { labels: { 'istio.io/dataplane-mode': 'ambient' } });

      expect(messages(AccessGate.noNewAccess(unasked), behind(atService({ rules: [from(['web'])] })))).toEqual(['GRANTED Service shop/orders:80 to shop/wp', 'GRANTED shop/api:8080 to shop/wp']);
    });
  });

  test('takes a name for that of a service account before that of a workload', () => {
    // shop/old runs as shop/web, and shop/new as shop/old
    const running = (name: string, serviceAccountName: string) => {
      const made = deployment(name) as { spec: { template: { spec: object } } };
      return { ...made, spec: { ...made.spec, template: { ...made.spec.template, spec: { ...made.spec.template.spec, serviceAccountName } } } };
    };
    const policies = shop([...CLOSED, running('old', 'web'), running('new', 'old'), policy('api', { rules: [from(['old'])] })]);

    expect(messages(AccessGate.onlyFrom('shop/api', ['shop/old']), policies).filter(message => message.startsWith('shop/api:'))).toEqual([]);
  });

  test('takes the name of a workload for the service account that it runs as', () => {
    const made = deployment('old') as { spec: { template: { spec: object } } };
    const running = { ...made, spec: { ...made.spec, template: { ...made.spec.template, spec: { ...made.spec.template.spec, serviceAccountName: 'worker' } } } };
    const policies = shop([...CLOSED, running, policy('api', { rules: [from(['worker'])] })]);

    expect(messages(AccessGate.onlyFrom('shop/api', ['shop/old']), policies)).toEqual([]);
  });

  test('takes a name for that of a service account where a workload of that name has none', () => {
    const machine = { apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata: { name: 'vm', namespace: 'shop' }, spec: { address: '10.0.0.9', labels: { app: 'vm' } } };
    const policies = shop([...CLOSED, machine, policy('api', { rules: [from(['vm'])] })]);

    expect(messages(AccessGate.onlyFrom('shop/api', ['shop/vm']), policies)).toEqual([]);
  });

  test('shows whoever else a namespace may have by a name that nobody has', () => {
    const policies = shop([...CLOSED, policy('api', { rules: [{ from: [{ source: { namespaces: ['ops'], ipBlocks: ['192.0.2.0/24'] } }] }] }), deployment('x', 'ops')]);
    const senders = AccessGate.onlyFrom('shop/api', ['ops/x']).violations(policies).map(({ witness }) => witness!.source!);

    expect(senders).toEqual(senders.map(() => ({ ip: expect.stringMatching(/^192\.0\.2\./), principal: expect.stringMatching(/\/ns\/ops\/sa\/(?!x$)/) })));
    expect(senders).toHaveLength(2);
  });

  test('shows an account by an address from which it may come', () => {
    const policies = shop([...CLOSED, policy('api', { rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/db'], ipBlocks: ['192.0.2.0/24'] } }] }] })]);
    const senders = AccessGate.neverGranted({ callers: ['shop/db'], to: 'shop/api' }).violations(policies).map(({ witness }) => witness!.source!);

    expect(senders).toEqual(senders.map(() => ({ ip: expect.stringMatching(/^192\.0\.2\./), principal: 'spiffe://cluster.local/ns/shop/sa/db' })));
    expect(senders).toHaveLength(2);
  });

  test('shows a request of the first of several who must not', () => {
    const policies = shop([...CLOSED, policy('api', { rules: [from(['db', 'web', 'api'])] })]);
    const senders = AccessGate.onlyFrom('shop/api', ['shop/api']).violations(policies).map(({ witness }) => witness!.source!.principal);

    expect(senders).toEqual(senders.map(() => 'spiffe://cluster.local/ns/shop/sa/db'));
    expect(senders).toHaveLength(2);
  });

  test('shows a request and its answer', () => {
    const [violation] = AccessGate.noNewAccess(before).violations(wider);

    expect(violation.gate).toBe('no new access');
    expect(violation.witness?.source?.principal).toBe('spiffe://cluster.local/ns/shop/sa/db');
    expect(violation.explanation).toContain('after: ALLOW');
  });

  const gateway = shop([deployment('ingress'), {
    apiVersion: 'networking.istio.io/v1',
    kind: 'Gateway',
    metadata: { name: 'public', namespace: 'shop' },
    spec: { selector: { app: 'ingress' }, servers: [{ port: { number: 443, name: 'https', protocol: 'HTTPS' }, hosts: ['a.example'], tls: { mode: 'SIMPLE', credentialName: 'a' } }] },
  }]);
  test.each<[string, () => unknown, string]>([
    ['no callers', () => AccessGate.onlyFrom('shop/api', []), 'AccessGate.fromNobody(to)'],
    ['a caller without namespace', () => AccessGate.onlyFrom('shop/api', ['web']), "callers[0] must be NAMESPACE/NAME of a service account, got 'web'; write both"],
    ['no set of policies', () => AccessGate.noNewAccess(undefined as unknown as PolicySet), 'before must be of class PolicySet'],
    ['no reference', () => AccessGate.within(undefined as unknown as PolicySet), 'reference must be of class PolicySet'],
    ['no workload that is reached by some', () => AccessGate.onlyFrom('', ['shop/web']), "to must be text without blanks around it, got ''; name the workload: NAMESPACE/NAME"],
    ['no workload that is reached by nobody', () => AccessGate.fromNobody(''), "to must be text without blanks around it, got ''; name the workload: NAMESPACE/NAME"],
    ['manifests of nothing', () => AccessGate.noAnonymousAccess().violations(PolicySet.fromManifests([])), 'policies must hold workloads or gateways to ask about, got none'],
    ['policies without workloads', () => AccessGate.noNewAccess(before).violations(PolicySet.fromManifests(CLOSED)), 'policies must hold workloads or gateways to ask about, got none'],
    ['an exception that is not there', () => AccessGate.noAnonymousAccess(['shop/apo']).violations(before), "did you mean 'shop/api'?"],
    ['a port that a gateway does not listen on', () => AccessGate.neverGranted({ callers: ['shop/web'], to: 'shop/ingress', operations: [Operation.tcp(9000)] }).violations(gateway),
      "operations must be for a port that 'shop/ingress' listens on, got '9000'; it listens on '443'"],
    ['a caller that is not there', () => AccessGate.neverGranted({ callers: ['shop/wep'], to: 'shop/api' }).violations(before), "did you mean 'shop/web'?"],
  ])('refuses %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
