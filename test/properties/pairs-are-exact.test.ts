import { AuthorizerProtocol, Permissiveness, PolicyComparison, PolicySet } from 'cdk8s-zero-trust';
import { Random } from '../../conformance/fuzz/random';
import { check } from '../../conformance/pairs/check';
import { rewritten, widened } from '../../conformance/pairs/rewrite';
import { pairOf, SETTINGS } from '../../conformance/pairs/states';

const SEED = Number(process.env.ANALYSIS_SEED ?? 7);
const PAIRS = Number(process.env.ANALYSIS_PAIRS ?? 80);
const numbers = Array.from({ length: PAIRS }, (_, number) => number);

const read = (objects: readonly object[]) => PolicySet.fromManifests([...objects], SETTINGS);

describe('a comparison of two small states', () => {
  test('says both ways round what asking about every request says, and shows each change', () => {
    const outcomes = numbers.map(number => ({ number, ...check(pairOf(Random.ofRun(SEED, number))) }));

    expect(outcomes.filter(({ faults }) => faults.length > 0).map(({ number, faults }) => ({ number, faults }))).toEqual([]);
    expect(outcomes.filter(({ changes }) => changes > 0).length).toBeGreaterThan(PAIRS / 4);
  });

  test('says that a state which is written otherwise is EQUIVALENT', () => {
    for (const number of numbers) {
      const random = Random.ofRun(SEED, number);
      const { before } = pairOf(random);
      const after = rewritten(before, random);
      expect({ number, said: PolicyComparison.of(read(before), read(after)).toString() }).toEqual({ number, said: Permissiveness.EQUIVALENT });
    }
  });

  test('says that one with a value more in a rule that allows is MORE_PERMISSIVE, or that it makes no difference', () => {
    const said = numbers.flatMap(number => {
      const random = Random.ofRun(SEED, number);
      const { before } = pairOf(random);
      const after = widened(before, random);
      if (!after) return [];
      const { changes, permissiveness } = PolicyComparison.of(read(before), read(after));
      expect({ number, permissiveness }).toEqual({ number, permissiveness: changes.length > 0 ? Permissiveness.MORE_PERMISSIVE : Permissiveness.EQUIVALENT });
      return permissiveness;
    });

    expect(said.filter(one => one === Permissiveness.MORE_PERMISSIVE).length).toBeGreaterThan(PAIRS / 20);
  });

  test('says that aliases of the trust domain which are spelled out make no difference', () => {
    const state = (...principals: string[]) => [
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'shop' }, spec: { template: { metadata: { labels: { app: 'api' } }, spec: {} } } },
      { apiVersion: 'security.istio.io/v1', kind: 'AuthorizationPolicy', metadata: { name: 'api', namespace: 'shop' }, spec: { rules: [{ from: [{ source: { principals } }] }] } },
    ];
    const settings = { trustDomainAliases: ['old.td'], authorizerProviders: [{ name: 'opa', protocol: AuthorizerProtocol.GRPC }] };
    const [short, long] = [state('cluster.local/ns/shop/sa/web'), state('cluster.local/ns/shop/sa/web', 'old.td/ns/shop/sa/web')].map(objects => PolicySet.fromManifests(objects, settings));

    expect(PolicyComparison.of(short, long).toString()).toBe('EQUIVALENT');
  });
});
