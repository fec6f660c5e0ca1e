import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import {
  AccessGuardrail, AuthorizationPolicy, AuthorizationPolicyAction, DataPlane, Findings, GuardrailScope, LegacyDestination, LegacyTls, MigrationNamespace, MtlsMigration, MtlsMigrationProps, MtlsStage, Operation,
  MutualTlsMode, PeerAuthentication, PlaintextException, Principal, Quarantine, ServiceAccess, Workload, ZeroTrustMesh, ZeroTrustMeshProps, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService, RawFacets } from '../support/shop';

const { OBSERVE, PERMISSIVE, STRICT } = MtlsStage;
const REASON = { reason: 'all of it was observed elsewhere' };

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject; readonly web: ApiObject; readonly migration: MtlsMigration }

/** Reached at each stage, so that it may be stated. */
const BEFORE: { readonly [stage in MtlsStage]: object } = { [OBSERVE]: {}, [PERMISSIVE]: { reached: OBSERVE }, [STRICT]: { reached: PERMISSIVE } };

interface Given {
  readonly mesh?: ZeroTrustMeshProps;
  readonly labels?: { readonly [label: string]: string };
  readonly props?: Partial<MtlsMigrationProps>;
  readonly namespace?: Partial<MigrationNamespace>;
  readonly api?: RawFacets;
}

/** A shop whose namespace is on its way. */
function shop(stage: MtlsStage, { mesh, labels = { 'istio-injection': 'enabled' }, props = {}, namespace = {}, api = {} }: Given = {}): Shop {
  const app = testApp();
  if (mesh) { new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', mesh); }
  const chart = chartOf(app, 'shop');
  new ApiObject(chart, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels } });
  const [web, made] = (['web', 'api'] as const).map(name => { rawService(chart, name); return rawDeployment(chart, name, name === 'api' ? api : {}); });
  const migration = new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'shop', stage, ...BEFORE[stage], ...namespace }], ...props });
  return { app, chart, api: made, web, migration };
}

function access({ chart, api, web }: Shop): ServiceAccess {
  return new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
}

/** What it renders, as `kind namespace/name`, with its annotations but the path. */
function rendered(app: App): [string, unknown, unknown][] {
  const own = manifests(app).filter(({ metadata: { annotations } }) => annotations?.['cdk8s-zero-trust/construct']?.startsWith('shop/migration'));
  return own.map(({ kind, metadata: { namespace, name, annotations: { 'cdk8s-zero-trust/construct': _, ...annotations } = {} }, spec }) =>
    [`${kind} ${namespace}/${name.replace(/-[0-9a-f]{8}$/, '')}`, annotations, spec]);
}

const PLAINTEXT = ['AuthorizationPolicy shop/shop-migration-shop-plaintext', { 'istio.io/dry-run': 'true' }, { action: 'DENY', rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] }];
const AMBIENT = { 'istio.io/dataplane-mode': 'ambient' };

describe('A namespace on its way to STRICT', () => {
  test.each([
    [OBSERVE, 'PERMISSIVE', [PLAINTEXT]],
    [PERMISSIVE, 'PERMISSIVE', [PLAINTEXT]],
    [STRICT, 'STRICT', []],
  ])('at %s has mode %s, and what it takes in plaintext shows', (stage, mode, others) => {
    expect(rendered(shop(stage).app)).toEqual([['PeerAuthentication shop/default', {}, { mtls: { mode } }], ...others]);
  });

  test.each([[OBSERVE, 'PERMISSIVE'], [PERMISSIVE, 'PERMISSIVE'], [STRICT, 'STRICT']])('in ambient at %s has mode %s only, as ztunnel has no dry run', (stage, mode) => {
    expect(rendered(shop(stage, { labels: AMBIENT }).app)).toEqual([['PeerAuthentication shop/default', {}, { mtls: { mode } }]]);
  });

  test('is ambient where the mesh is, and its Namespace is made elsewhere', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustMesh(chart, 'mesh', { exists: true, dataPlane: DataPlane.AMBIENT });
    new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'billing', stage: OBSERVE, peerAuthenticationName: 'mtls' }] });

    expect(rendered(app)).toEqual([['PeerAuthentication billing/mtls', {}, { mtls: { mode: 'PERMISSIVE' } }]]);
  });

  test('keeps the reason for which a stage is skipped on its PeerAuthentication', () => {
    const { app } = shop(STRICT, { namespace: { reached: OBSERVE, ...REASON } });

    expect(rendered(app)).toEqual([['PeerAuthentication shop/default', { 'cdk8s-zero-trust/reason': REASON.reason }, { mtls: { mode: 'STRICT' } }]]);
  });
});

describe('The stage', () => {
  const stated = (namespace: Omit<MigrationNamespace, 'name'>) => () => new MtlsMigration(chartOf(testApp(), 'shop'), 'migration', { namespaces: [{ name: 'shop', ...namespace }] });

  test.each([
    [{ stage: OBSERVE }],
    [{ stage: OBSERVE, reached: OBSERVE }],
    [{ stage: PERMISSIVE, reached: OBSERVE }],
    [{ stage: PERMISSIVE, reached: PERMISSIVE }],
    [{ stage: STRICT, reached: PERMISSIVE }],
    [{ stage: STRICT, reached: STRICT }],
    [{ stage: STRICT, ...REASON }],
    [{ stage: STRICT, reached: OBSERVE, ...REASON }],
    [{ stage: OBSERVE, reached: STRICT, ...REASON }],
  ])('may be %j', namespace => {
    expect(stated(namespace)).not.toThrow();
  });

  test.each([
    [{ stage: PERMISSIVE }, "namespaces[0].stage of namespace 'shop' must be 'observe', as it has reached no stage, got 'permissive'; state by 'reached' what it has reached, or give a reason for skipping a stage"],
    [{ stage: STRICT }, "namespaces[0].stage of namespace 'shop' must be 'observe', as it has reached no stage, got 'strict'; state by 'reached' what it has reached, or give a reason for skipping a stage"],
    [{ stage: STRICT, reached: OBSERVE }, "namespaces[0].stage of namespace 'shop' must be 'permissive', as it has reached 'observe', got 'strict'; state by 'reached' what it has reached, or give a reason for skipping a stage"],
    [{ stage: OBSERVE, reached: PERMISSIVE }, "namespaces[0].stage of namespace 'shop' must not go back from 'permissive', got 'observe'; give a reason for going back"],
    [{ stage: PERMISSIVE, reached: STRICT }, "namespaces[0].stage of namespace 'shop' must not go back from 'strict', got 'permissive'; give a reason for going back"],
    [{ stage: PERMISSIVE, reached: OBSERVE, reason: 'r' }, "namespaces[0].reason must be left out where no stage is skipped and it does not go back, got 'r'; it would stay in the output"],
    [{ stage: STRICT, reason: ' ' }, "namespaces[0].stage is wider than least privilege and must have a reason, got ' '; say why by a reason, as in { reason: '…' }, which stays visible in the output"],
    [{ stage: 'DISABLE' as MtlsStage }, "namespaces[0].stage must be one of 'observe', 'permissive', 'strict', got 'DISABLE'; choose one"],
  ])('must not be %j', (namespace, message) => {
    expect(stated(namespace)).toThrow(new Error(`[shop/migration] ${message}`));
  });

  test.each([
    [[], "namespaces must have at least one entry, got '[]'; name a namespace and its stage"],
    [[{ name: 'a', stage: OBSERVE }, { name: 'a', stage: OBSERVE }], "namespaces must name each namespace once, got 'a' twice; keep one"],
  ])('is one for each namespace: %j', (namespaces, message) => {
    expect(() => new MtlsMigration(chartOf(testApp(), 'shop'), 'migration', { namespaces })).toThrow(new Error(`[shop/migration] ${message}`));
  });
});

describe('While a namespace is on its way', () => {
  test.each([
    [PERMISSIVE, "namespace 'shop' must not have a ZeroTrustNamespace ('shop/baseline'), which makes it STRICT, while it is 'permissive' in 'shop/migration'; leave the ZeroTrustNamespace out until it is STRICT"],
    [STRICT, "namespace 'shop' must not have a ZeroTrustNamespace ('shop/baseline'), which makes it STRICT, while it is 'strict' in 'shop/migration'; take it out of the migration, as it has arrived"],
  ])('at %s a ZeroTrustNamespace for it is refused', (stage, message) => {
    const { app, chart } = shop(stage);
    new ZeroTrustNamespace(chart, 'baseline', { namespace: chart.node.findChild('namespace') });

    expect(problemsOf(app)).toEqual([`[shop/migration/shop] ${message}`]);
  });

  test('it is named by one migration', () => {
    const { app, chart } = shop(OBSERVE);
    new MtlsMigration(chart, 'other', { namespaces: [{ name: 'shop', stage: OBSERVE }] });

    expect(problemsOf(app)).toEqual(["[shop/migration/shop] namespace 'shop' must be named by one MtlsMigration, got 'shop/migration', 'shop/other'; keep one (also at 1 more: 'shop/other/shop')"]);
  });

  test('it is not a slip of one', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    rawDeployment(chart, 'api');
    new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'shpo', stage: OBSERVE }, { name: 'elsewhere', stage: OBSERVE }] });

    expect(problemsOf(app)).toEqual(["[shop/migration/shpo] namespaces must be those of the app, got 'shpo', which it does not have; did you mean 'shop'?"]);
  });

  test('it may look like another that is named as well', () => {
    const { app, chart } = shop(OBSERVE);
    new MtlsMigration(chart, 'other', { namespaces: [{ name: 'shpo', stage: OBSERVE }] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('it is not the root namespace', () => {
    const app = testApp();
    new MtlsMigration(chartOf(app, 'shop'), 'migration', { namespaces: [{ name: 'istio-system', stage: OBSERVE }] });

    expect(problemsOf(app)).toEqual(["[shop/migration/istio-system] namespaces must not name the root namespace 'istio-system', whose policies hold for the whole mesh; when all namespaces are STRICT, state a ZeroTrustMesh"]);
  });

  test('another PeerAuthentication for all of it is refused, and those for workloads are not', () => {
    const { app, chart } = shop(PERMISSIVE);
    new PeerAuthentication(chart, 'old', { metadata: { name: 'old' }, mtls: { mode: MutualTlsMode.STRICT } });
    new PeerAuthentication(chart, 'ofApi', { selector: { matchLabels: { app: 'api' } }, mtls: { mode: MutualTlsMode.STRICT } });

    expect(problemsOf(app)).toEqual(["[shop/migration/shop] PeerAuthentication 'shop/old' at 'shop/old/Resource' is for all of namespace 'shop', too, and of the two Istio takes the oldest; "
      + 'take it out, and where it is in the cluster already, give its name by peerAuthenticationName']);
  });

  test('nothing is refused at first, so that accesses wait', () => {
    const made = shop(OBSERVE);
    access(made);

    expect(problemsOf(made.app)).toEqual(["[shop/migration/shop] namespace 'shop' must be at least 'permissive' for accesses to it, which refuse whatever they do not name, got 'observe' beside 'shop/web-to-api'; "
      + 'take it to MtlsStage.PERMISSIVE, or leave the accesses out until then']);
  });

  const EXCEPTION = { operations: [Operation.get('/m')], fromNetworks: ['10.0.0.0/8'], reason: 'r', owner: 'o', expires: '2027-01-01' };
  const GUARDRAILS = { onlyCallers: [Principal.serviceAccount('ops', 'web')] };

  test.each<[string, string, (made: Shop) => unknown]>([
    ['exceptions', 'exceptions at it, which refuse all other plaintext, while all of it is taken as it is', ({ chart, api }) => new PlaintextException(chart, 'x', { workload: Workload.of(api), ...EXCEPTION })],
    ['guardrails', 'guardrails of what only some may do at its workloads, which refuse all others', ({ chart, api }) => new AccessGuardrail(chart, 'x', { appliesTo: GuardrailScope.workload(Workload.of(api)), ...GUARDRAILS })],
  ])('refuses nothing, by %s neither', (what, words, add) => {
    const problemAt = (stage: MtlsStage) => {
      const made = shop(stage, { mesh: { exists: true, asOf: '2026-01-01' } });
      add(made);
      return problemsOf(made.app);
    };

    expect([problemAt(OBSERVE), problemAt(PERMISSIVE)]).toEqual([
      [`[shop/migration/shop] namespace 'shop' must be at least 'permissive' for ${words}, got 'observe' beside 'shop/x'; take it to MtlsStage.PERMISSIVE, or leave the ${what} out until then`],
      [],
    ]);
  });

  test('refuses by name whom a guardrail of a workload forbids', () => {
    const { app, chart, api } = shop(OBSERVE);
    new AccessGuardrail(chart, 'x', { appliesTo: GuardrailScope.workload(Workload.of(api)), forbiddenCallers: [Principal.serviceAccount('ops', 'web')] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('a policy for all of it that refuses something is found at first', () => {
    const { app, chart } = shop(OBSERVE);
    new AuthorizationPolicy(chart, 'closed', { metadata: { name: 'closed' }, action: AuthorizationPolicyAction.DENY, rules: [{ from: [{ source: { notPrincipals: ['*'] } }] }] });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/migration\/shop\] AuthorizationPolicy 'shop\/closed' at 'shop\/closed\/Resource' refuses what this promises: /)]);
  });

  test.each([{}, { rules: [{ from: [{ source: { namespaces: ['ops'] } }] }] }])('an ALLOW for all of it is found at first, also where it matches nobody: %j', spec => {
    const { app, chart } = shop(OBSERVE);
    new AuthorizationPolicy(chart, 'closed', { metadata: { name: 'closed' }, ...spec });

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/migration\/shop\] AuthorizationPolicy 'shop\/closed' at 'shop\/closed\/Resource' refuses what this promises: /)]);
  });

  const DRY_RUN = '/metadata/annotations/istio.io~1dry-run';
  const UNDO = '; undo that, and state what is meant by the props of its construct';
  test.each<[string, string, (object: ApiObject) => unknown, string]>([
    ['mode', 'mtls', object => object.addJsonPatch(JsonPatch.replace('/spec/mtls/mode', 'STRICT')), `another spec${UNDO}`],
    ['mode for some pods', 'mtls', object => object.addJsonPatch(JsonPatch.replace('/spec/mtls/mode', 'STRICT'), JsonPatch.add('/spec/selector', { matchLabels: { app: 'api' } })), `another spec${UNDO}`],
    ['place', 'mtls', ({ node }) => node.scope!.node.tryRemoveChild(node.id), 'taken out; leave it in, or take its construct out as a whole'],
    ['name', 'mtls', object => object.addJsonPatch(JsonPatch.replace('/metadata/name', 'other')), `another name${UNDO}`],
    ['revision', 'mtls', object => object.metadata.addLabel('istio.io/rev', 'canary'), `another label 'istio.io/rev'${UNDO}`],
    ['dry run', 'plaintext', object => object.addJsonPatch(JsonPatch.remove(DRY_RUN)), `another annotation 'istio.io/dry-run'${UNDO}`],
    ['dry run for some pods', 'plaintext', object => object.addJsonPatch(JsonPatch.remove(DRY_RUN), JsonPatch.add('/spec/selector', { matchLabels: { app: 'api' } })), `another annotation 'istio.io/dry-run'${UNDO}`],
    ['action', 'plaintext', object => object.addJsonPatch(JsonPatch.replace('/spec/action', 'ALLOW')), `another spec${UNDO}`],
  ])('what it makes keeps its %s', (_, id, change, got) => {
    const problems = [OBSERVE, PERMISSIVE].map(stage => {
      const { app } = shop(stage);
      change(app.node.findAll().filter(child => ApiObject.isApiObject(child)).find(({ node }) => node.path === `shop/migration/shop/${id}`)!);
      return problemsOf(app);
    });

    expect(problems).toEqual(Array(2).fill([`[shop/migration/shop] 'shop/migration/shop/${id}' must stay as it was made, got ${got}`]));
  });

  test('what it makes may have labels and annotations of others', () => {
    const { app } = shop(OBSERVE);
    app.node.findAll().filter(child => ApiObject.isApiObject(child)).filter(({ node }) => node.path.startsWith('shop/migration')).forEach(object => {
      object.addJsonPatch(JsonPatch.add('/metadata/labels', { team: 'shop' }), JsonPatch.add('/metadata/annotations/argocd.argoproj.io~1sync-wave', '1'));
    });

    expect(problemsOf(app)).toEqual([]);
  });

  test('accesses hold as ever once it is PERMISSIVE', () => {
    const made = shop(PERMISSIVE);
    access(made);

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('at STRICT what leaves the mesh is refused, unless it is named', () => {
    const hostNetwork = { api: { spec: { hostNetwork: true } } };
    const refused = shop(STRICT, hostNetwork);
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const outside = rawDeployment(chart, 'api', hostNetwork.api);
    new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'shop', stage: STRICT, reached: STRICT, outsideMesh: [{ workload: Workload.of(outside), reason: 'reads the node' }] }] });

    expect(problemsOf(refused.app)).toEqual([expect.stringContaining('runs on the network of its host: no proxy enforces policy for it; mend that, or name the workload in outsideMesh with a reason')]);
    expect(rendered(app)).toEqual([['PeerAuthentication shop/default', { 'cdk8s-zero-trust/reason': 'reads the node' }, { mtls: { mode: 'STRICT' } }]]);
  });

  test('a quarantine says that plaintext passes there', () => {
    const { app, chart, api } = shop(PERMISSIVE, { mesh: {}, props: { allowStrictMesh: { reason: 'r' } } });
    new Quarantine(chart, 'incident', { workload: Workload.of(api), reason: 'r' });

    expect(Findings.of(app).all().filter(({ rule }) => rule === 'ZT114').map(({ message }) => message)).toEqual([expect.stringContaining("what it sends in plaintext still passes in 'shop'")]);
  });
});

describe('A mesh is STRICT', () => {
  test('only when its namespaces are', () => {
    const { app } = shop(PERMISSIVE, { mesh: {} });
    rawDeployment(chartOf(app, 'old'), 'batch');

    expect(problemsOf(app)).toEqual(["[shop/migration] ZeroTrustMesh 'mesh/mesh' must not make the mesh STRICT before its namespaces are, got 'shop (permissive)', 'old (nobody names it)'; "
      + "state it with exists: true until then, or say by allowStrictMesh: { reason: '…' } why it is STRICT already"]);
  });

  test.each([
    ['when they are', shop(STRICT, { mesh: {} })],
    ['elsewhere', shop(PERMISSIVE, { mesh: { exists: true } })],
  ])('%s', (_, { app }) => {
    expect(problemsOf(app)).toEqual([]);
  });

  test('before for a reason, which stays in the output', () => {
    const { app } = shop(OBSERVE, { mesh: {}, props: { allowStrictMesh: { reason: 'shop joins a STRICT mesh' } } });

    expect(problemsOf(app)).toEqual([]);
    expect(rendered(app)[0]).toEqual(['PeerAuthentication shop/default', { 'cdk8s-zero-trust/reason': 'shop joins a STRICT mesh' }, { mtls: { mode: 'PERMISSIVE' } }]);
  });

  test.each([[STRICT, {}, 'all namespaces are STRICT'], [OBSERVE, { exists: true }, 'no ZeroTrustMesh makes the mesh STRICT']])('at %s for no reason that is about nothing', (stage, mesh, why) => {
    expect(problemsOf(shop(stage, { mesh, props: { allowStrictMesh: { reason: 'r' } } }).app)).toEqual([`[shop/migration] allowStrictMesh must be left out where ${why}; its reason would be about nothing`]);
  });
});

/** The report, as `kind [path] message; cure`. */
function report({ migration }: Shop): string[] { return migration.describeReport().split('\n').slice(1).map(line => line.trim()); }

describe('The report', () => {
  test.each([OBSERVE, PERMISSIVE])('at %s has nothing where manifests show nothing', stage => {
    const made = shop(stage);

    expect(made.migration.report()).toEqual([]);
    expect(report(made)).toEqual(['nothing that the manifests show']);
    expect(Findings.of(made.app).all()).toEqual([]);
  });

  test('names workloads of the namespace without proxy', () => {
    expect(report(shop(PERMISSIVE, { api: { labels: { 'sidecar.istio.io/inject': 'false' } } }))).toEqual([
      "workload outside mesh [shop/api] 'shop/api' is not in the mesh, by label sidecar.istio.io/inject: 'false'; so what it sends is refused here, and nothing protects it; "
        + 'bring its pods into the mesh, or name it in outsideMesh and let it call nothing here',
    ]);
  });

  test('names them all where the namespace has no label of the mesh', () => {
    const { migration } = shop(OBSERVE, { labels: {} });

    expect(migration.report().map(({ kind, constructPath }) => [kind, constructPath])).toEqual([['workload outside mesh', 'shop/web'], ['workload outside mesh', 'shop/api']]);
  });

  test.each([[undefined], [AMBIENT]])('names pods on the network of their host (labels %j)', labels => {
    const [line, ...others] = report(shop(OBSERVE, { labels, api: { spec: { hostNetwork: true } } }));

    expect(line).toMatch(/^host network \[shop\/api\] 'shop\/api' runs on the network of its host/);
    expect(others).toEqual([]);
  });

  test('names workloads elsewhere without identity, and those of the namespace that are outside on purpose', () => {
    const made = shop(OBSERVE);
    const old = chartOf(made.app, 'old');
    new ApiObject(old, 'namespace', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'old' } });
    rawDeployment(old, 'batch');

    expect(report(made)).toEqual(["caller outside mesh [old/batch] 'old/batch' is not in the mesh, as its namespace has no label of the mesh for it; if it calls anything here, that is refused; "
      + 'bring its pods into the mesh, let it in by a PlaintextException, from its network to what it calls, or see that it calls nothing']);
  });

  test('names Services and Ingresses for callers from outside', () => {
    const made = shop(OBSERVE);
    rawService(made.chart, 'public', { type: 'NodePort', selector: { app: 'api' } });
    new ApiObject(made.chart, 'ingress', {
      apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'edge' }, spec: { defaultBackend: { service: { name: 'api', port: { number: 80 } } } },
    });

    expect(made.migration.report().map(({ kind, constructPath, message }) => [kind, constructPath, message])).toEqual([
      ['exposed service', 'shop/public-service', expect.stringContaining('is of type NodePort: callers from outside the cluster have no identity, and are refused')],
      ['exposed service', 'shop/ingress', expect.stringContaining("leads to Service 'api': unless its controller is in the mesh, what it sends is refused")],
    ]);
  });

  test('leaves out gateways, which are there for those outside', () => {
    const made = shop(OBSERVE, { api: { annotations: { 'inject.istio.io/templates': 'gateway' }, container: { name: 'istio-proxy' } } });
    rawService(made.chart, 'public', { type: 'LoadBalancer', selector: { app: 'api' } });

    expect(made.migration.report()).toEqual([]);
  });

  test('names accesses for everyone, whose callers in plaintext STRICT refuses', () => {
    const made = shop(PERMISSIVE);
    new ServiceAccess(made.chart, 'public', { callers: [Principal.anyone({ reason: 'r' })], to: Workload.of(made.api), operations: [Operation.get('/a')] });

    expect(report(made)).toEqual(["open access [shop/public] 'shop/public' admits everyone to 'shop/api', also in plaintext, which is refused under STRICT; name its callers, and let those outside the mesh come through a gateway, or in by a PlaintextException"]);
  });

  const PROBED: RawFacets = { annotations: { 'sidecar.istio.io/rewriteAppHTTPProbers': 'false' }, container: { readinessProbe: { httpGet: { path: '/', port: 8080 } } } };

  test.each([
    [undefined, ["probe [shop/api] the readiness probe of container 'api' (http on port 8080) is refused, as the kubelet has no identity in the mesh; remove annotation sidecar.istio.io/rewriteAppHTTPProbers: 'false'"]],
    [AMBIENT, ['nothing that the manifests show']],
  ])('names probes that the kubelet sends itself (labels %j)', (labels, lines) => {
    expect(report(shop(OBSERVE, { labels, api: PROBED }))).toEqual(lines);
  });

  test('names ports that no proxy captures', () => {
    expect(report(shop(PERMISSIVE, { api: { annotations: { 'traffic.sidecar.istio.io/excludeInboundPorts': '8080' } } }))).toEqual([
      expect.stringMatching(/^open port \[shop\/api\] a plaintext connection to port 8080 of 'shop\/api' passes also under STRICT: port 8080 is not captured by the sidecar/),
    ]);
  });

  test('names workloads that a policy of their own keeps open', () => {
    const made = shop(PERMISSIVE);
    new PeerAuthentication(made.chart, 'legacy', { selector: { matchLabels: { app: 'api' } }, mtls: { mode: MutualTlsMode.PERMISSIVE } });

    expect(made.migration.report().map(({ kind, constructPath }) => [kind, constructPath])).toEqual([['open port', 'shop/api']]);
  });

  test('names DestinationRules that turn mutual TLS off, once each', () => {
    const made = shop(OBSERVE);
    new ApiObject(made.chart, 'off', {
      apiVersion: 'networking.istio.io/v1', kind: 'DestinationRule', metadata: { name: 'off' }, spec: { host: 'api.shop.svc.cluster.local', trafficPolicy: { tls: { mode: 'DISABLE' } } },
    });

    expect(report(made)).toEqual(["destination rule [shop/off] what 'shop/web' sends to port 80 of Service 'api' is refused: DestinationRule shop/off sets TLS to DISABLE (and 1 more call); set its TLS to ISTIO_MUTUAL, or take it out"]);
  });

  test('names ports of peers that a headless Service does not', () => {
    const made = shop(OBSERVE, { api: { container: { ports: [{ containerPort: 8080 }, { containerPort: 7000 }] } } });
    rawService(made.chart, 'peers', { clusterIP: 'None', selector: { app: 'api' } });

    expect(report(made)).toEqual(["headless service [shop/api] pods behind headless Service 'peers' that call each other by address at port 7000 send plaintext, which is refused; name the port in the headless Service"]);
  });

  test.each([
    [{ type: 'ExternalName', externalName: 'db.rds.example', selector: undefined }, "leads to 'db.rds.example'"],
    [{ selector: undefined }, 'leads to endpoints that no pods of the app stand for'],
  ])('names Services that lead to databases outside: %j', (spec, leads) => {
    const made = shop(OBSERVE);
    rawService(made.chart, 'db', spec);

    expect(report(made)).toEqual([expect.stringContaining(`external server [shop/db-service] Service 'db' ${leads}: STRICT is about what comes in`)]);
  });

  test('says at which stage each namespace is, and of which one it tells', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const migration = new MtlsMigration(chart, 'migration', { namespaces: [{ name: 'a', stage: OBSERVE }, { name: 'b', stage: STRICT, reached: STRICT }] });
    rawDeployment(chartOf(app, 'a'), 'api', { spec: { hostNetwork: true } });

    expect(migration.describeReport().split('\n').map(line => line.slice(0, 22))).toEqual(['a: observe, next permi', '  host network [a/api]', 'b: strict']);
    expect(migration.report().map(({ namespace, nextStage }) => [namespace, nextStage])).toEqual([['a', PERMISSIVE]]);
  });

  test('is found at synthesis, once for what is of a kind, until it is acknowledged', () => {
    const { app, chart } = shop(PERMISSIVE, { labels: {} });
    Findings.of(chart).acknowledge('ZT115', { reason: 'r' });

    expect(Findings.of(app).all()).toEqual([{
      rule: 'ZT115',
      message: expect.stringMatching(/^before namespace 'shop' is strict: 'shop\/web' is not in the mesh/),
      constructPaths: ['shop/web', 'shop/api'],
      acknowledgedBecause: 'r',
    }]);
  });

  test('is over where a namespace has arrived', () => {
    expect(Findings.of(shop(STRICT).app).all().map(({ rule, message }) => [rule, message])).toEqual([
      ['ZT116', "namespace 'shop' is STRICT, and denies nothing by default; take it out of the migration, and state new ZeroTrustNamespace(…, { name: 'shop' })"],
    ]);
  });

  test('knows what a LegacyDestination says of a Service', () => {
    const made = shop(OBSERVE);
    rawService(made.chart, 'db', { selector: undefined });
    new LegacyDestination(made.chart, 'to-db', { host: 'db.shop.svc.cluster.local', tls: LegacyTls.disable({ reason: 'r' }) });

    expect(made.migration.report()).toEqual([]);
  });
});
