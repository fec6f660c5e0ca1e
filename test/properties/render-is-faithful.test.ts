import { compare } from './faithful/faithfulness';

const EXTENT = { seed: 7, apps: 220, requestsPerApp: 100 };

test('what is rendered is what was meant', () => {
  const { pairs, allowed, seen, triedOut, disagreements } = compare(EXTENT);

  expect(disagreements).toEqual([]);
  // the law must hold on requests that pass and on requests that are refused
  expect(pairs).toBe(22_000);
  expect(allowed / pairs).toBeGreaterThan(0.3);
  expect(allowed / pairs).toBeLessThan(0.7);
  // on those that a BreakGlass opens, and where a dry run must not count
  expect(seen).toBeGreaterThan(250);
  expect(triedOut).toBeGreaterThan(300);
});
