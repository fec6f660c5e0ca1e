import { ApiObject, App, Chart } from 'cdk8s';
import {
  AccessGuardrail, DataPlane, GuardrailScope, Operation, Principal, Quarantine, ServiceAccess, Waypoint, Workload, ZeroTrustNamespace,
} from 'cdk8s-zero-trust';
import { testApp } from '../support/app';
import { chartOf, problemsOf, rawDeployment, rawService } from '../support/shop';

const WEB = [Principal.serviceAccount('front', 'web')];
const GET = [Operation.get('/a')];

interface Shop { readonly app: App; readonly chart: Chart; readonly api: ApiObject }

function shop(): Shop {
  const app = testApp();
  const chart = chartOf(app, 'shop');
  const api = rawDeployment(chart, 'api');
  rawService(chart, 'api');
  return { app, chart, api };
}

interface Pods { readonly labels?: object; readonly account?: string }

type Make = (chart: Chart, name: string, pods: Pods) => ApiObject;

const templateOf = ({ labels, account }: Pods) => ({ metadata: { labels }, spec: { serviceAccountName: account, containers: [{ name: 'c', image: 'i' }] } });

/** An object of a kind, and what it says of its pods. */
const kindOf = (apiVersion: string, kind: string, spec: (pods: Pods) => object): Make => (chart, name, pods) => new ApiObject(chart, name, { apiVersion, kind, metadata: { name }, spec: spec(pods) });

const CUSTOM: readonly (readonly [string, Make])[] = [
  ['Rollout of Argo', kindOf('argoproj.io/v1alpha1', 'Rollout', pods => ({ template: templateOf(pods) }))],
  ['Service of Knative', kindOf('serving.knative.dev/v1', 'Service', pods => ({ template: templateOf(pods) }))],
  ['CloneSet of OpenKruise', kindOf('apps.kruise.io/v1alpha1', 'CloneSet', pods => ({ template: templateOf(pods) }))],
  ['UnitedDeployment of OpenKruise', kindOf('apps.kruise.io/v1alpha1', 'UnitedDeployment', pods => ({ template: { statefulSetTemplate: { spec: { template: templateOf(pods) } } } }))],
  ['ScaledJob of KEDA', kindOf('keda.sh/v1alpha1', 'ScaledJob', pods => ({ jobTargetRef: { template: templateOf(pods) } }))],
  ['PyTorchJob of Kubeflow, one of several templates', kindOf('kubeflow.org/v1', 'PyTorchJob', pods => ({ pytorchReplicaSpecs: { Master: { template: templateOf({}) }, Worker: { template: templateOf(pods) } } }))],
  ['JobSet, in a list of templates', kindOf('jobset.x-k8s.io/v1alpha2', 'JobSet', pods => ({ replicatedJobs: [{ name: 'w', template: { spec: { template: templateOf(pods) } } }] }))],
  ['Prometheus of its operator, which names no containers', kindOf('monitoring.coreos.com/v1', 'Prometheus', ({ labels, account }) => ({ podMetadata: { labels }, serviceAccountName: account }))],
  ['Workflow of Argo, which names no containers', kindOf('argoproj.io/v1alpha1', 'Workflow', ({ labels, account }) => ({ podMetadata: { labels }, serviceAccountName: account, templates: [{ name: 'a', container: { image: 'i' } }] }))],
  ['WorkloadEntry', kindOf('networking.istio.io/v1', 'WorkloadEntry', ({ labels, account }) => ({ address: '192.0.2.1', labels, serviceAccount: account }))],
  ['WorkloadGroup', kindOf('networking.istio.io/v1', 'WorkloadGroup', ({ labels, account }) => ({ metadata: { labels }, template: { serviceAccount: account } }))],
];

/** Those that intents of their own namespace refuse. */
const CORE: readonly (readonly [string, Make])[] = [
  ['ReplicationController', kindOf('v1', 'ReplicationController', pods => ({ template: templateOf(pods) }))],
  ['Deployment in a List', (chart, name, pods) => new ApiObject(chart, name, { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'front' }, spec: { template: templateOf(pods) } }] })],
  ['Pod in a List', (chart, name, pods) => new ApiObject(chart, name, { apiVersion: 'v1', kind: 'PodList', items: [{ ...templateOf(pods), metadata: { name, namespace: 'front', ...templateOf(pods).metadata } }] })],
];

const selected = (others: string) => `policies for 'shop/api' select pods by app: 'api', and so also those of ${others}, for which not the same is stated; `
  + "give the pods and the selector of 'shop/api' a label of their own, or say that they are meant by Workload.of(…, { alsoCovers: [Workload.fromPods({ … })] })";

describe.each(CUSTOM)('A %s', (_, make) => {
  const access = ({ chart }: Shop, to: Workload, props: object = {}) => new ServiceAccess(chart, 'access', { callers: WEB, to, operations: GET, ...props });
  const PODS = { namespace: 'shop', labels: { app: 'api', role: 'canary' }, serviceAccount: 'canary', services: [{ name: 'canary', ports: [{ name: 'http', port: 80, targetPort: 8080 }] }] };

  test('is refused where policies for a workload select it, too', () => {
    const made = shop();
    make(made.chart, 'canary', { labels: PODS.labels });
    access(made, Workload.of(made.api));

    expect(problemsOf(made.app)).toEqual([`[shop/access] ${selected("'shop/canary'")}`]);
  });

  test.each<[string, (chart: Chart) => unknown]>([
    ['other labels', chart => make(chart, 'canary', { labels: { app: 'canary' } })],
    ['no labels', chart => make(chart, 'canary', {})],
    ['another namespace', chart => make(chartOf(chart.node.root as App, 'elsewhere'), 'canary', { labels: { app: 'api' } })],
  ])('is none with %s', (__, add) => {
    const made = shop();
    add(made.chart);
    access(made, Workload.of(made.api));

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('is meant where pods that are described cover it', () => {
    const made = shop();
    make(made.chart, 'canary', { labels: PODS.labels });
    access(made, Workload.of(made.api, { alsoCovers: [Workload.fromPods(PODS)] }));

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('needs no such word where the same is stated for it', () => {
    const made = shop();
    make(made.chart, 'canary', { labels: PODS.labels });
    access(made, Workload.of(made.api));
    new ServiceAccess(made.chart, 'same', { callers: WEB, to: Workload.fromPods(PODS), operations: GET });

    expect(problemsOf(made.app)).toEqual([]);
  });

  test('may be described itself, alone', () => {
    const made = shop();
    make(made.chart, 'canary', { labels: { ...PODS.labels, app: 'x' }, account: 'canary' });
    access(made, Workload.fromPods({ ...PODS, labels: { app: 'x' } }));
    expect(problemsOf(made.app)).toEqual([]);

    make(made.chart, 'other', { labels: { app: 'x' }, account: 'other' });
    expect(problemsOf(made.app)).toEqual(["[shop/access] policies for 'shop/canary' select pods by app: 'x', and so also those of 'shop/other', for which not the same is stated; "
      + 'name labels that no others carry, or write Workload.of for a workload of the app, or say that they are meant by Workload.of(…, { alsoCovers: [Workload.fromPods({ … })] })']);
  });

  test('is told of what goes through a Service at a waypoint', () => {
    const app = testApp();
    const chart = chartOf(app, 'shop');
    new ZeroTrustNamespace(chart, 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'wp' }) });
    const api = rawDeployment(chart, 'api');
    rawService(chart, 'api');
    make(chart, 'canary', { labels: { app: 'api' } });
    access({ app, chart, api }, Workload.of(api));

    expect(problemsOf(app)).toEqual(["[shop/access] policies for 'shop/api' are for what goes through Service 'api', which also leads to 'shop/canary', for which not the same is stated; "
      + 'give each a Service of its own, or say that they are meant by Workload.of(…, { alsoCovers: [Workload.fromPods({ … })] })']);
  });

  test('is told of what a guardrail closes', () => {
    const made = shop();
    make(made.chart, 'canary', { labels: PODS.labels });
    new AccessGuardrail(made.chart, 'only', { appliesTo: GuardrailScope.workload(Workload.of(made.api)), onlyCallers: WEB });

    expect(problemsOf(made.app)).toEqual([`[shop/only] ${selected("'shop/canary'").replace(', for which not the same is stated', '')}`]);
  });
});

describe.each([...CUSTOM, ...CORE])('A %s of the service account of a caller', (_, make) => {
  function calling(callers: (web: ApiObject) => Principal[], account = 'web'): App {
    const made = shop();
    const front = chartOf(made.app, 'front');
    make(front, 'other', { labels: { app: 'other' }, account });
    new ServiceAccess(made.chart, 'access', { callers: callers(rawDeployment(front, 'web')), to: Workload.of(made.api), operations: GET });
    return made.app;
  }
  const OTHER = Principal.of(Workload.fromPods({ namespace: 'front', labels: { app: 'other' }, serviceAccount: 'web' }));

  test('is refused', () => {
    expect(problemsOf(calling(web => [Principal.workload(web)]))).toEqual([
      "[shop/access] callers must name who calls, got 'front/web', which runs as the service account 'web', as does 'front/other'; give each a service account of its own, name all of them, name the account by itself: "
      + "Principal.serviceAccount('front', 'web'), or say why by Principal.of(Workload.of(…, { allowSharedServiceAccount: { reason: '…' } }))",
    ]);
  });

  test.each<[string, (web: ApiObject) => Principal[], string]>([
    ['is named as pods', web => [Principal.workload(web), OTHER], 'web'],
    ['is named by its account', web => [Principal.workload(web), Principal.serviceAccount('front', 'web')], 'web'],
    ['shares it for a reason', web => [Principal.of(Workload.of(web, { allowSharedServiceAccount: { reason: 'one chart of a vendor' } }))], 'web'],
    ['has an account of its own', web => [Principal.workload(web)], 'other'],
    ['is the only one that is described', () => [Principal.of(Workload.fromPods({ namespace: 'front', labels: { app: 'other' }, serviceAccount: 'mine' }))], 'mine'],
  ])('%s', (__, callers, account) => {
    expect(problemsOf(calling(callers, account))).toEqual([]);
  });

  test('would be cut off by a quarantine, too', () => {
    const app = testApp();
    const front = chartOf(app, 'front');
    make(front, 'other', { labels: { app: 'other' }, account: 'web' });
    new ZeroTrustNamespace(front, 'baseline');
    new Quarantine(front, 'cut', { workload: Workload.of(rawDeployment(front, 'web')), reason: 'INC-1' });

    expect(problemsOf(app)).toContain("[front/cut] workload must be alone with its service account 'web', as which 'front/other' would be cut off from all that they call, too; "
      + "say that it is meant by Workload.of(…, { allowSharedServiceAccount: { reason: '…' } }), or give 'front/web' one of its own first");
  });

  test('must not be that of a waypoint', () => {
    const app = testApp();
    const front = chartOf(app, 'front');
    new ZeroTrustNamespace(front, 'baseline', { dataPlane: DataPlane.AMBIENT, waypoint: Waypoint.create({ name: 'web' }) });
    make(front, 'other', { labels: { app: 'other' }, account: 'web' });

    expect(problemsOf(app)).toContainEqual(expect.stringMatching(/the service account 'web' must be that of waypoint 'front\/web' alone, .* but 'front\/other' runs as it too; give it another, or the waypoint another name$/));
  });

  test('is known where a caller is named by a slip', () => {
    const made = shop();
    make(chartOf(made.app, 'front'), 'other', { labels: { app: 'other' }, account: 'checkout' });
    new ServiceAccess(made.chart, 'access', { callers: [Principal.serviceAccount('front', 'chekout')], to: Workload.of(made.api), operations: GET });

    expect(problemsOf(made.app)).toEqual(["[shop/access] nothing of this app runs as service account 'chekout' of namespace 'front'; did you mean 'checkout'? "
      + "If it is another app's, say so: Principal.serviceAccount('front', 'chekout', { reason: '…' })"]);
  });
});

describe('What makes no pods', () => {
  test.each<[string, object]>([
    ['a template of something else', { apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet', spec: { template: { metadata: { labels: { app: 'api' } }, spec: { project: 'default' } } } }],
    ['something with labels of its own', { apiVersion: 'example.com/v1', kind: 'Thing', metadata: { labels: { app: 'api' } }, spec: { containers: [], serviceAccountName: 'api' } }],
    ['something without a spec', { apiVersion: 'example.com/v1', kind: 'Thing', data: null }],
  ])('counts for nothing: %s', (_, object) => {
    const { app, chart, api } = shop();
    new ApiObject(chart, 'thing', object as { apiVersion: string; kind: string });
    new ServiceAccess(chart, 'access', { callers: WEB, to: Workload.of(api), operations: GET });

    expect(problemsOf(app)).toEqual([]);
  });
});
