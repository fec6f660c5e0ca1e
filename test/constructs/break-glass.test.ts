import { ApiObject, App, Chart } from 'cdk8s';
import {
  AccessGuardrail, AccessGuardrailProps, BreakGlass, BreakGlassProps, DataPlane, Enforcement, GuardrailScope, Operation, PolicySet, Principal, ServiceAccess, Waypoint, Workload,
  ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { Construct } from 'constructs';
import { testApp } from '../support/app';
import { chartOf, manifests, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly mesh: ZeroTrustMesh; readonly chart: Chart; readonly api: ApiObject }

/** A shop in which web may read api. */
function shop({ ambient = false, asOf = '2026-12-01' }: { readonly ambient?: boolean; readonly asOf?: string | null } = {}): Shop {
  const app = testApp();
  const mesh = new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', asOf === null ? {} : { asOf });
  const chart = chartOf(app, 'shop');
  new ZeroTrustNamespace(chart, 'baseline', ambient ? { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create() } : {});
  const [web, api] = ['web', 'api'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
  new ServiceAccess(chart, 'web-to-api', { callers: [Principal.workload(web)], to: Workload.of(api), operations: [Operation.get('/a')] });
  return { app, mesh, chart, api };
}

const OPS = Principal.serviceAccount('ops', 'breakglass');

function breakGlass({ chart, api }: Shop, props: Partial<BreakGlassProps> = {}): BreakGlass {
  return new BreakGlass(chart, 'inc-1', {
    callers: [OPS], to: Workload.of(api), operations: [Operation.http({ methods: ['POST'], paths: ['/restore'] })], until: '2026-12-31', ticket: 'INC-1', reason: 'restore', ...props,
  });
}

function decided(app: App, principal: string, path: string): { readonly allowed: boolean; readonly audited: number } {
  const response = PolicySet.fromApp(app).isAuthorized({
    destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: `cluster.local/ns/${principal}` }, http: { method: 'POST', path },
  });
  return { allowed: response.isAllowed, audited: response.auditingPolicies.length };
}

describe('Breaking the glass', () => {
  test('allows, audits, and logs, by the same rules, and says for what and until when', () => {
    const made = shop();
    breakGlass(made);

    const own = manifests(made.app).filter(({ metadata: { annotations } }) => annotations?.['cdk8s-zero-trust/construct']?.startsWith('shop/inc-1'));
    const rules = [{ from: [{ source: { principals: ['cluster.local/ns/ops/sa/breakglass'] } }], to: [{ operation: { methods: ['POST'], paths: ['/restore'], ports: ['8080'] } }] }];
    const selector = { matchLabels: { app: 'api' } };
    expect(own.map(({ kind, spec }) => [kind, spec])).toEqual([
      ['AuthorizationPolicy', { selector, rules }],
      ['AuthorizationPolicy', { selector, action: 'AUDIT', rules }],
      ['Telemetry', { selector, accessLogging: [expect.objectContaining({ providers: [{ name: 'zero-trust-audit' }] })] }],
    ]);
    expect(own[0].metadata.annotations).toEqual({
      'cdk8s-zero-trust/construct': 'shop/inc-1/access', 'cdk8s-zero-trust/break-glass': 'INC-1: restore', 'cdk8s-zero-trust/until': '2026-12-31',
    });
  });

  test.each([[false], [true]])('lets in whom it names, seen, and nobody else (ambient: %s)', ambient => {
    const made = shop({ ambient });
    breakGlass(made);

    expect(decided(made.app, 'ops/sa/breakglass', '/restore')).toEqual({ allowed: true, audited: 1 });
    expect(decided(made.app, 'ops/sa/breakglass', '/other')).toEqual({ allowed: false, audited: 0 });
    expect(decided(made.app, 'ops/sa/other', '/restore')).toEqual({ allowed: false, audited: 0 });
  });

  describe('by an account', () => {
    const used = (how: string) => [`[shop/inc-1] callers must be accounts that are used for nothing else, got 'shop/tools', ${how}; name one that nothing runs as all the time, and nothing else lets in`];
    const TOOLS = Principal.serviceAccount('shop', 'tools', { reason: 'made by hand' });
    const run = (kind: string, suspend?: boolean) => ({ chart }: Shop) => {
      const pod = { metadata: { labels: { app: 'tools' } }, spec: { serviceAccountName: 'tools', containers: [{ name: 'tools', image: 'i' }] } };
      const spec = kind === 'Job' ? { template: pod } : kind === 'CronJob' ? { schedule: '@daily', suspend, jobTemplate: { spec: { template: pod } } } : { selector: { matchLabels: { app: 'tools' } }, template: pod };
      new ApiObject(chart, 'tools', { apiVersion: kind === 'Deployment' ? 'apps/v1' : 'batch/v1', kind, metadata: { name: 'tools' }, ...{ spec } });
    };
    const access = (enforcement: Enforcement = Enforcement.ENFORCE) => ({ chart, api }: Shop) => {
      new ServiceAccess(chart, 'daily', { callers: [TOOLS], to: Workload.of(api), operations: [Operation.get('/a')], enforcement });
    };

    test.each<[string, (made: Shop) => unknown, string | undefined]>([
      ['that nothing else is stated for', () => undefined, undefined],
      ['of another emergency', ({ chart, api }) => new BreakGlass(chart, 'inc-2', {
        callers: [TOOLS], to: Workload.of(api), operations: [Operation.get('/b')], until: '2026-12-31', ticket: 'INC-2', reason: 'restore',
      }), undefined],
      ['as which a Job runs', run('Job'), undefined],
      ['as which a CronJob runs that is started by hand', run('CronJob', true), undefined],
      ['as which a CronJob runs', run('CronJob'), "as which 'shop/tools' runs all the time"],
      ['that is tried out for something else', access(Enforcement.DRY_RUN), undefined],
      ['that is let in every day', access(), "whom 'shop/daily' lets in every day"],
      ['as which a workload runs', run('Deployment'), "as which 'shop/tools' runs all the time"],
      ['of both', made => { run('Deployment')(made); access()(made); }, "as which 'shop/tools' runs all the time, and whom 'shop/daily' lets in every day"],
      ['that reads metrics', ({ app }) => { new ZeroTrustNamespace(chartOf(app, 'more'), 'baseline', { metricsReaders: [TOOLS] }); }, "whom 'more/baseline' lets in every day"],
      ['that somebody else of another mesh has', ({ chart, api }) => {
        new ServiceAccess(chart, 'daily', { callers: [Principal.serviceAccount('shop', 'tools', { trustDomain: 'west' })], to: Workload.of(api), operations: [Operation.get('/a')] });
      }, undefined],
    ])('%s', (_, add, how) => {
      const made = shop();
      breakGlass(made, { callers: [TOOLS] });
      add(made);

      expect(problemsOf(made.app)).toEqual(how === undefined ? [] : used(how));
    });
  });

  test.each([['2027-12-03', true], ['2027-12-02', false], ['2099-12-31', true]])('for a year at most: until %s', (until, isRefused) => {
    const made = shop({ asOf: '2026-12-01' });
    breakGlass(made, { until });

    expect(problemsOf(made.app)).toEqual(isRefused ? [`[shop/inc-1] until must be within 366 days of '2026-12-01', got '${until}'; state a day within weeks, and a new one after a review, or state for good what lasts: new ServiceAccess(…)`] : []);
  });

  test.each<[string, string | null, string | undefined]>([
    ['before its last day', '2026-12-30', undefined],
    ['on its last day', '2026-12-31', undefined],
    ['after it', '2027-01-01', "[shop/inc-1] until was '2026-12-31', which is past on '2027-01-01'; take it out, or state a new day after a review"],
    ['on no day', null, "[shop/inc-1] asOf of a ZeroTrustMesh must say by which day until, '2026-12-31', is judged"],
  ])('ends: %s', (_, asOf, problem) => {
    const made = shop({ asOf });
    breakGlass(made);

    const problems = problemsOf(made.app).join();
    if (problem === undefined) { expect(problems).toBe(''); } else { expect(problems).toContain(problem); }
  });

  const guardrail = ({ chart, api }: Shop, props: Partial<AccessGuardrailProps>) =>
    new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.workload(Workload.of(api)), ...props });
  const WEB = [Principal.serviceAccount('shop', 'web')];
  const FORBIDDEN = [Principal.namespace('ops', { reason: 'people' })];

  test.each<[string, Partial<AccessGuardrailProps>]>([
    ['only others may call', { onlyCallers: WEB }], ['its callers may not call', { forbiddenCallers: FORBIDDEN }],
  ])('is refused where %s, and both are named', (_, props) => {
    const made = shop();
    breakGlass(made);
    guardrail(made, props);

    expect(problemsOf(made.app)).toEqual([expect.stringMatching(
      /^\[shop\/inc-1\/access\] 'shop\/guard' forbids what this promises: POST \/restore on port 8080 of 'shop\/api' from ops\/breakglass; name the BreakGlass in exceptFor of the guardrail, or take it out$/,
    )]);
  });

  test.each<[string, Partial<AccessGuardrailProps>, boolean]>([
    ['only others may call', { onlyCallers: WEB }, false], ['its callers may not call', { forbiddenCallers: FORBIDDEN }, false],
    ['only others may call at a waypoint', { onlyCallers: WEB }, true], ['its callers may not call at a waypoint', { forbiddenCallers: FORBIDDEN }, true],
  ])('passes where %s, if the guardrail names it', (_, props, ambient) => {
    const made = shop({ ambient });
    guardrail(made, { ...props, exceptFor: [breakGlass(made)] });

    expect(problemsOf(made.app)).toEqual([]);
    expect(decided(made.app, 'ops/sa/breakglass', '/restore').allowed).toBe(true);
    expect(decided(made.app, 'ops/sa/other', '/restore').allowed).toBe(false);
  });

  test.each<[string, (made: Shop, glass: BreakGlass) => void, string]>([
    ['taken out of the app', ({ chart }) => { chart.node.tryRemoveChild('inc-1'); }, 'taken out of the app; leave it out'],
    ['for another workload', ({ chart }) => { rawService(chart, 'db'); }, "for 'shop/api'; leave it out, or break the glass for what this guards"],
  ])('is no exception where it is %s', (what, change, got) => {
    const made = shop();
    const glass = breakGlass(made);
    change(made, glass);
    const guarded = what === 'for another workload' ? rawDeployment(made.chart, 'db') : made.api;
    guardrail(made, { appliesTo: GuardrailScope.workload(Workload.of(guarded)), onlyCallers: WEB, exceptFor: [glass] });

    expect(problemsOf(made.app)).toEqual([`[shop/guard] exceptFor[0] must be a BreakGlass that is in force where this guardrail is, got 'shop/inc-1', which is ${got}`]);
  });

  test('is no exception of another namespace, but one of the whole mesh', () => {
    const made = shop();
    const glass = breakGlass(made);
    new ZeroTrustNamespace(chartOf(made.app, 'other'), 'baseline', {});
    guardrail(made, { appliesTo: GuardrailScope.namespace('other'), onlyCallers: WEB, exceptFor: [glass] });
    new AccessGuardrail(made.chart, 'mesh-guard', { appliesTo: GuardrailScope.mesh(made.mesh), forbiddenCallers: FORBIDDEN, exceptFor: [glass] });

    expect(problemsOf(made.app)).toEqual([expect.stringContaining("[shop/guard] exceptFor[0] must be a BreakGlass that is in force where this guardrail is, got 'shop/inc-1', which is for 'shop/api'; ")]);
  });

  test.each<[string, (made: Shop) => Shop, string]>([
    ['another App', () => shop(), 'of another App'],
    ['another cluster', ({ app }) => {
      const west = new Construct(app, 'west');
      new ZeroTrustMesh(new Chart(west, 'mesh'), 'mesh', { appliesTo: west, asOf: '2026-12-01' });
      const chart = new Chart(west, 'shop', { namespace: 'shop' });
      new ZeroTrustNamespace(chart, 'baseline', {});
      rawService(chart, 'api');
      return { ...shop(), app, chart, api: rawDeployment(chart, 'api') };
    }, "of another cluster, 'west'"],
  ])('is no exception of %s', (_, other, got) => {
    const made = shop();
    guardrail(made, { onlyCallers: WEB, exceptFor: [breakGlass(other(made))] });

    expect(problemsOf(made.app)).toEqual([expect.stringContaining('[shop/guard] exceptFor[0] must be a BreakGlass that is in force where this guardrail is, got \'')]);
    expect(problemsOf(made.app)[0]).toContain(`which is ${got}; leave it out`);
  });

  test('is an exception for those whom it names only', () => {
    const made = shop();
    guardrail(made, { forbiddenCallers: FORBIDDEN, exceptFor: [breakGlass(made)] });
    new ServiceAccess(made.chart, 'other', { callers: [Principal.serviceAccount('ops', 'other')], to: Workload.of(made.api), operations: [Operation.get('/b')] });

    expect(problemsOf(made.app).join()).toContain("'shop/guard' forbids what this promises: GET /b on port 8080 of 'shop/api' from ops/other");
  });

  test('is no exception to what may be called', () => {
    const made = shop();
    const exceptFor = [breakGlass(made)];

    expect(() => guardrail(made, { onlyOperations: [Operation.get('/a')], exceptFor }))
      .toThrow('exceptFor must come with onlyCallers or forbiddenCallers, got onlyOperations, which is for everybody; leave it out');
  });

  test.each<[string, Partial<BreakGlassProps>, string]>([
    ['nobody', { callers: [] }, 'callers must have at least one'],
    ['everyone', { callers: [Principal.anyone({ reason: 'r' })] }, "callers must be service accounts, got 'anyone'"],
    ['everyone of the mesh', { callers: [Principal.anyAuthenticated({ reason: 'r' })] }, "callers must be service accounts, got 'any authenticated peer'"],
    ['a namespace', { callers: [OPS, Principal.namespace('ops', { reason: 'r' })] }, "callers must be service accounts, got 'ops/*'"],
    ['no day', { until: '' }, "until must be a day such as '2026-12-31', got ''"],
    ['a day that there is not', { until: '2026-02-30' }, "until must be a day such as '2026-12-31', got '2026-02-30'"],
    ['no ticket', { ticket: ' ' }, 'ticket must'],
    ['no reason', { reason: '' }, 'BreakGlass is wider than least privilege and must have a reason'],
    ['no operations', { operations: [] }, 'operations must have at least one'],
  ])('is refused where it stands, for %s', (_, props, message) => {
    const made = shop();
    expect(() => breakGlass(made, props)).toThrow(message);
  });

  test('is told in words', () => {
    expect(breakGlass(shop()).describeBreakGlass()).toBe('ops/breakglass may call Deployment shop/api: POST /restore, until 2026-12-31');
  });
});
