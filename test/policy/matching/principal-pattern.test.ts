import fc from 'fast-check';
import { namespacePattern, principalPattern, serviceAccountPattern, trustDomainPattern } from '../../../src/policy/matching/principal-pattern';
import { quotePattern, TextTest } from '../../../src/policy/matching/text-pattern';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';

const mesh = resolveMesh();
const before130 = resolveMesh({ istioVersion: '1.29' });

/** What a pattern of identities is as a regular expression, however long that takes. */
const plainly: Readonly<Record<string, readonly [pattern: (value: string) => TextTest, expression: (value: string) => string]>> = {
  principals: [value => principalPattern(`*${value}`, mesh), value => `spiffe://.*${quotePattern(value)}`],
  namespaces: [value => namespacePattern(value, mesh), value => `.*/ns/${value.split('*').map(quotePattern).join('.*')}/.*`],
  serviceAccounts: [value => serviceAccountPattern(value.replace(/\//g, ''), 'a'), value => `spiffe://.+/ns/a/(.+/)?sa/${quotePattern(value.replace(/\//g, ''))}(/.+)?`],
  trustDomains: [value => trustDomainPattern(`a*${value}`), value => `spiffe://a[^/]*${quotePattern(value)}/.*`],
};

describe('patterns of identities', () => {
  test.each(Object.keys(plainly))('10.2 and 10.3: %s match what they would as regular expressions', field => {
    const [pattern, expression] = plainly[field];
    const value = fc.array(fc.constantFrom('*', 'a', 'b', '.', '/', '/sa/'), { maxLength: 5 }).map(parts => parts.join(''));
    const identity = fc.array(fc.constantFrom('a', 'b', '.', '/', '/ns/a/', 'sa/a', '/ns/', '\n'), { maxLength: 8 }).map(parts => `spiffe://${parts.join('')}`);
    fc.assert(fc.property(value, identity, (written, peer) => {
      expect(pattern(written)(peer)).toBe(new RegExp(`^(?:${expression(written)})$`).test(peer));
    }), { numRuns: 5000, seed: 7 });
  });

  test.each([['a.c', 'abc', true], ['a.c', 'ac', false], ['(?i)A', 'a', true], ['(a|b)', 'a', true], ['(', 'a', false], ['(a)\\1', 'aa', false], ['(?=a)a', 'a', false]])(
    '15.2 before 1.30 the namespace %s is a regular expression of RE2, and for %s says %s', (value, namespace, expected) => {
      expect(namespacePattern(value, before130)(`spiffe://td/ns/${namespace}/sa/x`)).toBe(expected);
    });

  test.each([['namespaces', namespacePattern('(a+)+b', before130)], ['principals', principalPattern('*/ns/(a+)+b/sa/x', before130)]])('15.2 before 1.30 %s answer at once', (_, pattern) => {
    expect(pattern(`spiffe://td/ns/${'a'.repeat(5000)}/sa/x`)).toBe(false);
    expect(pattern(`spiffe://td/ns/${'a'.repeat(5000)}b/sa/x`)).toBe(true);
  });

  test('answer at once, whatever the pattern', () => {
    expect(namespacePattern('*a'.repeat(30), mesh)(`spiffe://td/ns/${'a'.repeat(5000)}`)).toBe(false);
  });
});
