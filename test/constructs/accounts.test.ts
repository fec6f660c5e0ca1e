import { ApiObject, App, Chart } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  DataPlane, JwtIssuer, JwtProtectedApi, JwtProtectedApiProps, Operation, Principal, ServiceAccess, Waypoint, Workload, WorkloadIdentity, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, policies, problemsOf, rawDeployment, rawService, specAt } from '../support/shop';

const GET = [Operation.get('/a')];
const REASON = { reason: 'one chart of a vendor' };

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject; readonly web: ApiObject; readonly batch: ApiObject }

const runsAs = (chart: Chart, name: string, serviceAccountName: string) => rawDeployment(chart, name, { spec: { serviceAccountName } });

/** An api, and two workloads of one service account. */
function shop(): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const api = rawDeployment(chart, 'api');
  rawService(chart, 'api');
  return { app, chart, api, web: runsAs(chart, 'web', 'shared'), batch: runsAs(chart, 'batch', 'shared') };
}

function access({ chart, api }: Shop, callers: Principal[]): void {
  new ServiceAccess(chart, 'access', { callers, to: Workload.of(api), operations: GET });
}

const shared = (prop: string, others = "'shop/batch'", who = 'shop/web') =>
  `${prop} must name who calls, got '${who}', which runs as the service account 'shared', as ${others.includes(',') ? 'do' : 'does'} ${others}; give each a service account of its own, name all of them, `
  + "name the account by itself: Principal.serviceAccount('shop', 'shared'), or say why by Principal.of(Workload.of(…, { allowSharedServiceAccount: { reason: '…' } }))";

describe('A service account of several workloads', () => {
  test.each<[string, (made: Shop) => Principal[], string[]]>([
    ['one of them', ({ web }) => [Principal.workload(web)], [shared('callers')]],
    ['one of them beside somebody else', ({ web }) => [Principal.workload(web), Principal.serviceAccount('front', 'shared')], [shared('callers')]],
    ['one of three', ({ chart, web }) => { runsAs(chart, 'cron', 'shared'); return [Principal.workload(web)]; }, [shared('callers', "'shop/batch', 'shop/cron'")]],
    ['two of three', ({ chart, web, batch }) => { runsAs(chart, 'cron', 'shared'); return [Principal.workload(web), Principal.workload(batch)]; },
      [shared('callers', "'shop/cron'"), shared('callers', "'shop/cron'", 'shop/batch')]],
    ['other pods of that account', () => [Principal.of(Workload.fromPods({ namespace: 'shop', labels: { app: 'x' }, serviceAccount: 'shared' }))],
      [shared('callers', "'shop/web', 'shop/batch'", 'shop/shared')]],
  ])('is refused for %s', (_, callers, problems) => {
    const made = shop();
    access(made, callers(made));

    expect(problemsOf(made.app)).toEqual(problems.map(problem => `[shop/access] ${problem}`));
  });

  test.each<[string, (made: Shop) => Principal[]]>([
    ['all of them', ({ web, batch }) => [Principal.workload(web), Principal.workload(batch)]],
    ['the account by itself', () => [Principal.serviceAccount('shop', 'shared')]],
    ['one of them beside the account', ({ web }) => [Principal.workload(web), Principal.serviceAccount('shop', 'shared')]],
    ['one of them beside the namespace', ({ web }) => [Principal.workload(web), Principal.namespace('shop', REASON)]],
    ['one of them and the others as pods', ({ web }) => [Principal.workload(web), Principal.of(Workload.fromPods({ namespace: 'shop', labels: { app: 'batch' }, serviceAccount: 'shared' }))]],
    ['a workload of an account that another namespace has', ({ app }) => [Principal.workload(runsAs(chartOf(app, 'front'), 'web', 'shared'))]],
    ['the only workload of an account', ({ chart }) => [Principal.workload(rawDeployment(chart, 'ops'))]],
  ])('is right for %s', (_, callers) => {
    const made = shop();
    access(made, callers(made));

    expect(problemsOf(made.app)).toEqual([]);
  });

  test.each<[string, (made: Shop) => Workload]>([
    ['a workload of the app', ({ web }) => Workload.of(web, { allowSharedServiceAccount: REASON })],
    ['pods that are described', () => Workload.fromPods({ namespace: 'shop', labels: { app: 'x' }, serviceAccount: 'shared', allowSharedServiceAccount: REASON })],
  ])('may be shared for a reason, which stays visible: %s', (_, workload) => {
    const made = shop();
    access(made, [Principal.of(workload(made))]);

    expect(problemsOf(made.app)).toEqual([]);
    expect(policies(made.app)[0].metadata.annotations).toEqual({ 'cdk8s-zero-trust/construct': 'shop/access', 'cdk8s-zero-trust/reason': 'one chart of a vendor' });
  });

  test('must be shared for a reason that says something', () => {
    expect(() => Workload.of(shop().web, { allowSharedServiceAccount: { reason: ' ' } })).toThrow(
      new Error("allowSharedServiceAccount is wider than least privilege and must have a reason, got ' '; say why by a reason, as in { reason: '…' }, which stays visible in the output"));
  });

  test('is not asked for a second reason where it is the default', () => {
    const made = shop();
    runsAs(made.chart, 'x', 'default');
    access(made, [Principal.of(Workload.of(runsAs(made.chart, 'y', 'default'), { allowDefaultServiceAccount: REASON }))]);

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('is found where a WorkloadIdentity gives it, and where cdk8s-plus does', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const api = rawDeployment(chart, 'api');
    rawService(chart, 'api');
    const jobs = new kplus.Deployment(chart, 'jobs', { containers: [{ image: 'i' }] });
    new WorkloadIdentity(chart, 'identity', { workload: Workload.of(jobs), metadata: { name: 'shared' } });
    new kplus.CronJob(chart, 'cron', {
      schedule: { expressionString: '@daily' } as never, containers: [{ image: 'i' }], serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, 'account', 'shared'),
    });
    new ServiceAccess(chart, 'access', { callers: [Principal.workload(jobs)], to: Workload.of(api), operations: GET });

    expect(problemsOf(app)).toEqual([`[shop/access] ${shared('callers', "'shop/cron'", 'shop/jobs')}`]);
  });

  const jwt = ({ chart, api }: Shop, props: Partial<JwtProtectedApiProps>) => new JwtProtectedApi(chart, 'made', {
    workload: Workload.of(api), issuers: [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] })], rules: [{ operations: GET, anyToken: true }], ...props,
  });
  test.each<[string, (made: Shop, callers: Principal[]) => unknown]>([
    ['callers', (made, callers) => jwt(made, { callers })],
    ['publicCallers', (made, callers) => jwt(made, { publicOperations: GET, publicCallers: callers, rules: [{ operations: [Operation.get('/b')], anyToken: true }] })],
    ['rules[0].callers', (made, callers) => jwt(made, { rules: [{ operations: GET, callers }] })],
    ['exemptCallers', (made, callers) => jwt(made, { exemptCallers: callers })],
    ['corsPreflight.callers', (made, callers) => jwt(made, { corsPreflight: { origins: ['https://a.example'], callers } })],
    ['metricsReaders', ({ chart }, callers) => new ZeroTrustNamespace(chart, 'made', { name: 'shop', metricsReaders: callers })],
  ])('is refused in %s', (prop, make) => {
    const made = shop();
    make(made, [Principal.workload(made.web)]);

    expect(problemsOf(made.app)).toEqual([`[shop/made] ${shared(prop)}`]);
  });
});

describe('The service account of a waypoint', () => {
  function behind(waypoint: Waypoint): Omit<Shop, 'batch'> & { readonly baseline: ZeroTrustNamespace } {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const baseline = new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint });
    const [api, web] = ['api', 'web'].map(name => { rawService(chart, name); return rawDeployment(chart, name); });
    return { app, chart, api, web, baseline };
  }
  const create = () => behind(Waypoint.create({ name: 'wp' }));
  const gateway = (chart: Chart, annotations: { [name: string]: string }) => new ApiObject(chart, 'wp', {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'wp', annotations },
    ...{ spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] } },
  });
  const alone = (account: string, who: string) => `the service account '${account}' must be that of waypoint 'shop/wp' alone, which every pod behind it admits to all it serves, `
    + `but ${who} as it too; give ${who.endsWith('runs') ? 'it another' : 'them others'}, or the waypoint another name`;
  const named = (prop: string, account: string) => `${prop} must not be the service account of a waypoint, got 'shop/${account}', that of 'shop/wp', as which whatever goes through it arrives; name who calls through it`;

  test('is admitted to the pods by the name of the Gateway, or by what its annotation says', () => {
    const admitted = ({ app }: { app: App }) => JSON.stringify(specAt(app, 'shop/baseline/waypoint-only'));
    expect(admitted(create())).toContain('"cluster.local/ns/shop/sa/wp"');
    expect(admitted(behind(Waypoint.existing('shop', 'wp')))).toContain('"cluster.local/ns/shop/sa/wp"');

    const existing = behind(Waypoint.existing('shop', 'wp'));
    gateway(existing.chart, { 'gateway.istio.io/service-account': 'custom' });
    new ServiceAccess(existing.chart, 'access', { callers: [Principal.workload(existing.web)], to: Workload.of(existing.api), operations: GET });
    expect(problemsOf(existing.app)).toEqual([]);
    expect(admitted(existing)).toContain('"cluster.local/ns/shop/sa/custom"');

    const made = create();
    (made.baseline.node.findChild('waypoint') as ApiObject).metadata.addAnnotation('gateway.istio.io/service-account', 'custom');
    expect(admitted(made)).toContain('"cluster.local/ns/shop/sa/custom"');
  });

  test('is no workload’s', () => {
    const one = create();
    runsAs(one.chart, 'db', 'wp');
    expect(problemsOf(one.app)).toEqual([`[shop/baseline] ${alone('wp', "'shop/db' runs")}`]);

    const two = behind(Waypoint.existing('shop', 'wp'));
    gateway(two.chart, { 'gateway.istio.io/service-account': 'custom' });
    runsAs(two.chart, 'db', 'custom');
    runsAs(two.chart, 'cache', 'custom');
    expect(problemsOf(two.app)).toEqual([`[shop/baseline] ${alone('custom', "'shop/db', 'shop/cache' run")}`]);
  });

  test('may be that of pods that are the waypoint, and of the same name elsewhere', () => {
    const { app, chart } = create();
    rawDeployment(chart, 'own', {
      labels: { 'gateway.networking.k8s.io/gateway-name': 'wp' },
      container: { name: 'istio-proxy', args: ['proxy', 'waypoint'], ports: [] },
      spec: { serviceAccountName: 'wp' },
    });
    runsAs(chartOf(app, 'elsewhere'), 'wp', 'wp');

    expect(problemsOf(app).filter(problem => problem.includes('alone'))).toEqual([]);
  });

  test('is not that of pods that have but the label of the waypoint, nor of another Gateway', () => {
    const labelled = create();
    rawDeployment(labelled.chart, 'own', { labels: { 'gateway.networking.k8s.io/gateway-name': 'wp' }, spec: { serviceAccountName: 'wp' } });
    expect(problemsOf(labelled.app)).toEqual([`[shop/baseline] ${alone('wp', "'shop/own' runs")}`]);

    const second = create();
    new ApiObject(second.chart, 'other', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'Gateway',
      metadata: { name: 'other', annotations: { 'gateway.istio.io/service-account': 'wp' } },
      ...{ spec: { gatewayClassName: 'istio-waypoint', listeners: [{ name: 'mesh', port: 15008, protocol: 'HBONE' }] } },
    });
    expect(problemsOf(second.app)).toEqual([`[shop/baseline] ${alone('wp', "'shop/other' runs")}`]);
  });

  test('is no caller', () => {
    const account = create();
    access(account as unknown as Shop, [Principal.serviceAccount('shop', 'wp')]);
    expect(problemsOf(account.app)).toEqual([`[shop/access] ${named('callers', 'wp')}`]);

    const pods = create();
    access(pods as unknown as Shop, [Principal.of(Workload.fromPods({ namespace: 'shop', labels: { app: 'x' }, serviceAccount: 'wp' }))]);
    expect(problemsOf(pods.app)).toEqual([`[shop/access] ${named('callers', 'wp')}`]);

    const other = create();
    access(other as unknown as Shop, [Principal.serviceAccount('elsewhere', 'wp')]);
    expect(problemsOf(other.app)).toEqual([]);
  });

  test('is told once where a workload of the app runs as it', () => {
    const made = create();
    access(made as unknown as Shop, [Principal.workload(runsAs(made.chart, 'db', 'wp'))]);

    expect(problemsOf(made.app)).toEqual([`[shop/baseline] ${alone('wp', "'shop/db' runs")}`]);
  });
});
