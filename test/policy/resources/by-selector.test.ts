import { PolicySet } from 'cdk8s-zero-trust';
import fc from 'fast-check';
import { BySelector } from '../../../src/policy/resources/by-selector';
import { selects } from '../../../src/policy/workloads/attachment';
import { authorization, namespace, pod, WEB } from '../support';

const labels = fc.dictionary(fc.constantFrom('app', 'tier', 'a=b', 'toString'), fc.constantFrom('api', 'web', '', 'b=c'), { maxKeys: 3 });

describe('objects by selector', () => {
  test('those that select a pod are among its candidates, in their order', () => {
    fc.assert(fc.property(fc.array(fc.option(labels, { nil: undefined }), { maxLength: 12 }), labels, (selectors, pods) => {
      const objects = selectors.map((selector, index) => ({ selector, index }));
      const candidates = new BySelector(objects, ({ selector }) => selector).candidates(pods);

      expect(candidates.filter(({ selector }) => selects(selector, pods))).toEqual(objects.filter(({ selector }) => selects(selector, pods)));
      expect(candidates).toEqual([...candidates].sort((a, b) => a.index - b.index));
    }), { numRuns: 1000, seed: 7 });
  });

  test('others are not', () => {
    const index = new BySelector(['api', 'web', 'api too'], name => ({ app: name.split(' ')[0] }));

    expect(index.candidates({ app: 'api', tier: 'web' })).toEqual(['api', 'api too']);
  });
});

describe('a policy of many', () => {
  const many = ['web', 'db', 'api'].map(app => authorization({ selector: { matchLabels: { app } }, rules: [{ to: [{ operation: { ports: ['8080'] } }] }] }, { name: app }));
  const set = PolicySet.fromManifests([namespace('shop', { 'istio-injection': 'enabled' }), pod('api'), ...many]);
  const [hop] = set.isAuthorized({ destination: { namespace: 'shop', workload: 'api', port: 8080 }, source: { principal: WEB } }).hops;

  test('is found, and the others are told as detached', () => {
    expect([hop.considered, hop.detached]).toEqual([['shop/api'], ['shop/db: the selector does not match the labels', 'shop/web: the selector does not match the labels']]);
  });
});
