import fc from 'fast-check';
import { ambient, ask, authorization, peerAuthentication, requestAuthentication, sidecars } from './support';
import { PolicySet } from '../../src';

const POLICIES = [
  authorization({
    selector: { matchLabels: { app: 'api' } },
    action: 'ALLOW',
    rules: [{
      from: [{ source: { principals: ['*'], ipBlocks: ['10.0.0.0/8'] } }],
      to: [{ operation: { hosts: ['*'], ports: ['8080'], paths: ['/{**}'] } }],
      when: [{ key: 'request.headers[a]', notValues: ['b'] }],
    }],
  }),
  authorization({ action: 'CUSTOM', provider: { name: 'x' }, targetRefs: [{ kind: 'Service', name: 'api' }], rules: [{}] }, { name: 'custom' }),
  peerAuthentication({ selector: { matchLabels: { app: 'api' } }, mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } }),
  requestAuthentication({ jwtRules: [{ issuer: 'a', audiences: ['b'], fromHeaders: [{ name: 'x', prefix: 'y' }], fromParams: ['t'], outputClaimToHeaders: [{ header: 'h', claim: 'c' }] }] }),
];

const ODD = [null, undefined, 0, 7, true, '', 'x', [], {}, [null], ['x'], [{}], { a: 1 }];

/** A copy of a value with what stands at a path exchanged. */
function exchange(value: unknown, path: number[], odd: unknown): unknown {
  if (path.length === 0 || typeof value !== 'object' || value === null) return odd;
  const entries = Object.entries(value);
  if (entries.length === 0) return odd;
  const [name] = entries[path[0] % entries.length];
  const copy = Array.isArray(value) ? [...value] : { ...value };
  (copy as Record<string, unknown>)[name] = exchange(entries[path[0] % entries.length][1], path.slice(1), odd);
  return copy;
}

describe('manifests that Istio would refuse', () => {
  test('are answered, whatever they hold', () => {
    const path = fc.array(fc.nat(7), { minLength: 2, maxLength: 8 });
    fc.assert(fc.property(path, fc.constantFrom(...ODD), (where, odd) => {
      const policies = exchange(POLICIES, where, odd) as object[];

      for (const set of [sidecars(policies), ambient(policies)]) {
        expect(ask(set, { tokens: [{ header: 'x', prefix: 'y' }] })).toMatch(/^(ALLOW|DENY|CONDITIONAL|UNDECIDED)/);
        expect(ask(set, { port: 9000, tcp: true })).toMatch(/^(ALLOW|DENY|CONDITIONAL|UNDECIDED)/);
      }
    }), { numRuns: 2000, seed: 7 });
  });

  test('are read whatever stands for their version', () => {
    const odd = { apiVersion: { toString: 'x' }, kind: 'Namespace', metadata: { name: 'shop' } };

    expect(() => PolicySet.fromManifests([odd])).not.toThrow();
  });

  test('leave no door open where a condition has no key', () => {
    expect(ask(sidecars([authorization({ rules: [{ when: [{ values: ['x'] }] }] })]))).toBe('UNDECIDED');
  });
});
