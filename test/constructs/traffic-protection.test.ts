import { ApiObject, App, Chart, Duration, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  ClientTlsMode, DataPlane, Decision, DestinationRule, Findings, LegacyDestination, LegacyTls, Operation, PolicySet, Principal, ServiceAccess, TrafficProtection, TrafficProtectionProps, Waypoint,
  Workload, ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, deployment, Manifest, manifests, problemsOf, rawService } from '../support/shop';

interface Shop {
  readonly app: App;
  readonly shop: Chart;
  readonly web: kplus.Deployment;
  readonly api: kplus.Deployment;
}

/** Workload web, which may call api, in a namespace of the mesh. */
function scene(dataPlane = DataPlane.SIDECAR, waypoint?: Waypoint): Shop {
  const app = testApp();
  new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { asOf: '2026-06-01' });
  const shop = chartOf(app, 'shop');
  new ZeroTrustNamespace(shop, 'baseline', { name: 'shop', dataPlane, ...waypoint ? { waypoint } : {} });
  const [web, api] = [deployment(shop, 'web'), deployment(shop, 'api')];
  new ServiceAccess(shop, 'access', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [dataPlane === DataPlane.SIDECAR || waypoint ? Operation.get('/a') : Operation.anyHttp()] });
  return { app, shop, web, api };
}

const BREAKER = { circuitBreaker: { maxConnections: 100 } };

function protect({ shop, api }: Shop, props: Partial<TrafficProtectionProps> = BREAKER): TrafficProtection {
  return new TrafficProtection(shop, 'protection', { workload: Workload.of(api), ...props });
}

function networking(app: App): Manifest[] { return manifests(app).filter(({ apiVersion }) => apiVersion.startsWith('networking.istio.io/')); }

describe('A TrafficProtection', () => {
  test('limits what clients of all namespaces ask of a Service, and leaves mutual TLS as it is', () => {
    const made = scene();
    const protection = protect(made, {
      circuitBreaker: { maxConnections: 100, maxPendingRequests: 20, maxRetries: 3, connectTimeout: Duration.seconds(2) },
      outlierDetection: { ejectionTime: Duration.minutes(1), maxEjectionPercent: 50 },
    });

    expect(problemsOf(made.app)).toEqual([]);
    expect(networking(made.app)).toEqual([{
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: expect.stringContaining('shop-protection') as string, namespace: 'shop', annotations: { 'cdk8s-zero-trust/construct': 'shop/protection' } },
      spec: {
        host: 'api.shop.svc.cluster.local',
        exportTo: ['*'],
        trafficPolicy: {
          connectionPool: { tcp: { maxConnections: 100, connectTimeout: '2s' }, http: { http1MaxPendingRequests: 20, maxRetries: 3 } },
          outlierDetection: { consecutive5xxErrors: 5, baseEjectionTime: '60s', maxEjectionPercent: 50 },
        },
      },
    }]);
    expect(protection.describeTrafficProtection()).toMatch(/^Deployment shop\/shop-api-\w+: circuit breaker, outlier detection$/);
  });

  test.each<[string, Partial<TrafficProtectionProps>, object]>([
    ['5 errors by default', { outlierDetection: {} }, { consecutive5xxErrors: 5 }],
    ['those of a gateway alone, where only they are stated', { outlierDetection: { consecutiveGatewayErrors: 3 } }, { consecutive5xxErrors: 0, consecutiveGatewayErrors: 3 }],
    ['both', { outlierDetection: { consecutive5xxErrors: 7, consecutiveGatewayErrors: 3 } }, { consecutive5xxErrors: 7, consecutiveGatewayErrors: 3 }],
  ])('ejects a pod after errors in a row: %s', (_, props, outlierDetection) => {
    const made = scene();
    protect(made, props);

    expect(networking(made.app)[0].spec).toEqual(expect.objectContaining({ trafficPolicy: { outlierDetection: { ...outlierDetection, maxEjectionPercent: 50 } } }));
  });

  test('holds at a waypoint', () => {
    const made = scene(DataPlane.AMBIENT, Waypoint.create());
    protect(made);

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('limits requests at a waypoint, of its Service alone', () => {
    const made = scene(DataPlane.AMBIENT, Waypoint.create());
    protect(made, { rateLimit: { requests: 5 } });

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('is of no use to ztunnel', () => {
    const made = scene(DataPlane.AMBIENT);
    protect(made);

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(/^\[shop\/protection\] circuitBreaker and outlierDetection, of which ztunnel knows nothing, can be enforced only by a waypoint, but namespace 'shop' has no waypoint; /)]);
  });

  test('is for one Service, and another one for another', () => {
    const made = scene();
    const { selector } = manifests(made.app).find(({ kind, metadata }) => kind === 'Service' && metadata.name === 'api')!.spec as { selector: object };
    rawService(made.shop, 'api-v2', { selector });
    protect(made);

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(/must be called through one Service, for whose host a DestinationRule is written, got 'api', 'api-v2'; say which is meant/)]);
    made.shop.node.tryRemoveChild('protection');
    for (const name of ['api', 'api-v2']) { new TrafficProtection(made.shop, name === 'api' ? 'one' : 'other', { workload: Workload.of(made.api, { service: name }), ...BREAKER }); }

    expect(problemsOf(made.app)).toEqual([]);
    expect(networking(made.app).map(({ spec }) => (spec as { host: string }).host)).toEqual(['api.shop.svc.cluster.local', 'api-v2.shop.svc.cluster.local']);
  });

  test('limits the requests that policies have let through, and is no change of proxies that nobody looks at', () => {
    const made = scene();
    const protection = protect(made, { rateLimit: { requests: 50, per: Duration.millis(500) } });

    expect(problemsOf(made.app)).toEqual([]);
    const [filter] = networking(made.app);
    expect([filter.apiVersion, filter.kind, filter.metadata.namespace]).toEqual(['networking.istio.io/v1alpha3', 'EnvoyFilter', 'shop']);
    expect(JSON.stringify(filter.spec)).toContain('"token_bucket":{"fill_interval":"0.5s","max_tokens":50,"tokens_per_fill":50}');
    expect(Findings.of(made.app).all()).toEqual([]);
    expect(protection.describeTrafficProtection()).toMatch(/: 50 requests in 0.5 s$/);
  });

  test('is known where its limit comes from elsewhere as well, and any other EnvoyFilter is told of', () => {
    const found = (change: (spec: { configPatches: object[] }) => object) => {
      const [limited, made] = [scene(), scene()];
      protect(limited, { rateLimit: { requests: 50 } });
      const [filter] = networking(limited.app);
      new ApiObject(made.shop, 'filter', { ...filter, ...{ spec: change(JSON.parse(JSON.stringify(filter.spec)) as { configPatches: object[] }) } });
      expect(problemsOf(made.app)).toEqual([]);
      return Findings.of(made.app).all().map(({ rule }) => rule);
    };

    expect(found(spec => spec)).toEqual([]);
    expect(found(({ configPatches: [patch], ...rest }) => ({ ...rest, configPatches: [{ ...patch, patch: { operation: 'INSERT_FIRST' } }] }))).toEqual(['ZT111']);
  });

  test('is said of by the evaluator, which decides as without it', () => {
    const made = scene();
    protect(made, { rateLimit: { requests: 50 }, metadata: { name: 'limit' } });
    const { decision, notes } = PolicySet.fromApp(made.app).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source: Workload.of(made.web).asSource(), http: { path: '/a' } });

    expect(decision).toBe(Decision.ALLOW);
    expect(notes).toEqual([expect.stringMatching(/^EnvoyFilter shop\/limit limits the requests to 'shop\/[\w-]+': those beyond are answered 429, which decides nothing of who may call$/)]);
  });

  test('changes no decision', () => {
    const [plain, made] = [scene(), scene()];
    protect(made, { ...BREAKER, outlierDetection: {}, subsets: { v2: { version: '2' } } });

    const answers = [plain, made].map(({ web }) => [['/a', Workload.of(web).asSource()], ['/b', Workload.of(web).asSource()], ['/a', { serviceAccount: 'shop/other' }]] as const)
      .map((asked, i) => asked.map(([path, source]) => PolicySet.fromApp([plain, made][i].app).isAuthorized({ destination: { namespace: 'shop', service: 'api', port: 80 }, source, http: { path } })));
    const said = answers.map(responses => responses.map(({ decision, reason, notes }) => ({ decision, reason, notes })));
    expect(said[1]).toEqual(said[0]);
    expect(said[1].map(({ decision }) => decision)).toEqual([Decision.ALLOW, Decision.DENY, Decision.DENY]);
  });

  test('is no policy: what it is for is told of as uncovered all the same', () => {
    const app = testApp();
    const shop = chartOf(app, 'shop');
    const [api, db] = [deployment(shop, 'api'), deployment(shop, 'db')];
    new ServiceAccess(shop, 'access', { callers: [Principal.workload(api)], to: Workload.of(db), operations: [Operation.anyHttp()] });
    new TrafficProtection(shop, 'protection', { workload: Workload.of(api), ...BREAKER });

    expect(problemsOf(app)).toEqual([]);
    expect(Findings.of(app).all().filter(({ rule }) => rule === 'ZT107').flatMap(({ constructPaths }) => constructPaths)).toContain('shop/api');
  });
});

describe('A TrafficProtection is refused', () => {
  const anyApi = Workload.fromPods({ namespace: 'shop', labels: { app: 'x' }, serviceAccount: 'x' });

  test.each<[string, Partial<TrafficProtectionProps>, string]>([
    ['without limits', {}, "TrafficProtection must have 'circuitBreaker', 'outlierDetection' or 'rateLimit', got none; "],
    ['with an empty breaker', { circuitBreaker: {} }, 'circuitBreaker must have a limit, got none, '],
    ['with 0, by which Istio means no limit', { circuitBreaker: { maxConnections: 0 } }, "circuitBreaker.maxConnections must be a whole number from 1 to 2147483647, got '0'; "],
    ['with text', { circuitBreaker: { maxRetries: '3' as unknown as number } }, "circuitBreaker.maxRetries must be a whole number from 1 to 2147483647, got '3'; "],
    ['with part of a millisecond', { circuitBreaker: { connectTimeout: Duration.millis(0) } }, "circuitBreaker.connectTimeout must be a Duration from 1 millisecond to 1 hour, got '0 ms'; "],
    ['with a time as text', { outlierDetection: { interval: '1s' as unknown as Duration } }, "outlierDetection.interval must be a Duration from 1 millisecond to 1 hour, got '1s'; "],
    ['with a share that is none', { outlierDetection: { maxEjectionPercent: 101 } }, "outlierDetection.maxEjectionPercent must be a whole number from 1 to 100, got '101'; "],
    ['with errors of a gateway that come too late', { outlierDetection: { consecutive5xxErrors: 5, consecutiveGatewayErrors: 5 } }, 'outlierDetection.consecutiveGatewayErrors must be less than consecutive5xxErrors, 5, '],
    ['with a subset that is all pods', { ...BREAKER, subsets: { v1: {} } }, 'subsets.v1 must have labels, got none, '],
    ['with a limit of nothing', { rateLimit: { requests: 0 } }, "rateLimit.requests must be a whole number from 1 to 4294967295, got '0'; "],
    ['with a burst that takes some of them away', { rateLimit: { requests: 5, burst: 4 } }, 'rateLimit.burst must be at least requests, 5, '],
    ['with a time that Envoy refuses, and its listener with it', { rateLimit: { requests: 5, per: Duration.millis(49) } }, "rateLimit.per must be at least 50 milliseconds, got '49 ms'; "],
    ['with no ports in the list', { rateLimit: { requests: 5, ports: [] } }, 'rateLimit.ports must have at least one entry'],
    ['with subsets of no rule', { rateLimit: { requests: 5 }, subsets: { v1: { a: 'b' } } }, 'subsets must come with circuitBreaker or outlierDetection, '],
    ['with a subset of no name', { ...BREAKER, subsets: { 'V 1': { a: 'b' } } }, 'subsets must be'],
  ])('%s', (_, props, message) => {
    const { shop } = scene();

    expect(() => new TrafficProtection(shop, 'x', { workload: anyApi, ...props })).toThrow(message);
  });

  test('beside a second one with a rule for the Service', () => {
    const made = scene();
    protect(made);
    new TrafficProtection(made.shop, 'again', { workload: Workload.of(made.api), outlierDetection: {} });

    expect(problemsOf(made.app)).toEqual([
      expect.stringMatching(/^\[shop\/protection\] .*'api.shop.svc.cluster.local' must have one TrafficProtection with circuitBreaker or outlierDetection, as the DestinationRule of one hides that of the other, and 'shop\/again' is for it too; state all of it in one/),
    ]);
  });

  test('beside a second limit for its pods, which is none for others', () => {
    const made = scene();
    protect(made, { rateLimit: { requests: 50 } });
    new TrafficProtection(made.shop, 'other', { workload: Workload.of(made.web), rateLimit: { requests: 5 } });
    expect(problemsOf(made.app)).toEqual([]);
    new TrafficProtection(made.shop, 'again', { workload: Workload.of(made.api), rateLimit: { requests: 5 } });

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(/must have one rateLimit, of which the smallest would hold, and 'shop\/again' has one for them too; state it once/)]);
  });

  const host = 'api.shop.svc.cluster.local';
  const pool = { connectionPool: { tcp: { maxConnections: 1 } } };
  const tls = { tls: { mode: ClientTlsMode.ISTIO_MUTUAL } };

  test.each<[string, string, string, object, RegExp | undefined]>([
    ['one for its host', 'shop', host, { ...pool }, /must have one DestinationRule in the app, as one hides the other, and DestinationRule 'shop\/other' at 'x\/other\/Resource' is for it too; leave that out/],
    ['one for its host by a short name', 'shop', 'api', { ...pool }, /must have one DestinationRule in the app/],
    ['one for its host elsewhere', 'pay', host, { ...pool }, /must have one DestinationRule in the app/],
    ['one for many hosts where clients are', 'pay', '*.svc.cluster.local', { ...pool }, /must be called by the DestinationRule of this, and DestinationRule 'pay\/other' at 'x\/other\/Resource', for '\*.svc.cluster.local', hides it from workloads of namespace 'pay'/],
    ['one of the mesh that sets TLS', 'istio-system', '*.local', { ...tls }, /must be called by mutual TLS as before, and DestinationRule 'istio-system\/other' at 'x\/other\/Resource', for '\*.local', sets TLS, which the DestinationRule of this hides/],
    ['one of the mesh that sets TLS at a port', 'istio-system', '*.local', { portLevelSettings: [{ port: { number: 80 }, ...tls }] }, /sets TLS/],
    ['one of its namespace that sets TLS', 'shop', '*.shop.svc.cluster.local', { ...tls }, /sets TLS/],
    ['not one of the mesh that limits only', 'istio-system', '*.local', { ...pool }, undefined],
    ['not one for another host', 'shop', 'web', { ...pool, ...tls }, undefined],
  ])('beside a DestinationRule: %s', (_, namespace, ruleHost, trafficPolicy, problem) => {
    const made = scene();
    protect(made);
    new DestinationRule(new Chart(made.app, 'x', { namespace }), 'other', { host: ruleHost, trafficPolicy, metadata: { name: 'other' } });

    expect(problemsOf(made.app).filter(line => line.startsWith('[shop/protection]'))).toEqual(problem ? [expect.stringMatching(problem)] : []);
  });

  test('beside a LegacyDestination, and that beside it', () => {
    const made = scene();
    protect(made);
    new LegacyDestination(made.shop, 'legacy', { host, tls: LegacyTls.disable({ reason: 'r' }) });

    const problems = problemsOf(made.app);
    expect(problems).toContainEqual(expect.stringMatching(/^\[shop\/protection\] .* LegacyDestination 'shop\/legacy' has one for it too; take circuitBreaker and outlierDetection out here/));
    expect(problems).toContainEqual(expect.stringMatching(/^\[shop\/legacy\] .* TrafficProtection 'shop\/protection' has one for it too; take circuitBreaker and outlierDetection out there/));
  });

  test.each<[string, JsonPatch, boolean]>([
    ['a load balancer', JsonPatch.add('/spec/trafficPolicy/loadBalancer', { simple: 'LEAST_REQUEST' }), false],
    ['a load balancer that takes what is asked for', JsonPatch.add('/spec/trafficPolicy/loadBalancer', { simple: 'PASSTHROUGH' }), true],
    ['a label', JsonPatch.add('/metadata/labels', { team: 'a' }), false],
    ['TLS', JsonPatch.add('/spec/trafficPolicy/tls', { mode: 'DISABLE' }), true],
    ['TLS of a subset', JsonPatch.add('/spec/subsets', [{ name: 'v', labels: { a: 'b' }, trafficPolicy: { tls: { mode: 'DISABLE' } } }]), true],
    ['no limit', JsonPatch.remove('/spec/trafficPolicy/connectionPool'), true],
    ['fewer clients', JsonPatch.replace('/spec/exportTo', ['.']), true],
  ])('where its rule is patched by more than may be: %s', (_, patch, isRefused) => {
    const made = scene();
    const protection = protect(made);
    (protection.node.defaultChild as unknown as { addJsonPatch(patch: JsonPatch): void }).addJsonPatch(patch);

    expect(problemsOf(made.app)).toEqual(isRefused ? [expect.stringContaining('must stay as it was made, got another spec')] : []);
  });
});
