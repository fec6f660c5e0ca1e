import { AccessRequest, Decision, PolicySet } from 'cdk8s-zero-trust';
import { ambient, authorization, namespace, peerAuthentication, pod, request, service, sidecars } from './support';

const HTTP = [{ name: 'http', port: 80, targetPort: 8080 }];
const SIDECARS = { 'istio-injection': 'enabled' };

const many = (count: number, made: (i: number) => object) => Array.from({ length: count }, (_, i) => made(i));

function timed<T>(ask: () => T): { readonly answer: T; readonly seconds: number } {
  const start = process.hrtime.bigint();
  const answer = ask();
  return { answer, seconds: Number(process.hrtime.bigint() - start) / 1e9 };
}

describe('an answer is there soon, however many', () => {
  test.each<[string, (i: number) => object]>([
    ['documents cannot be read', () => ({ apiVersion: 'v1' })],
    ['Services cannot be read', i => ({ apiVersion: 'v1', kind: 'Service', metadata: { name: `s${i}`, namespace: 'shop' }, spec: { ports: [{ name: {} }] } })],
    ['policies cannot be read', i => authorization({ rules: 'all' }, { name: `p${i}` })],
  ])('%s', (_, made) => {
    const { answer, seconds } = timed(() => sidecars(many(3000, made)).isAuthorized(request()));

    expect(answer.decision).toBe(Decision.UNDECIDED);
    expect(answer.reason).toMatch(/^manifest 4[,:]/);
    expect(seconds).toBeLessThan(10);
  });

  test('PeerAuthentications of each scope may be the oldest', () => {
    const unaged = (name: string, spec: Record<string, unknown>, at = 'shop') => peerAuthentication(spec, { name, namespace: at, creationTimestamp: undefined });
    const scopes = many(900, i => [
      unaged(`n${i}`, { mtls: { mode: i % 2 ? 'STRICT' : 'PERMISSIVE' } }),
      unaged(`m${i}`, { mtls: { mode: i % 2 ? 'STRICT' : 'PERMISSIVE' } }, 'istio-system'),
      unaged(`w${i}`, { selector: { matchLabels: { app: 'api' } }, mtls: { mode: 'UNSET' } }),
    ][i % 3]);

    for (const world of [sidecars, ambient]) {
      const { answer, seconds } = timed(() => ['PLAINTEXT', 'MUTUAL_TLS'].map(transport =>
        world(scopes).isAuthorized(request({ source: transport === 'PLAINTEXT' ? { ip: '10.1.2.3' } : undefined })).decision));

      expect(answer).toEqual([Decision.UNDECIDED, Decision.ALLOW]);
      expect(seconds).toBeLessThan(10);
    }
  });

  test('workloads are behind a Service', () => {
    const pods = many(300, i => pod(`api-${i}`, { app: 'api' }));
    const set = PolicySet.fromManifests([namespace('shop', SIDECARS), service('api', HTTP), pod('web'), ...pods, authorization({ rules: [{}] })]);
    const asked: AccessRequest = { source: { workload: 'shop/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} };
    const { answer, seconds } = timed(() => set.isAuthorized(asked));

    expect(answer.decision).toBe(Decision.ALLOW);
    expect(seconds).toBeLessThan(10);
  });

  test('pods a StatefulSet is said to have', () => {
    const database = (replicas: number) => ({
      apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'db', namespace: 'shop' }, spec: { replicas, template: { metadata: { labels: { app: 'db' } } } },
    });
    const refused = (selector: object) => authorization({ action: 'DENY', selector: { matchLabels: selector }, rules: [{}] });
    const ask = (replicas: number, selector: object) =>
      sidecars([database(replicas), refused(selector)]).isAuthorized({ ...request(), destination: { namespace: 'shop', workload: 'db', port: 8080 } }).decision;
    const name = { 'statefulset.kubernetes.io/pod-name': 'db-7' };

    expect([ask(2 ** 31 - 1, name), ask(7, name), ask(-1, name), ask(0.5, { 'apps.kubernetes.io/pod-index': '0' })])
      .toEqual([Decision.UNDECIDED, Decision.ALLOW, Decision.ALLOW, Decision.DENY]);
  });
});
