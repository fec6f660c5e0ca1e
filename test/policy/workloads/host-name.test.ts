import { intersection, isWithin, overlap, precision } from '../../../src/policy/workloads/host-name';

describe('names of hosts', () => {
  test.each<[string, string, boolean]>([
    ['a.com', 'a.com', true], ['a.com', 'b.com', false], ['a.com', '*.com', true], ['a.com', '*', true], ['*.a.com', '*.com', true], ['*.com', '*.a.com', false],
    ['*', 'a.com', false], ['*.com', '*.com', true], ['*', '*', true], ['a.com', '*.a.com', false],
  ])('%s is within %s: %s', (name, wider, expected) => {
    expect(isWithin(name, wider)).toBe(expected);
  });

  test.each<[string, string, boolean]>([['a.com', '*.com', true], ['*.com', 'a.com', true], ['*.com', '*.org', false], ['*.com', '*.a.com', true]])('%s and %s overlap: %s', (a, b, expected) => {
    expect(overlap(a, b)).toBe(expected);
  });

  test('what two lists share is the narrower of each two, once', () => {
    expect(intersection(['*.com', 'a.com', 'x.org'], ['*', 'a.com', '*.a.com'])).toEqual(['*.com', 'a.com', '*.a.com', 'x.org']);
  });

  test.each<[string, string, number]>([['a.com', 'a.com', Infinity], ['*.com', 'a.com', 5], ['*', 'a.com', 1], ['*.org', 'a.com', 0], ['b.com', 'a.com', 0]])('%s stands for %s as precisely as %d', (name, host, expected) => {
    expect(precision(name, host)).toBe(expected);
  });
});
