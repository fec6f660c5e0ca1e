import { ApiObject, App, Chart } from 'cdk8s';
import {
  AccessGuardrail, AccessGuardrailProps, DataPlane, Enforcement, GuardrailScope, Operation, PolicySet, PortProtocol, Principal, ServiceAccess, ServiceAccessProps, Waypoint, Workload,
  ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, Manifest, policies, problemsOf, rawDeployment, rawService } from '../support/shop';

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject }

interface Facets { readonly plane?: 'sidecar' | 'ambient' | 'waypoint'; readonly isDeclared?: boolean; readonly labels?: object }

function shop({ plane = 'sidecar', isDeclared = true, labels }: Facets = {}): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const ambient = { dataPlane: DataPlane.AMBIENT, ...plane === 'waypoint' ? { waypoint: Waypoint.create() } : {} };
  if (isDeclared) { new ZeroTrustNamespace(chart, 'baseline', plane === 'sidecar' ? {} : ambient); }
  rawService(chart, 'api');
  return { app, chart, api: rawDeployment(chart, 'api', { labels }) };
}

const WEB = Principal.serviceAccount('shop', 'web');
const { DRY_RUN } = Enforcement;

function access({ chart, api }: Shop, id: string, props: Partial<ServiceAccessProps> = {}): ServiceAccess {
  return new ServiceAccess(chart, id, { callers: [WEB], to: Workload.of(api), operations: [Operation.anyHttp({ ports: [8080] })], ...props });
}

function guardrail({ chart, api }: Shop, props: Partial<AccessGuardrailProps> = {}): void {
  new AccessGuardrail(chart, 'guard', { appliesTo: GuardrailScope.workload(Workload.of(api)), forbiddenCallers: [WEB], enforcement: DRY_RUN, ...props });
}

function madeBy(app: App, construct: string): Manifest[] {
  return policies(app).filter(({ metadata: { annotations } }) => annotations?.['cdk8s-zero-trust/construct'] === construct);
}

function isAllowed(app: App): boolean {
  return PolicySet.fromApp(app).isAuthorized({
    destination: { namespace: 'shop', service: 'api', port: 80 }, source: { principal: 'cluster.local/ns/shop/sa/web' }, http: { method: 'GET', path: '/a' },
  }).isAllowed;
}

describe('A dry run', () => {
  test.each([['sidecar'], ['waypoint']] as const)('of an access is annotated, and lets nobody in (%s)', plane => {
    const made = shop({ plane });
    access(made, 'tried', { enforcement: DRY_RUN });

    expect(madeBy(made.app, 'shop/tried').map(({ metadata }) => metadata.annotations?.['istio.io/dry-run'])).toEqual(['true']);
    expect(isAllowed(made.app)).toBe(false);
  });

  test.each([['sidecar'], ['waypoint']] as const)('of a guardrail is annotated, forbids nothing, and refuses no access (%s)', plane => {
    const made = shop({ plane });
    access(made, 'web');
    guardrail(made);

    const own = madeBy(made.app, 'shop/guard');
    expect(own.map(({ metadata }) => metadata.annotations?.['istio.io/dry-run'])).toEqual(['true']);
    expect(Object.keys(own[0].spec as object)).toContain(plane === 'sidecar' ? 'selector' : 'targetRefs');
    expect(isAllowed(made.app)).toBe(true);
  });

  test('that is enforced after it is another thing', () => {
    const made = shop();
    access(made, 'web', { enforcement: Enforcement.ENFORCE });
    guardrail(made, { enforcement: Enforcement.ENFORCE });

    expect(problemsOf(made.app).join()).toContain("'shop/guard' forbids what this promises");
  });

  test('of an access is refused where nothing else denies', () => {
    const made = shop({ isDeclared: false });
    access(made, 'tried', { enforcement: DRY_RUN });

    expect(problemsOf(made.app)).toEqual(["[shop/tried] enforcement must not be Enforcement.DRY_RUN where nothing is enforced, got that for 'shop/api', to which everybody would pass; "
      + 'declare a ZeroTrustNamespace for its namespace, or enforce the accesses that are known first']);
  });

  test.each<[string, (made: Shop) => void]>([
    ['another access', made => { access(made, 'enforced', { callers: [Principal.serviceAccount('shop', 'other')] }); }],
    ['the mesh', ({ app }) => { new ZeroTrustMesh(chartOf(app, 'mesh'), 'mesh', { defaultDeny: true, publicGateways: [] }); }],
  ])('of an access may stand beside what %s denies', (_, add) => {
    const made = shop({ isDeclared: false });
    add(made);
    access(made, 'tried', { enforcement: DRY_RUN });

    expect(problemsOf(made.app)).toEqual([]);
    expect(isAllowed(made.app)).toBe(false);
  });

  test.each<[string, (made: Shop) => void, boolean]>([
    ['an access to some of the pods', ({ chart }) => {
      const some = Workload.fromPods({ namespace: 'shop', labels: { app: 'api', version: 'v2' }, serviceAccount: 'api', ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });
      new ServiceAccess(chart, 'enforced', { callers: [WEB], to: some, operations: [Operation.anyHttp({ ports: [8080] })] });
    }, false],
    ['an access to the pods of one of two workloads', ({ chart }) => {
      const labels = { app: 'api', version: 'v2' };
      new ServiceAccess(chart, 'enforced', { callers: [WEB], to: Workload.of(rawDeployment(chart, 'v2', { selector: labels })), operations: [Operation.anyHttp({ ports: [8080] })] });
    }, false],
    ['an access to more than the pods', ({ chart }) => {
      const more = Workload.fromPods({ namespace: 'shop', labels: { tier: 'back' }, serviceAccount: 'api', ports: [{ number: 8080, protocol: PortProtocol.HTTP }] });
      new ServiceAccess(chart, 'enforced', { callers: [WEB], to: more, operations: [Operation.anyHttp({ ports: [8080] })] });
    }, true],
  ])('of an access beside %s', (_, add, isDenied) => {
    const made = shop({ isDeclared: false, labels: { tier: 'back' } });
    add(made);
    access(made, 'tried', { enforcement: DRY_RUN });

    const problems = problemsOf(made.app).filter(problem => problem.startsWith('[shop/tried]'));
    expect(problems).toEqual(isDenied ? [] : [expect.stringContaining('[shop/tried] enforcement must not be Enforcement.DRY_RUN where nothing is enforced')]);
  });

  test('does not stand for what is enforced of another one', () => {
    const made = shop({ isDeclared: false });
    access(made, 'tried', { enforcement: DRY_RUN });
    access(made, 'tried-too', { enforcement: DRY_RUN, operations: [Operation.get('/a')] });

    expect(problemsOf(made.app)).toHaveLength(1);
  });

  test.each<[string, (made: Shop) => void]>([
    ['an access', made => { access(made, 'tried', { enforcement: DRY_RUN }); }], ['a guardrail', made => { guardrail(made); }],
  ])('of %s is refused at ztunnel', (_, add) => {
    const made = shop({ plane: 'ambient' });
    add(made);

    expect(problemsOf(made.app).join()).toContain('Enforcement.DRY_RUN says nothing at ztunnel, which is not given it, and ');
  });

  test('is not written as an annotation', () => {
    expect(() => access(shop(), 'tried', { metadata: { annotations: { 'istio.io/dry-run': 'true' } } }))
      .toThrow("must not have 'istio.io/dry-run', under which nothing is enforced; where that is meant, state it by enforcement: Enforcement.DRY_RUN");
  });

  test('is one of two', () => {
    expect(() => access(shop(), 'tried', { enforcement: 'dryRun' as Enforcement })).toThrow("enforcement must be one of 'enforce', 'dry-run', got 'dryRun'; did you mean 'dry-run'?");
    expect(access(shop(), 'tried', { enforcement: DRY_RUN }).describeServiceAccess()).toMatch(/ \(dry run\)$/);
  });
});
