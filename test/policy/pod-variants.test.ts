import { PolicySet } from 'cdk8s-zero-trust';
import { authorization, namespace, peerAuthentication, request, requestAuthentication, verdict } from './support';

const INJECTION = { 'istio-injection': 'enabled' };
const POD_NAME = 'statefulset.kubernetes.io/pod-name';

function workload(kind: string, spec: object = {}): object {
  const template = { metadata: { labels: { app: 'api' } }, spec: { containers: [] } };
  const held = kind === 'CronJob' ? { jobTemplate: { spec: { template } } } : { template };
  return { apiVersion: kind.endsWith('Job') ? 'batch/v1' : 'apps/v1', kind, metadata: { name: 'api', namespace: 'shop' }, spec: { ...held, ...spec } };
}

function denied(matchLabels: Record<string, string>, made: object, namespaceLabels: Record<string, string> = INJECTION): PolicySet {
  return PolicySet.fromManifests([namespace('shop', namespaceLabels), made, authorization({ selector: { matchLabels } })]);
}

describe('18.14 selectors', () => {
  test.each<[string, Record<string, string>, object]>([
    ['the name that injection gives', { 'service.istio.io/canonical-name': 'api' }, workload('Deployment')],
    ['mutual TLS of injection', { 'security.istio.io/tlsMode': 'istio' }, workload('Deployment')],
    ['the Job', { 'batch.kubernetes.io/job-name': 'api' }, workload('Job')],
    ['the Job by its older label', { 'job-name': 'api' }, workload('Job')],
    ['the only pod of a StatefulSet', { [POD_NAME]: 'api-0' }, workload('StatefulSet')],
  ])('know %s', (_, matchLabels, made) => {
    expect(verdict(denied(matchLabels, made).isAuthorized(request()))).toBe('DENY ALLOW 403');
  });

  test('know no label of injection where nothing is injected', () => {
    expect(verdict(denied({ 'security.istio.io/tlsMode': 'istio' }, workload('Deployment'), { 'istio.io/dataplane-mode': 'ambient' }).isAuthorized(request()))).toBe('ALLOW');
  });

  test('tell the pods of a StatefulSet apart', () => {
    const response = denied({ [POD_NAME]: 'api-0' }, workload('StatefulSet', { replicas: 2 })).isAuthorized(request());

    expect(verdict(response)).toBe('UNDECIDED');
    expect(response.notes).toEqual([`DENY if the pod has the label ${POD_NAME}: api-0, ALLOW if the pod has none of the labels ${POD_NAME}: api-0`]);
  });

  test.each<[string, Record<string, string>, object, string]>([
    ['a pod that a StatefulSet does not have', { [POD_NAME]: 'api-2' }, workload('StatefulSet', { replicas: 2 }), 'ALLOW 200'],
    ['a generation of a Deployment', { 'pod-template-hash': '5d9c' }, workload('Deployment'), 'UNDECIDED'],
    ['a generation of a Deployment that does not match otherwise', { 'pod-template-hash': '5d9c', 'app': 'other' }, workload('Deployment'), 'ALLOW 200'],
    ['a run of a CronJob', { 'job-name': 'api-28471' }, workload('CronJob'), 'UNDECIDED'],
    ['a run of another CronJob', { 'job-name': 'other-28471' }, workload('CronJob'), 'ALLOW 200'],
  ])('of %s', (_, matchLabels, made, expected) => {
    expect(verdict(denied(matchLabels, made).isAuthorized(request()))).toBe(expected);
  });

  test('take labels that a request states for all that there are', () => {
    const { destination, ...rest } = request();
    const asked = { ...rest, destination: { ...destination, labels: { app: 'api' } } };

    expect(verdict(denied({ 'pod-template-hash': '5d9c' }, workload('Deployment')).isAuthorized(asked))).toBe('ALLOW 200');
  });

  test('of Services lead to single pods', () => {
    const single = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api-1', namespace: 'shop' }, spec: { selector: { app: 'api', [POD_NAME]: 'api-1' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] } };
    const policies = (name: string) => PolicySet.fromManifests([
      namespace('shop', INJECTION), workload('StatefulSet', { replicas: 3 }), single, authorization({ selector: { matchLabels: { [POD_NAME]: name } } }),
    ]);
    const asked = { ...request(), destination: { namespace: 'shop', service: 'api-1', port: 80 } };

    expect(['api-0', 'api-1'].map(name => verdict(policies(name).isAuthorized(asked)))).toEqual(['ALLOW 200', 'DENY ALLOW 403']);
  });
});

describe('16.1 a sender', () => {
  test.each<[object, string]>([
    [{ serviceAccountName: 'web' }, 'web'], [{ serviceAccount: 'web' }, 'web'], [{ serviceAccountName: 'web', serviceAccount: 'old' }, 'web'], [{ serviceAccountName: '' }, 'default'], [{}, 'default'],
  ])('with %j runs as %s', (spec, account) => {
    const web = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } }, spec };
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api', namespace: 'shop' }, spec: { clusterIP: '10.96.0.1', selector: { app: 'api' }, ports: [{ port: 80, targetPort: 8080 }] } };
    const allow = authorization({ selector: { matchLabels: { app: 'api' } }, rules: [{ from: [{ source: { principals: [`cluster.local/ns/shop/sa/${account}`] } }] }] });
    const policies = PolicySet.fromManifests([namespace('shop', INJECTION), web, workload('Deployment'), service, allow]);

    expect(policies.isAuthorized({ source: { workload: 'shop/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }).isAllowed).toBe(true);
  });
});

describe('18.14 pods are told apart', () => {
  const STATEFUL = workload('StatefulSet', { replicas: 2 });
  const first = { selector: { matchLabels: { [POD_NAME]: 'api-0' } } };
  const world = (...more: object[]) => PolicySet.fromManifests([namespace('shop', INJECTION), STATEFUL, ...more]);

  test.each<[string, object, object, string]>([
    ['policies of the root namespace', authorization(first, { namespace: 'istio-system' }), {}, 'UNDECIDED'],
    ['PeerAuthentications', peerAuthentication({ ...first, mtls: { mode: 'STRICT' } }), { source: {} }, 'UNDECIDED'],
    ['RequestAuthentications', requestAuthentication({ ...first, jwtRules: [{ issuer: 'a', jwks: '{}' }] }), { tokens: [{ claims: { iss: 'b' } }] }, 'UNDECIDED'],
    ['policies of other namespaces never', authorization(first, { namespace: 'other' }), {}, 'ALLOW 200'],
  ])('by %s', (_, policy, call, expected) => {
    expect(verdict(world(policy).isAuthorized(request(call)))).toBe(expected);
  });

  test('by Services that declare a port for some', () => {
    const tcp = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'api-0', namespace: 'shop' }, spec: { selector: { [POD_NAME]: 'api-0' }, ports: [{ name: 'tcp', port: 8080 }] } };
    const needsHttp = authorization({ rules: [{ to: [{ operation: { methods: ['GET'] } }] }] });

    expect(verdict(world(tcp, needsHttp).isAuthorized(request()))).toBe('UNDECIDED');
  });

  test('where all of them are named', () => {
    const second = authorization({ selector: { matchLabels: { 'apps.kubernetes.io/pod-index': '1' } } }, { name: 'second' });

    expect(verdict(world(authorization(first), second).isAuthorized(request()))).toBe('DENY ALLOW 403');
  });
});
