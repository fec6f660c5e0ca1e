import { LabelSelector } from '../../../src/istio/label-selector';
import { asks, meets } from '../../../src/policy/request/label-selector';

const one = (key: string, operator: string, ...values: string[]): LabelSelector => ({ matchExpressions: [{ key, operator, values }] });

describe('a selector of labels', () => {
  test.each<[LabelSelector, boolean]>([
    [{}, true], [{ matchLabels: { app: 'api' } }, true], [{ matchLabels: { app: 'web' } }, false], [{ matchLabels: { app: 'api', tier: 'x' } }, false],
    [one('app', 'In', 'web', 'api'), true], [one('app', 'In', 'web'), false], [one('tier', 'In', 'x'), false],
    [one('app', 'NotIn', 'web'), true], [one('app', 'NotIn', 'api'), false], [one('tier', 'NotIn', 'x'), true],
    [one('app', 'Exists'), true], [one('tier', 'Exists'), false], [one('app', 'DoesNotExist'), false], [one('tier', 'DoesNotExist'), true],
    [one('app', 'in', 'api'), false], [{ matchExpressions: [{ key: 'app', operator: 'In' }] }, false],
    [{ matchLabels: { app: 'api' }, ...one('app', 'NotIn', 'api') }, false],
  ])('%j is met: %j', (selector, expected) => {
    expect(meets({ app: 'api' }, selector)).toBe(expected);
  });

  test('asks for something, or for nothing', () => {
    expect([{}, { matchLabels: {} }, { matchExpressions: [] }, { matchLabels: { a: 'b' } }, one('a', 'Exists')].map(asks)).toEqual([false, false, false, true, true]);
  });
});
