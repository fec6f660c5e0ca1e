import fc from 'fast-check';
import { Dimension, DIMENSIONS, Test, ValueContext } from '../../../src/policy/matching/dimensions';
import { Facts } from '../../../src/policy/matching/facts';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';

const CONTEXT: ValueContext = { policyNamespace: 'shop', mesh: resolveMesh(), names: [] };
const VALUES = ['a', 'A', 'b', '', '*', '*a', 'a*', 'td/ns/shop/sa/web', '*/sa/web', 'td/*', 'shop', '/a', '/a/*', '*/b', '/a/{*}', '/{**}/b', '{*}', '80', '8080', 'x'];
const TEXTS = ['a', 'A', 'b', '', 'spiffe://a', 'spiffe://', 'spiffe://td/ns/shop/sa/web', '/a', '/a/', '/a/b', '/{*}', '{*}', '/a/{*}', '*', '*a', 'a*'];

function factsOf(text: string, port: number): Facts {
  const http = { method: text, authority: text, path: text, headers: new Map() };
  return { peer: text, sni: text, port, sourceIp: undefined, remoteIp: undefined, destinationIp: undefined, http };
}

/** Each of the values by itself. */
function apart(compile: Dimension['test'], values: readonly string[]): Test {
  const tests = values.flatMap(value => compile([value], CONTEXT, () => undefined) ?? []);
  return facts => tests.some(test => test(facts) === true);
}

describe('several values match what one of them matches', () => {
  test.each(Object.entries<Dimension>(DIMENSIONS))('%s', (_, { test: compile, ztunnelTest = compile }) => {
    const values = fc.array(fc.constantFrom(...VALUES), { minLength: 1, maxLength: 5 });
    fc.assert(fc.property(values, fc.constantFrom(...TEXTS), fc.constantFrom(80, 443), (some, text, port) => {
      const facts = factsOf(text, port);

      for (const one of [compile, ztunnelTest]) expect(one(some, CONTEXT, () => undefined)?.(facts) ?? false).toBe(apart(one, some)(facts));
    }), { numRuns: 500, seed: 7 });
  });

  test('where some cannot be translated, the others', () => {
    const told: string[] = [];
    const match = DIMENSIONS.port.test(['x', '80'], CONTEXT, value => told.push(value));

    expect([match?.(factsOf('', 80)), match?.(factsOf('', 443)), told]).toEqual([true, false, ['x']]);
  });

  test.each([['an exact value', ['a']], ['exact values', ['a', 'b']], ['a pattern', ['a*']], ['both', ['b', '*a']]])('%s', (_, values) => {
    const match = DIMENSIONS.method.test(values, CONTEXT, () => undefined);

    expect(['a', 'x'].map(method => match?.(factsOf(method, 80)))).toEqual([true, false]);
  });
});
