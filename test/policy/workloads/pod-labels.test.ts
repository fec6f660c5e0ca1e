import { areAllPods, controllerLabels, injectedLabels, madeUpLabel } from '../../../src/policy/workloads/pod-labels';

const NAME = 'service.istio.io/canonical-name';
const REVISION = 'service.istio.io/canonical-revision';
const TLS = 'security.istio.io/tlsMode';
const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';

describe('labels that injection adds', () => {
  test.each<[string, Record<string, string>, Record<string, string>]>([
    ['the name of what made the pod', {}, { [NAME]: 'api', [REVISION]: 'latest' }],
    ['its label app', { app: 'web', version: 'v1' }, { [NAME]: 'web', [REVISION]: 'v1' }],
    ['the recommended labels first', { 'app': 'web', 'app.kubernetes.io/name': 'shop', 'version': 'v1', 'app.kubernetes.io/version': 'v2' }, { [NAME]: 'shop', [REVISION]: 'v2' }],
    ['its own before all', { [NAME]: 'own', 'app.kubernetes.io/name': 'shop', [REVISION]: 'v3' }, { [NAME]: 'own', [REVISION]: 'v3' }],
    ['no empty one', { app: '', version: '' }, { [NAME]: 'api', [REVISION]: 'latest' }],
    ['a label only', { app: `${'x'.repeat(62)}.y` }, { [NAME]: 'x'.repeat(62), [REVISION]: 'latest' }],
  ])('are from %s', (_, labels, expected) => {
    expect(injectedLabels(['sidecar'], labels, 'api')).toEqual({ ...expected, [TLS]: 'istio' });
  });

  test('depend on the template', () => {
    expect(injectedLabels(['gateway'], {}, 'edge')).toEqual({ [NAME]: 'edge', [REVISION]: 'latest' });
    expect(injectedLabels(['grpc-agent', 'grpc-simple'], {}, 'api')).toEqual({ [NAME]: 'api', [REVISION]: 'latest' });
    expect(injectedLabels(['grpc-simple'], {}, 'api')).toEqual({});
    expect(injectedLabels(['sidecar'], { [TLS]: 'disabled' }, 'api')).toMatchObject({ [TLS]: 'disabled' });
  });
});

describe('labels that controllers add', () => {
  test('are the same for all pods of a Job', () => {
    expect(controllerLabels({ kind: 'Job', name: 'mig' })).toEqual({ 'batch.kubernetes.io/job-name': 'mig', 'job-name': 'mig' });
    expect(controllerLabels({ kind: 'CronJob', name: 'mig' })).toEqual({});
  });

  test.each<[string, string, string, object | undefined]>([
    ['Deployment', 'pod-template-hash', 'abc', { 'pod-template-hash': 'abc' }],
    ['Deployment', POD_NAME, 'db-0', undefined],
    ['StatefulSet', POD_NAME, 'db-2', { [POD_NAME]: 'db-2', [POD_INDEX]: '2' }],
    ['StatefulSet', POD_NAME, 'db-3', undefined],
    ['StatefulSet', POD_NAME, 'other-0', undefined],
    ['StatefulSet', POD_INDEX, '0', { [POD_NAME]: 'db-0', [POD_INDEX]: '0' }],
    ['StatefulSet', 'controller-revision-hash', 'x', { 'controller-revision-hash': 'x' }],
    ['DaemonSet', 'pod-template-generation', '1', { 'pod-template-generation': '1' }],
    ['CronJob', 'job-name', 'db-2847', { 'job-name': 'db-2847', 'batch.kubernetes.io/job-name': 'db-2847' }],
    ['CronJob', 'job-name', 'db-x', undefined],
    ['CronJob', 'job-name', 'db', undefined],
    ['CronJob', 'controller-uid', 'u', { 'controller-uid': 'u' }],
    ['CronJob', 'batch.kubernetes.io/job-name', 'db-1', { 'job-name': 'db-1', 'batch.kubernetes.io/job-name': 'db-1' }],
    ['CronJob', 'batch.kubernetes.io/job-completion-index', '1', { 'batch.kubernetes.io/job-completion-index': '1' }],
    ['Job', 'batch.kubernetes.io/controller-uid', 'u', { 'batch.kubernetes.io/controller-uid': 'u' }],
    ['Job', 'batch.kubernetes.io/job-completion-index', '0', { 'batch.kubernetes.io/job-completion-index': '0' }],
    ['DaemonSet', 'controller-revision-hash', 'x', { 'controller-revision-hash': 'x' }],
    ['Pod', 'pod-template-hash', 'abc', undefined],
  ])('%s: some pod may have %s %j', (kind, label, value, expected) => {
    expect(madeUpLabel({ kind, name: 'db', replicas: 3 }, label, value)).toEqual(expected);
  });

  test('count from where a StatefulSet starts', () => {
    const db = { kind: 'StatefulSet', name: 'db', start: 5 };

    expect([madeUpLabel(db, POD_NAME, 'db-5'), madeUpLabel(db, POD_NAME, 'db-0')]).toEqual([{ [POD_NAME]: 'db-5', [POD_INDEX]: '5' }, undefined]);
  });

  test('are all known only of a StatefulSet', () => {
    const pods = [{ [POD_INDEX]: '0' }, { [POD_INDEX]: '1' }];

    expect(areAllPods({ kind: 'StatefulSet', name: 'db', replicas: 2 }, pods)).toBe(true);
    expect(areAllPods({ kind: 'StatefulSet', name: 'db', replicas: 3 }, pods)).toBe(false);
    expect(areAllPods({ kind: 'Deployment', name: 'db', replicas: 2 }, pods)).toBe(false);
  });
});
