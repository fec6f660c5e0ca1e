import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import {
  DataPlane, JwtIssuer, JwtProtectedApi, MutualTlsMode, Operation, PeerAuthentication, Principal, PublicGateway, ServiceAccess, Waypoint, Workload, WorkloadOptions,
  ZeroTrustMesh, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const WEB = [Principal.serviceAccount('front', 'web')];
const GET = [Operation.get('/a')];
const ISSUERS = [JwtIssuer.of({ issuer: 'https://i.example', audiences: ['api'] })];

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject }

/** A namespace with an api and its Service. */
function shop(waypoint = false): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  if (waypoint) { new ZeroTrustNamespace(chart, 'baseline', { name: 'shop', dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp' }) }); }
  const api = rawDeployment(chart, 'api');
  rawService(chart, 'api');
  return { app, chart, api };
}

function access(chart: Chart, to: Workload, id = 'access', props: object = {}): ServiceAccess {
  return new ServiceAccess(chart, id, { callers: WEB, to, operations: GET, ...props });
}

const alike = (chart: Chart, name: string) => rawDeployment(chart, name, { selector: { app: 'api', role: name } });

function workload(chart: Chart, kind: string, apiVersion: string, labels: object): ApiObject {
  const template = { metadata: { labels }, spec: { serviceAccountName: 'job', containers: [{ name: 'c', image: 'i' }] } };
  const spec = kind === 'CronJob' ? { schedule: '@daily', jobTemplate: { spec: { template } } } : { template };
  return new ApiObject(chart, 'other', { apiVersion, kind, metadata: { name: 'other' }, spec });
}

const selected = (others: string, labels = "app: 'api'", target = 'shop/api', cure = `give the pods and the selector of '${target}' a label of their own`) =>
  `policies for '${target}' select pods by ${labels}, and so also those of ${others}, for which not the same is stated; `
  + `${cure}, or say that they are meant by Workload.of(…, { alsoCovers: [Workload.of(…)] })`;
const led = (others: string) =>
  `policies for 'shop/api' are for what goes through Service 'api', which also leads to ${others}, for which not the same is stated; `
  + 'give each a Service of its own, or say that they are meant by Workload.of(…, { alsoCovers: [Workload.of(…)] })';

describe('Labels that select other workloads too', () => {
  test.each<[string, (made: Shop) => unknown, string]>([
    ['a Deployment', ({ chart }) => alike(chart, 'admin'), "'shop/admin'"],
    ['two of them', ({ chart }) => [alike(chart, 'admin'), alike(chart, 'jobs')], "'shop/admin', 'shop/jobs'"],
    ['a Job', ({ chart }) => workload(chart, 'Job', 'batch/v1', { app: 'api', job: 'migrate' }), "'shop/other'"],
    ['a CronJob', ({ chart }) => workload(chart, 'CronJob', 'batch/v1', { app: 'api' }), "'shop/other'"],
    ['a ReplicaSet', ({ chart }) => workload(chart, 'ReplicaSet', 'apps/v1', { app: 'api' }), "'shop/other'"],
    ['a Pod', ({ chart }) => new ApiObject(chart, 'pod', { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { app: 'api' } }, spec: { containers: [] } }), "'shop/pod'"],
    ['one of another chart', ({ app }) => alike(new Chart(app, 'more', { namespace: 'shop' }), 'admin'), "'more/admin'"],
    ['one that gets the label late', ({ chart }) => rawDeployment(chart, 'late').addJsonPatch(JsonPatch.add('/spec/template/metadata/labels/app', 'api')), "'shop/late'"],
    ['more than anyone wants to read', ({ chart }) => [...'abcdefg'].map(name => alike(chart, name)), "'shop/a', 'shop/b', 'shop/c', 'shop/d', 'shop/e' and 2 more"],
  ])('are refused: %s', (_, add, others) => {
    const made = shop();
    add(made);
    access(made.chart, Workload.of(made.api));

    expect(problemsOf(made.app)).toEqual([`[shop/access] ${selected(others)}`]);
  });

  test.each<[string, (made: Shop) => unknown]>([
    ['of another namespace', ({ app }) => alike(chartOf(app, 'elsewhere'), 'admin')],
    ['with another value', ({ chart }) => rawDeployment(chart, 'admin', { selector: { app: 'admin', role: 'api' } })],
    ['without pods', ({ chart }) => new ApiObject(chart, 'none', { apiVersion: 'apps/v1', kind: 'Deployment' })],
  ])('are none %s', (_, add) => {
    const made = shop();
    add(made);
    access(made.chart, Workload.of(made.api));

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('are those with all of the labels, in whatever order', () => {
    const { app, chart } = shop();
    const both = rawDeployment(chart, 'both', { selector: { app: 'x', tier: 'back' } });
    rawDeployment(chart, 'same-app', { selector: { app: 'x', tier: 'front' } });
    rawDeployment(chart, 'same-tier', { selector: { app: 'y', tier: 'back' } });
    access(chart, Workload.of(both, { ports: [{ number: 5432 }] }), 'access', { operations: [Operation.tcp(5432)] });
    expect(problemsOf(app)).toEqual([]);

    rawDeployment(chart, 'more', { selector: { role: 'z', tier: 'back', app: 'x' } });
    expect(problemsOf(app)).toEqual([`[shop/access] ${selected("'shop/more'", "app: 'x', tier: 'back'", 'shop/both')}`]);
  });

  test('are found where a workload of cdk8s-plus selects by labels of others', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    const made = (name: string, select: boolean) => new kplus.Deployment(chart, name, {
      select,
      podMetadata: { labels: { team: 't' } },
      containers: [{ image: name, portNumber: 8080 }],
      serviceAccount: kplus.ServiceAccount.fromServiceAccountName(chart, `${name}-account`, name),
    });
    const [one, two] = [made('one', false), made('two', true)];
    one.select(kplus.LabelSelector.of({ labels: { team: 't' } }));
    access(chart, Workload.of(one, { ports: [{ number: 8080 }] }), 'wide', { operations: [Operation.tcp(8080)] });
    access(chart, Workload.of(two, { ports: [{ number: 8080 }] }), 'narrow', { operations: [Operation.tcp(8080)], callers: [Principal.serviceAccount('front', 'ops')] });

    expect(problemsOf(app)).toEqual([`[shop/wide] ${selected("'shop/two'", "team: 't'", 'shop/one')}`]);
  });

  test('are found where pods that something else makes are described by labels of the app', () => {
    const { app, chart } = shop();
    access(chart, Workload.fromPods({ namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'other', ports: [{ number: 5432 }] }), 'pods', { operations: [Operation.tcp(5432)] });

    expect(problemsOf(app)).toEqual([`[shop/pods] ${selected("'shop/api'", "app: 'api'", 'shop/other', 'name labels that no others carry, or write Workload.of for a workload of the app')}`]);
  });

  test('are told of a JwtProtectedApi, too', () => {
    const { app, chart, api } = shop();
    alike(chart, 'admin');
    new JwtProtectedApi(chart, 'jwt', { workload: Workload.of(api), issuers: ISSUERS, rules: [{ anyToken: true, operations: GET }] });

    expect(problemsOf(app)).toEqual([`[shop/jwt] ${selected("'shop/admin'")}`]);
  });

  test('cannot be told of a workload whose namespace is changed after it was made', () => {
    const { app, chart, api } = shop();
    alike(chartOf(app, 'elsewhere'), 'admin').addJsonPatch(JsonPatch.replace('/metadata/namespace', 'shop'));
    access(chart, Workload.of(api));

    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/access\] the namespace of 'elsewhere\/admin' \(Deployment\) is changed to 'shop' by a JSON patch/)]);
  });
});

describe('Other workloads that are meant', () => {
  const also = (...others: ApiObject[]): WorkloadOptions => ({ alsoCovers: others.map(other => Workload.of(other)) });

  test('are named by alsoCovers, all of them', () => {
    const all = shop();
    const [admin, jobs] = [alike(all.chart, 'admin'), alike(all.chart, 'jobs')];
    access(all.chart, Workload.of(all.api, also(admin, jobs)));
    expect(problemsOf(all.app)).toEqual([]);

    const some = shop();
    const first = alike(some.chart, 'admin');
    alike(some.chart, 'jobs');
    access(some.chart, Workload.of(some.api, also(first)));
    expect(problemsOf(some.app)).toEqual([`[shop/access] ${selected("'shop/jobs'")}`]);
  });

  test('may be those that pods which are described stand for', () => {
    const { app, chart, api } = shop();
    const pods = Workload.fromPods({ namespace: 'shop', labels: { app: 'api' }, serviceAccount: 'other', ports: [{ number: 5432 }], ...also(api) });
    access(chart, pods, 'pods', { operations: [Operation.tcp(5432)] });

    expect(problemsOf(app)).toEqual([]);
  });

  test('let in at one another what is stated for one, also where other policies are near', () => {
    const { app, chart, api } = shop();
    const admin = alike(chart, 'admin');
    access(chart, Workload.of(api, also(admin)), 'wide', { operations: [Operation.anyHttp()] });
    access(chart, Workload.of(admin), 'narrow');
    new PeerAuthentication(chart, 'near', { mtls: { mode: MutualTlsMode.STRICT } });

    expect(problemsOf(app)).toEqual([]);
  });

  const vain = (got: string) => `alsoCovers of 'shop/api' must name workloads that its policies reach, got '${got}'; leave it out there, and state by itself what is meant for it`;
  test.each<[string, (made: Shop) => Workload, string]>([
    ['one with other labels', ({ chart }) => Workload.of(rawDeployment(chart, 'db')), 'Deployment shop/db'],
    ['one of another namespace', ({ app }) => Workload.of(alike(chartOf(app, 'elsewhere'), 'admin')), 'Deployment elsewhere/admin'],
    ['pods of another namespace', () => Workload.fromPods({ namespace: 'elsewhere', labels: { app: 'api' }, serviceAccount: 'x' }), 'Pods elsewhere/x'],
    ['pods with other labels', () => Workload.fromPods({ namespace: 'shop', labels: { app: 'x' }, serviceAccount: 'x' }), 'Pods shop/x'],
  ])('must be reached: %s is not', (_, other, got) => {
    const made = shop();
    access(made.chart, Workload.of(made.api, { alsoCovers: [other(made)] }));

    expect(problemsOf(made.app)).toEqual([`[shop/access] ${vain(got)}`]);
  });

  test('may be pods that something else makes, where they carry the labels', () => {
    const { app, chart, api } = shop();
    access(chart, Workload.of(api, { alsoCovers: [Workload.fromPods({ namespace: 'shop', labels: { app: 'api', role: 'x' }, serviceAccount: 'x' })] }));

    expect(problemsOf(app)).toEqual([]);
  });

  test('must be workloads', () => {
    const { api } = shop();
    expect(() => Workload.of(api, { alsoCovers: [] })).toThrow(new Error("alsoCovers must have at least one entry, got '[]'; name workloads by Workload.of, or leave it out"));
    expect(() => Workload.of(api, { alsoCovers: [api as never] })).toThrow(new Error("alsoCovers[0] must be of class Workload, got 'ApiObject'; name workloads by Workload.of, or leave it out"));
  });

  type Stated = Partial<{ callers: Principal[]; operations: Operation[] }>;
  const ops = Principal.serviceAccount('front', 'ops');
  test.each<[string, Stated, Stated[], boolean]>([
    ['the same', {}, [{}], true],
    ['the same in several', { operations: [Operation.get('/a'), Operation.post('/b')], callers: [...WEB, ops] },
      [{ operations: GET, callers: WEB }, { operations: GET, callers: [ops] }, { operations: [Operation.post('/b')], callers: [ops, ...WEB] }], true],
    ['more', {}, [{ operations: [Operation.post('/b'), ...GET], callers: [ops, ...WEB] }], true],
    ['another operation', {}, [{ operations: [Operation.post('/a')] }], false],
    ['another caller', {}, [{ callers: [ops] }], false],
    ['fewer callers', { callers: [...WEB, ops] }, [{}], false],
    ['nothing', {}, [], false],
  ])('need not be named where %s is stated for them', (_, own, theirs, isEnough) => {
    const { app, chart, api } = shop();
    const admin = Workload.of(alike(chart, 'admin'));
    access(chart, Workload.of(api), 'access', own);
    theirs.forEach((props, i) => access(chart, admin, `admin-${i}`, props));

    expect(problemsOf(app)).toEqual(isEnough ? [] : [`[shop/access] ${selected("'shop/admin'")}`]);
  });

  test('need not be named where the same tokens are asked for', () => {
    const { app, chart, api } = shop();
    const admin = alike(chart, 'admin');
    const jwt = (id: string, of: ApiObject, operations: Operation[]) => new JwtProtectedApi(chart, id, { workload: Workload.of(of), issuers: ISSUERS, rules: [{ anyToken: true, operations }] });
    jwt('jwt', api, GET);
    jwt('admin-jwt', admin, GET);
    expect(problemsOf(app)).toEqual([]);

    jwt('other-jwt', alike(chart, 'other'), [Operation.get('/b')]);
    const twice = (target: string) => `'shop/${target}' must have one JwtProtectedApi, got several, each of which would refuse the tokens of the others; state all issuers and rules in one`;
    expect(problemsOf(app)).toEqual([`[shop/jwt] ${twice('api')}`, `[shop/jwt] ${selected("'shop/other'")}`, `[shop/other-jwt] ${twice('other')}`]);
  });
});

describe('A Service that leads to several workloads', () => {
  const versions = (chart: Chart) => ['v1', 'v2', 'v3'].map(version => rawDeployment(chart, version, { selector: { app: 'reviews', version } }));

  function reviews(waypoint: boolean) {
    const made = shop(waypoint);
    rawService(made.chart, 'reviews');
    return { ...made, versions: versions(made.chart) };
  }

  test('is refused at a waypoint, which goes by Services', () => {
    const { app, chart, api } = shop(true);
    alike(chart, 'admin');
    access(chart, Workload.of(api));

    expect(problemsOf(app)).toEqual([`[shop/access] ${led("'shop/admin'")}`]);
  });

  test('is no concern of sidecars, where pods are told apart', () => {
    const { app, chart, versions: [v1] } = reviews(false);
    access(chart, Workload.of(v1));

    expect(problemsOf(app)).toEqual([]);
  });

  test.each([true, false])('is for versions that have the same stated each, behind a waypoint: %s', waypoint => {
    const { app, chart, versions: all } = reviews(waypoint);
    all.forEach((version, i) => access(chart, Workload.of(version), `access-${i}`));

    expect(problemsOf(app)).toEqual([]);
  });

  test('is for versions that are named together', () => {
    const { app, chart, versions: [v1, v2, v3] } = reviews(true);
    access(chart, Workload.of(v1, { alsoCovers: [Workload.of(v2), Workload.of(v3)] }));

    expect(problemsOf(app)).toEqual([]);
  });

  test('may have one API for all of its versions, or the same for each', () => {
    const jwt = { issuers: ISSUERS, rules: [{ anyToken: true, operations: GET }] };
    const each = reviews(true);
    each.versions.forEach((version, i) => new JwtProtectedApi(each.chart, `jwt-${i}`, { workload: Workload.of(version), ...jwt }));
    expect(problemsOf(each.app)).toEqual([]);

    const one = reviews(true);
    const [v1, v2, v3] = one.versions;
    new JwtProtectedApi(one.chart, 'jwt', { workload: Workload.of(v1, { alsoCovers: [Workload.of(v2), Workload.of(v3)] }), ...jwt });
    expect(problemsOf(one.app)).toEqual([]);
  });

  test('goes by labels where it is headless, past the waypoint', () => {
    const { app, chart } = shop(true);
    const db = rawDeployment(chart, 'db');
    rawDeployment(chart, 'admin', { selector: { app: 'db', role: 'admin' } });
    rawService(chart, 'db', { clusterIP: 'None', ports: [{ name: 'tcp', port: 5432 }] });
    access(chart, Workload.of(db), 'access', { operations: [Operation.tcp(5432)] });

    expect(problemsOf(app)).toEqual([`[shop/access] ${selected("'shop/admin'", "app: 'db'", 'shop/db')}`]);
  });

  test('may be one that the app does not have', () => {
    const { app, chart } = shop(true);
    const pods = { namespace: 'shop', labels: { app: 'x' }, serviceAccount: 'x', services: [{ name: 'x', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }] };
    access(chart, Workload.fromPods(pods));
    expect(problemsOf(app)).toEqual([]);

    access(chart, Workload.fromPods({ ...pods, labels: { app: 'api' } }), 'again');
    expect(problemsOf(app)).toEqual([expect.stringMatching(/^\[shop\/again\] policies for 'shop\/x' are for what goes through Service 'x', which also leads to 'shop\/api'/)]);
  });
});

describe('A public gateway', () => {
  function mesh(namespace: string, labels: { [label: string]: string }) {
    const app = testApp();
    rawDeployment(chartOf(app, namespace), 'gateway', { selector: labels });
    rawDeployment(chartOf(app, 'shop'), 'web', { labels: { istio: 'ingressgateway' } });
    new ZeroTrustMesh(new Chart(app, 'mesh'), 'mesh', { defaultDeny: true, publicGateways: [PublicGateway.classic({ namespace, labels, ports: [8080], reason: 'the shop' })] });
    return problemsOf(app);
  }

  test.each<[string, string, { [label: string]: string }]>([
    ['of a namespace of its own', 'edge', { istio: 'ingressgateway' }],
    ['with labels of its own', 'istio-system', { istio: 'ingressgateway', app: 'gateway' }],
  ])('opens what it is for: one %s', (_, namespace, labels) => {
    expect(mesh(namespace, labels)).toEqual([]);
  });

  test('opens nothing of other namespaces by a policy of the root namespace', () => {
    expect(mesh('istio-system', { istio: 'ingressgateway' })).toEqual(["[mesh/mesh] publicGateways[0] must have labels of its own, got istio: 'ingressgateway', by which a policy in the root "
      + "namespace 'istio-system' also opens 'shop/web' to everyone; move the gateway to a namespace of its own, or give it a label of its own"]);
  });
});
