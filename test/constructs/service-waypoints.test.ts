import { ApiObject, App, Chart, Include, JsonPatch } from 'cdk8s';
import {
  AccessGuardrail, AuditTrail, DataPlane, ExtensionProvider, ExternalAuthorization, FaultInjection, GuardrailScope, IngressAccess, IngressClients, IngressGateway, IngressServer, JwtIssuer, JwtProtectedApi,
  MeshSettingsOutput, NetworkPolicies, OpaAuthorizer, OpaPolicy, Operation, PlaintextException, PolicySet, Principal, Quarantine, SecurityTelemetry, ServiceAccess, ServiceWaypoint, TrafficProtection, Waypoint,
  Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { tempFile, testApp } from '../support/app';
import { chartOf, deployment, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Setting {
  /** That of the namespace; its own if not said, null for none. */
  readonly waypoint?: Waypoint | null;
  readonly serviceWaypoints?: ServiceWaypoint[];
  /** What the Service payments has. */
  readonly labels?: { [label: string]: string };
  readonly spec?: object;
  readonly networkPolicies?: NetworkPolicies;
}

interface Shop { readonly app: App; readonly chart: Chart; readonly mesh: ZeroTrustMesh; readonly web: ApiObject; readonly api: ApiObject; readonly payments: ApiObject; readonly access: ServiceAccess }

const OF_PAYMENTS: ServiceWaypoint[] = [{ services: ['payments'], waypoint: Waypoint.create() }];

/** A shop whose web may GET /a of payments, which has a waypoint of its own, and call api, as far as that can be said. */
function shop({ waypoint, serviceWaypoints = OF_PAYMENTS, labels = {}, spec = {}, networkPolicies }: Setting = {}): Shop {
  const app = testApp();
  const mesh = new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { dataPlane: DataPlane.AMBIENT, istioVersion: '1.29', asOf: '2026-06-01', settings: MeshSettingsOutput.helmValues() });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', { ...waypoint === null ? {} : { waypoint: waypoint ?? Waypoint.create() }, serviceWaypoints, ...networkPolicies ? { networkPolicies } : {} });
  const [web, api, payments] = ['web', 'api', 'payments'].map(name => rawDeployment(chart, name));
  rawService(chart, 'api');
  rawService(chart, 'payments', spec, labels);
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [waypoint === null ? Operation.anyHttp() : Operation.get('/a')] });
  const access = new ServiceAccess(chart, 'web-to-payments', { callers: [Principal.workload(web)], to: Workload.of(payments), operations: [Operation.get('/a')] });
  return { app, chart, mesh, web, api, payments, access };
}

/** A namespace with a waypoint for others. */
function sharing(app: App): void {
  const infra = chartOf(app, 'infra');
  new ZeroTrustNamespace(infra, 'baseline', { waypoint: Waypoint.create({ name: 'shared', usedBy: ['shop'] }) });
}

function specOf(app: App, name: string): unknown { return manifests(app).find(({ metadata }) => metadata.name.startsWith(name))?.spec; }

function labelsOf(app: App, kind: string, name: string): unknown { return manifests(app).find(one => one.kind === kind && one.metadata.name === name)!.metadata.labels; }

function asked(app: App): (from: string, destination: object, method?: string, path?: string) => boolean {
  const policies = PolicySet.fromApp(app);
  return (serviceAccount, destination, method = 'GET', path = '/a') =>
    policies.isAuthorized({ destination: { namespace: 'shop', port: 80, ...destination } as never, source: { serviceAccount }, http: { method, path } }).isAllowed;
}

/** A file with a Service. */
function included(): string {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'included', labels: { app: 'included' } }, spec: { selector: { app: 'included' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } };
  return tempFile('service.yaml', JSON.stringify(service));
}

/** Who gets through to payments and api, through Services and straight to pods. */
const WAYS: readonly [from: string, destination: object, method?: string][] = [
  ['shop/web', { service: 'payments' }], ['shop/web', { service: 'api' }],
  ['shop/web', { service: 'payments' }, 'POST'], ['shop/other', { service: 'payments' }], ['shop/other', { service: 'api' }],
  ['shop/web', { workload: 'payments', port: 8080 }], ['shop/other', { workload: 'payments', port: 8080 }], ['shop/other', { workload: 'api', port: 8080 }],
];

describe('A Service with a waypoint of its own', () => {
  test('is labelled for it, is denied there by default, and its pods admit it and no other waypoint of the namespace', () => {
    const { app } = shop();

    expect(problemsOf(app)).toEqual([]);
    expect(labelsOf(app, 'Service', 'payments')).toEqual({ 'istio.io/use-waypoint': 'payments-waypoint', 'istio.io/ingress-use-waypoint': 'true' });
    expect(labelsOf(app, 'Service', 'api')).toBeUndefined();
    expect(specOf(app, 'payments-waypoint')).toEqual({ gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] });
    expect(specOf(app, 'shop-baseline-deny-all-at-payments-waypoint')).toEqual({ targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'payments-waypoint' }] });
    expect(specOf(app, 'shop-baseline-waypoint-only-payments')).toEqual({
      selector: { matchLabels: { app: 'payments' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/payments-waypoint'] } }] }],
    });
    expect(specOf(app, 'shop-baseline-no-other-waypoint-payments')).toEqual({
      selector: { matchLabels: { app: 'payments' } }, action: 'DENY', rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/shop-waypoint'] } }] }],
    });
  });

  test('gives none of the pods that other Services lead to to its waypoint, and none of its own to theirs', () => {
    const passes = asked(shop().app);

    expect([
      passes('shop/payments-waypoint', { workload: 'payments', port: 8080 }), passes('shop/shop-waypoint', { workload: 'api', port: 8080 }),
      passes('shop/shop-waypoint', { workload: 'payments', port: 8080 }), passes('shop/payments-waypoint', { workload: 'api', port: 8080 }),
    ]).toEqual([true, true, false, false]);
  });

  test.each<[string, () => App, boolean]>([
    ['beside that of the namespace', () => shop().app, true],
    ['where the namespace has none', () => shop({ waypoint: null }).app, true],
    ['in another namespace of the app', () => {
      const { app } = shop({ serviceWaypoints: [{ services: ['payments'], waypoint: Waypoint.existing('infra', 'shared') }] });
      sharing(app);
      return app;
    }, true],
    ['in a namespace of another app', () => shop({ waypoint: null, serviceWaypoints: [{ services: ['payments'], waypoint: Waypoint.existing('infra', 'shared') }] }).app, true],
    ['while that of the namespace is in another', () => {
      const { app } = shop({ waypoint: Waypoint.existing('infra', 'shared') });
      sharing(app);
      return app;
    }, true],
    ['as every Service has', () => shop({ waypoint: null, serviceWaypoints: [...OF_PAYMENTS, { services: ['api'], waypoint: Waypoint.create({ name: 'apis' }) }] }).app, true],
    ['shared by two Services', () => shop({ waypoint: null, serviceWaypoints: [{ services: ['payments', 'api'], waypoint: Waypoint.create() }] }).app, true],
    ['by a label that it has already', () => shop({ labels: { 'istio.io/use-waypoint': 'payments-waypoint' } }).app, true],
  ])('is called as stated, and in no way past it: %s', (_, build, isApiCalled) => {
    const app = build();
    const passes = asked(app);

    expect(problemsOf(app)).toEqual([]);
    expect(WAYS.map(way => passes(...way))).toEqual([true, isApiCalled, false, false, false, false, false, false]);
  });

  test('in another namespace is named by all labels, denied there, and admitted by its identity there', () => {
    const { app } = shop({ serviceWaypoints: [{ services: ['payments'], waypoint: Waypoint.existing('infra', 'shared') }] });
    sharing(app);

    expect(labelsOf(app, 'Service', 'payments')).toEqual({ 'istio.io/use-waypoint': 'shared', 'istio.io/use-waypoint-namespace': 'infra', 'istio.io/ingress-use-waypoint': 'true' });
    expect(specOf(app, 'shop-baseline-waypoint-only-payments')).toMatchObject({ rules: [{ from: [{ source: { principals: ['cluster.local/ns/infra/sa/shared'] } }] }] });
    expect(manifests(app).find(({ metadata }) => metadata.name.startsWith('shop-baseline-deny-all-at-infra'))!.metadata.namespace).toBe('infra');
  });

  test('is labelled whatever makes it: cdk8s-plus, or an Include', () => {
    const { app, chart } = shop({ serviceWaypoints: [{ services: ['payments', 'late', 'included'], waypoint: Waypoint.create() }] });
    deployment(chart, 'late');
    new Include(chart, 'file', { url: included() });
    rawDeployment(chart, 'included');

    expect(problemsOf(app)).toEqual([]);
    expect(labelsOf(app, 'Service', 'late')).toMatchObject({ 'istio.io/use-waypoint': 'payments-waypoint' });
    expect(labelsOf(app, 'Service', 'included')).toEqual({ 'app': 'included', 'istio.io/use-waypoint': 'payments-waypoint', 'istio.io/ingress-use-waypoint': 'true' });
  });

  test('may share its waypoint with one of another namespace', () => {
    const { app } = shop({ serviceWaypoints: [{ services: ['payments'], waypoint: Waypoint.create({ usedBy: ['pay'] }) }] });
    const pay = chartOf(app, 'pay');
    new ZeroTrustNamespace(pay, 'baseline', { serviceWaypoints: [{ services: ['ledger'], waypoint: Waypoint.existing('shop', 'payments-waypoint') }] });
    rawService(pay, 'ledger');
    new ServiceAccess(pay, 'to-ledger', { callers: [Principal.serviceAccount('shop', 'payments')], to: Workload.of(rawDeployment(pay, 'ledger')), operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([]);
    expect(asked(app)('shop/payments', { namespace: 'pay', service: 'ledger' })).toBe(true);
  });

  test('is that of its own cluster', () => {
    const app = testApp();
    for (const cluster of ['east', 'west']) {
      const chart = new Chart(app, cluster, { namespace: 'shop' });
      new ZeroTrustMesh(chart, 'mesh', { appliesTo: chart, dataPlane: DataPlane.AMBIENT, istioVersion: '1.29' });
      new ZeroTrustNamespace(chart, 'baseline', cluster === 'east' ? { serviceWaypoints: OF_PAYMENTS } : {});
      rawDeployment(chart, 'payments');
      rawService(chart, 'payments');
    }

    expect(problemsOf(app)).toEqual([]);
    expect(manifests(app).filter(({ kind }) => kind === 'Service').map(({ metadata }) => metadata.labels?.['istio.io/use-waypoint'])).toEqual(['payments-waypoint', undefined]);
  });

  test('of another app is described by Workload.fromPods, and has the labels there', () => {
    const { app, chart, web } = shop({ waypoint: null, serviceWaypoints: [{ services: ['ledger'], waypoint: Waypoint.create() }, ...OF_PAYMENTS] });
    const ledger = Workload.fromPods({ namespace: 'shop', labels: { app: 'ledger' }, serviceAccount: 'ledger', services: [{ name: 'ledger', ports: [{ port: 80, targetPort: 8080, name: 'http' }] }] });
    new ServiceAccess(chart, 'web-to-ledger', { callers: [Principal.workload(web)], to: ledger, operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([]);
    expect(specOf(app, 'shop-web-to-ledger')).toMatchObject({ targetRefs: [{ kind: 'Service', group: '', name: 'ledger' }] });
    expect(specOf(app, 'shop-baseline-waypoint-only-ledger')).toMatchObject({ selector: { matchLabels: { app: 'ledger' } } });
  });

  test('leaves pods of no waypoint to accesses at ztunnel', () => {
    const { app } = shop({ waypoint: null });

    expect(specOf(app, 'shop-web-to-api')).toMatchObject({ selector: { matchLabels: { app: 'api' } }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] });
    expect(manifests(app).filter(({ metadata }) => metadata.name.includes('no-other-waypoint'))).toEqual([]);
  });
});

describe('What is refused of waypoints of Services', () => {
  test.each<[string, Setting, string]>([
    ['a Service that nobody has', { serviceWaypoints: [{ services: ['paymets'], waypoint: Waypoint.create() }] }, "got 'paymets', which this app does not have there, and no intent describes by Workload.fromPods; did you mean 'payments'?"],
    ['a headless Service', { spec: { clusterIP: 'None' } }, "got the headless 'payments', whose clients call pods by address, past any waypoint"],
    ['a Service that selects nothing', { spec: { selector: undefined } }, "got 'payments', which selects none"],
    ['a label for another waypoint', { labels: { 'istio.io/use-waypoint': 'other' } }, "Service 'payments' at 'shop/payments-service' must pass waypoint 'shop/payments-waypoint', as serviceWaypoints says, got istio.io/use-waypoint: 'other'"],
    ['a label for none', { labels: { 'istio.io/use-waypoint': 'none' } }, "got istio.io/use-waypoint: 'none'"],
    ['a label for a waypoint elsewhere', { labels: { 'istio.io/use-waypoint-namespace': 'infra' } }, "got istio.io/use-waypoint-namespace: 'infra'"],
  ])('%s', (_, setting, message) => {
    expect(problemsOf(shop(setting).app)).toContainEqual(expect.stringContaining(message));
  });

  test.each<[string, Setting, string]>([
    ['in part the waypoint of the namespace', {}, "the pods of 'shop/payments' must be called through one waypoint, which is all that they admit, but of their Services 'payments' passes 'shop/payments-waypoint', and 'admin' passes 'shop/shop-waypoint'"],
    ['in part none', { waypoint: null }, "but of their Services 'payments' passes 'shop/payments-waypoint', and 'admin' goes straight to the pods; name all of them in the same serviceWaypoints"],
    ['another one of their own', {
      serviceWaypoints: [{ services: ['payments'], waypoint: Waypoint.existing('infra', 'one') }, { services: ['admin'], waypoint: Waypoint.existing('infra', 'two') }],
    }, "but of their Services 'payments' passes 'infra/one', and 'admin' passes 'infra/two'"],
  ])('pods whose Services pass %s', (_, setting, message) => {
    const { app, chart } = shop(setting);
    rawService(chart, 'admin', { selector: { app: 'payments' } });

    expect(problemsOf(app).filter(problem => problem.includes('through one waypoint'))).toEqual([expect.stringContaining(message)]);
  });

  test('no pods with a headless Service, which is told where an access would lead by it', () => {
    const { app, chart } = shop();
    rawService(chart, 'admin', { selector: { app: 'payments' }, clusterIP: 'None' });

    expect(problemsOf(app).filter(problem => problem.includes('through one waypoint'))).toEqual([]);
  });

  test('no pods that one Service leads to beside the waypoint by its own words', () => {
    const { app, chart } = shop();
    rawService(chart, 'admin', { selector: { app: 'payments' } }, { 'istio.io/use-waypoint': 'none' });

    expect(problemsOf(app)).toEqual([expect.stringContaining("the Services of 'shop/payments' take two ways: 'payments' through the waypoint, 'admin' straight to the pods")]);
  });

  const AT_LEDGER: Setting = { serviceWaypoints: [...OF_PAYMENTS, { services: ['ledger'], waypoint: Waypoint.create() }] };
  const ledger = (labels: { [label: string]: string }, ...services: string[]) => Workload.fromPods({
    namespace: 'shop', labels, serviceAccount: 'ledger', services: services.map(name => ({ name, ports: [{ port: 80, targetPort: 8080, name: 'http' }] })),
  });
  const toLedger = ({ chart, web }: Shop, to: Workload, id = 'to-ledger') => new ServiceAccess(chart, id, { callers: [Principal.workload(web)], to, operations: [Operation.get('/a')] });

  test.each<[string, (shop: Shop) => void, string]>([
    ['a Service in a List, which cannot be labelled', ({ chart }) => new ApiObject(chart, 'list', {
      apiVersion: 'v1', kind: 'List', ...{ items: [{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'ledger', namespace: 'shop' }, spec: { selector: { app: 'ledger' }, ports: [{ port: 80 }] } }] },
    }), "serviceWaypoints must be of Services that can be labelled, got 'ledger' in the List at 'shop/list'"],
    ['pods elsewhere whose Services take two ways', made => toLedger(made, ledger({ app: 'ledger' }, 'ledger', 'other')), "but of their Services 'ledger' passes 'shop/ledger-waypoint', and 'other' passes 'shop/shop-waypoint'"],
    ['pods elsewhere that are described in two ways', made => { toLedger(made, ledger({ app: 'ledger' }, 'ledger')); toLedger(made, ledger({ app: 'ledger', tier: 'x' }, 'ledger'), 'again'); },
      "serviceWaypoints must be of Services whose pods are described alike, got 'ledger', for which there are"],
  ])('%s', (_, add, message) => {
    const made = shop(AT_LEDGER);
    add(made);

    expect(problemsOf(made.app)).toContainEqual(expect.stringContaining(message));
  });

  test('a guardrail of the namespace at a waypoint that others use', () => {
    const { app, chart } = shop({ serviceWaypoints: [{ services: ['payments'], waypoint: Waypoint.existing('infra', 'shared') }] });
    sharing(app);
    new AccessGuardrail(chart, 'it', { appliesTo: GuardrailScope.namespace('shop'), forbiddenCallers: [Principal.serviceAccount('dev', 'x')] });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("a guardrail for namespace 'shop' must not close what else may use its waypoint 'infra/shared', got 'infra'; state it for each workload"));
  });

  test('a label that a patch takes away, and a waypoint that is taken out', () => {
    const [patched, taken] = [shop(), shop()];
    (patched.chart.node.findChild('payments-service') as ApiObject).addJsonPatch(JsonPatch.remove('/metadata/labels/istio.io~1use-waypoint'));
    taken.chart.node.findChild('baseline').node.tryRemoveChild('waypoint-payments-waypoint');

    expect(problemsOf(patched.app)).toContainEqual(expect.stringContaining("must pass waypoint 'shop/payments-waypoint', as serviceWaypoints says"));
    expect(problemsOf(taken.app)).toContainEqual(expect.stringContaining("'shop/baseline/waypoint-payments-waypoint' must stay as it was made, got taken out"));
  });

  test('pods that are open to the waypoint of the namespace, as the policy that closes them was taken out, or is for others', () => {
    const [taken, moved] = [shop(), shop()];
    taken.chart.node.findChild('baseline').node.tryRemoveChild('no-other-waypoint-payments');
    (moved.chart.node.findChild('baseline').node.findChild('no-other-waypoint-payments') as ApiObject).addJsonPatch(JsonPatch.replace('/spec/selector/matchLabels/app', 'other'));

    for (const { app } of [taken, moved]) {
      expect(problemsOf(app)).toContainEqual(expect.stringContaining("a connection to a port that nobody lists of pods behind Service 'shop/payments' from waypoint 'shop/shop-waypoint', which is not theirs"));
    }
  });

  test('a waypoint of another namespace that does not admit this one', () => {
    const { app } = shop({ serviceWaypoints: [{ services: ['payments'], waypoint: Waypoint.existing('infra', 'shared') }] });
    new ZeroTrustNamespace(chartOf(app, 'infra'), 'baseline', { waypoint: Waypoint.create({ name: 'shared', usedBy: ['other'] }) });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("waypoint 'infra/shared' does not admit namespace 'shop', whose traffic would go straight to the pods; add 'shop' to usedBy of its Waypoint.create at 'infra/baseline'"));
  });

  test('what else runs as such a waypoint, and a caller that is one', () => {
    const { app, chart, payments } = shop();
    rawDeployment(chart, 'thief', { spec: { serviceAccountName: 'payments-waypoint' } });
    new ServiceAccess(chart, 'waypoint-to-payments', { callers: [Principal.serviceAccount('shop', 'payments-waypoint')], to: Workload.of(payments), operations: [Operation.get('/b')] });

    expect(problemsOf(app)).toEqual(expect.arrayContaining([
      expect.stringContaining("the service account 'payments-waypoint' must be that of waypoint 'shop/payments-waypoint' alone"),
      expect.stringContaining("callers must not be the service account of a waypoint, got 'shop/payments-waypoint'"),
    ]));
  });

  test.each<[string, ServiceWaypoint[], Waypoint | undefined, string]>([
    ['an empty list', [], undefined, 'serviceWaypoints must'],
    ['no Services', [{ services: [], waypoint: Waypoint.create() }], undefined, 'serviceWaypoints[0].services must'],
    ['what is no name', [{ services: ['Payments!'], waypoint: Waypoint.create() }], undefined, 'serviceWaypoints[0].services[0] must be a name'],
    ['a Service twice', [{ services: ['a', 'a'], waypoint: Waypoint.create() }], undefined, "serviceWaypoints[0].services must name each Service once, got 'a' twice"],
    ['a Service at two waypoints', [{ services: ['a'], waypoint: Waypoint.create() }, { services: ['b', 'a'], waypoint: Waypoint.create() }], undefined, "serviceWaypoints[1].services must not name what passes another waypoint already, got 'a'"],
    ['a waypoint twice', [{ services: ['a'], waypoint: Waypoint.existing('x', 'w') }, { services: ['b'], waypoint: Waypoint.existing('x', 'w') }], undefined, "serviceWaypoints[1].waypoint must be another than those before, got 'x/w' again"],
    ['the waypoint of the namespace', [{ services: ['a'], waypoint: Waypoint.create({ name: 'w' }) }], Waypoint.create({ name: 'w' }), "serviceWaypoints[0].waypoint must be another than that of the namespace, got 'shop/w'"],
    ['one for pods', [{ services: ['a'], waypoint: Waypoint.create({ forPods: true }) }], undefined, 'serviceWaypoints[0].waypoint must be for Services only, got forPods'],
    ['one beside one for pods', OF_PAYMENTS, Waypoint.create({ forPods: true }), 'serviceWaypoints must be left out beside a waypoint of the namespace with forPods'],
  ])('%s', (_, serviceWaypoints, waypoint, message) => {
    expect(() => new ZeroTrustNamespace(chartOf(testApp(), 'shop'), 'baseline', { dataPlane: DataPlane.AMBIENT, serviceWaypoints, ...waypoint ? { waypoint } : {} })).toThrow(message);
  });

  test('a namespace of sidecars', () => {
    expect(() => new ZeroTrustNamespace(chartOf(testApp(), 'shop'), 'baseline', { dataPlane: DataPlane.SIDECAR, serviceWaypoints: OF_PAYMENTS })).toThrow('serviceWaypoints must come with DataPlane.AMBIENT');
  });
});

const ISSUER = JwtIssuer.of({ issuer: 'https://i.example', jwksUri: 'https://i.example/keys', audiences: ['shop'] });
const OPA = ExtensionProvider.extAuthzGrpc({ name: 'opa', service: 'opa.authz.svc.cluster.local', port: 9191 });

describe('Beside a waypoint of a Service', () => {
  const AT_PAYMENTS = { targetRefs: [{ kind: 'Service', group: '', name: 'payments' }] };

  test.each<[string, (shop: Shop) => void, { [name: string]: object }]>([
    ['an API asks for tokens there', ({ chart, payments, web }) => new JwtProtectedApi(chart, 'it', { workload: Workload.of(payments), issuers: [ISSUER], callers: [Principal.workload(web)], rules: [{ anyToken: true, operations: [Operation.get('/b')] }], exemptCallers: [Principal.workload(web)] }),
      { 'shop-it-guard': AT_PAYMENTS }],
    ['a guardrail of the workload holds there and at the pods', ({ chart, payments }) => new AccessGuardrail(chart, 'it', { appliesTo: GuardrailScope.workload(Workload.of(payments)), onlyCallers: [Principal.serviceAccount('shop', 'web')] }), {
      'shop-it-waypoint': AT_PAYMENTS,
      'shop-it-c': { selector: { matchLabels: { app: 'payments' } }, rules: [{ from: [{ source: { notPrincipals: ['cluster.local/ns/shop/sa/web', 'cluster.local/ns/shop/sa/payments-waypoint'] } }] }] },
    }],
    ['a guardrail of the namespace holds at each waypoint', ({ chart }) => new AccessGuardrail(chart, 'it', { appliesTo: GuardrailScope.namespace('shop'), forbiddenCallers: [Principal.serviceAccount('dev', 'x')] }), {
      'shop-it-waypoint': { targetRefs: ['shop-waypoint', 'payments-waypoint'].map(name => ({ group: 'gateway.networking.k8s.io', kind: 'Gateway', name })) },
    }],
    ['an audit is made there', ({ chart, access }) => new AuditTrail(chart, 'it', { watches: [access] }), { 'shop-it-access-log': AT_PAYMENTS }],
    ['a protection is of the Service', ({ chart, payments }) => new TrafficProtection(chart, 'it', { workload: Workload.of(payments), circuitBreaker: { maxConnections: 10 } }), { 'shop-it': { host: 'payments.shop.svc.cluster.local' } }],
    ['a fault is injected there', ({ chart, payments }) => new FaultInjection(chart, 'it', { workload: Workload.of(payments), abort: { status: 503, percentage: 50 }, reason: 'a test', expires: '2026-06-30' }), { 'shop-it': { exportTo: ['.'] } }],
    ['a quarantine closes the pods', ({ chart }) => new Quarantine(chart, 'it', { account: Principal.serviceAccount('shop', 'other'), reason: 'r' }), {}],
    ['refused calls are logged', ({ chart }) => new SecurityTelemetry(chart, 'it', {}), {}],
    ['an authorizer is asked there, by that waypoint', ({ chart, payments }) => new ExternalAuthorization(chart, 'it', { workload: Workload.of(payments), provider: OPA }), { 'shop-it': { ...AT_PAYMENTS, action: 'CUSTOM' } }],
  ])('%s', (_, add, specs) => {
    const made = shop();
    add(made);

    expect(problemsOf(made.app)).toEqual([]);
    for (const [name, spec] of Object.entries(specs)) { expect([name, specOf(made.app, name)]).toEqual([name, expect.objectContaining(spec)]); }
  });

  test('OPA lets in the waypoint that asks', () => {
    const { app, payments } = shop();
    const authz = chartOf(app, 'authz');
    new ZeroTrustNamespace(authz, 'baseline');
    new OpaAuthorizer(authz, 'opa', { image: 'docker.io/openpolicyagent/opa:1.17.0-envoy-static', policy: OpaPolicy.rules([{ operations: [Operation.get('/a')] }]), protects: [Workload.of(payments)], metadata: { name: 'opa' } });

    expect(problemsOf(app)).toEqual([]);
    const written = JSON.stringify(manifests(app).filter(({ metadata }) => metadata.namespace === 'authz'));
    expect(written).toContain('/ns/shop/sa/payments-waypoint');
    expect(written).not.toContain('/ns/shop/sa/shop-waypoint');
  });

  test('a gateway that leads to the Service passes the waypoint', () => {
    const { app, chart, payments } = shop({ waypoint: null });
    const edge = chartOf(app, 'edge');
    new ZeroTrustNamespace(edge, 'baseline');
    const gateway = new IngressGateway(edge, 'public', { servers: [IngressServer.tls({ hosts: ['shop.example.com'], credentialName: 'cert' })], metadata: { name: 'public' } });
    new IngressAccess(chart, 'in', { gateway, hosts: ['shop.example.com'], clients: IngressClients.anyone({ reason: 'public' }), to: Workload.of(payments), operations: [Operation.get('/a')] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('plaintext past a waypoint that asks for tokens is refused', () => {
    const { app, chart, payments, web } = shop({ waypoint: null });
    new JwtProtectedApi(chart, 'guarded', { workload: Workload.of(payments), issuers: [ISSUER], callers: [Principal.workload(web)], rules: [{ anyToken: true, operations: [Operation.get('/b')] }], exemptCallers: [Principal.workload(web)] });
    new PlaintextException(chart, 'old', { workload: Workload.of(payments), operations: [Operation.anyHttp({ ports: [8080] })], fromNetworks: ['10.0.0.0/8'], reason: 'r', owner: 'o', expires: '2026-12-31' });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("operations must not open port 8080 of 'shop/payments', on which 'shop/guarded' asks for tokens at the waypoint, past which plaintext goes"));
  });

  test('connections past the guard of an API are refused, also by a headless Service of the same pods', () => {
    const { app, chart, payments, web } = shop({ waypoint: null });
    rawService(chart, 'peers', { clusterIP: 'None', selector: { app: 'payments' } });
    new JwtProtectedApi(chart, 'guarded', { workload: Workload.of(payments, { service: 'payments' }), issuers: [ISSUER], callers: [Principal.workload(web)], rules: [{ anyToken: true, operations: [Operation.get('/b')] }], exemptCallers: [Principal.workload(web)] });
    new ServiceAccess(chart, 'past', { callers: [Principal.workload(web)], to: Workload.of(payments, { service: 'peers' }), operations: [Operation.anyHttp()] });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining("through Service 'peers' requests would need no token, since JwtProtectedApi 'shop/guarded' is for 'payments' only; state both for the same Services by Workload.of (also at 1 more: 'shop/past')"));
  });

  test('the network lets callers in to the waypoint, and that to the pods', () => {
    const { app } = shop({ networkPolicies: NetworkPolicies.forIngress() });
    const ingress = (end: string) => (manifests(app).find(({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name.includes(end))!.spec as { readonly ingress: readonly { readonly from: unknown }[] }).ingress;

    expect(problemsOf(app)).toEqual([]);
    expect(ingress('to-payments-waypoint').map(({ from }) => from)).toEqual([[{ podSelector: { matchLabels: { app: 'web' } } }]]);
    expect(ingress('to-payments-c').map(({ from }) => from)).toEqual([[{ podSelector: { matchLabels: { 'gateway.networking.k8s.io/gateway-name': 'payments-waypoint' } } }]]);
  });
});

describe('Witnesses of a waypoint of a Service', () => {
  test.each<[string, object, string]>([
    ['other pods to its waypoint', { selector: { matchLabels: { app: 'api' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/payments-waypoint'] } }] }] },
      "[shop/baseline] AuthorizationPolicy 'shop/hole' at 'shop/hole' lets in what this refuses: a connection to port 8080 of 'shop/api' from waypoint 'shop/payments-waypoint', which is not theirs"],
    ['its pods to callers, past it', { selector: { matchLabels: { app: 'payments' } }, rules: [{ from: [{ source: { principals: ['cluster.local/ns/shop/sa/web'] } }] }] },
      "[shop/web-to-payments] AuthorizationPolicy 'shop/hole' at 'shop/hole' lets in what this refuses: TRACE /a on port 8080 of 'shop/payments' from shop/web, past the waypoint"],
    ['everybody in at it', { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'payments-waypoint' }], rules: [{}] },
      "AuthorizationPolicy 'shop/hole' at 'shop/hole' lets in what this refuses: GET /zero-trust-witness on port 80 of Service 'shop/payments' from a caller that nobody names"],
  ])('see what lets %s', (_, spec, message) => {
    const { app, chart } = shop();
    new ApiObject(chart, 'hole', { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'hole' }, spec });

    expect(problemsOf(app)).toContainEqual(expect.stringContaining(message));
  });
});
