import fc from 'fast-check';
import { pathPattern } from '../../../src/policy/matching/path-pattern';
import { Piece, Run, sequencePattern } from '../../../src/policy/matching/sequence-pattern';
import { quotePattern } from '../../../src/policy/matching/text-pattern';

const ANY: Run = { of: '[^\\n]' };
const NO_SLASH: Run = { of: '[^/]', some: true };
const piece = fc.oneof(fc.constantFrom<Piece>(ANY, { ...ANY, some: true }, NO_SLASH), fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 3 }));

/** What the pieces mean, however long it takes. */
function plainly(pieces: readonly Piece[]): RegExp {
  return new RegExp(`^(?:${pieces.map(one => typeof one === 'string' ? quotePattern(one) : `${one.of}${one.some ? '+' : '*'}`).join('')})$`);
}

describe('sequence patterns', () => {
  test('match what a regular expression of the pieces matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '\n'), maxLength: 10 });
    fc.assert(fc.property(fc.array(piece, { maxLength: 5 }), text, (pieces, given) => {
      expect(sequencePattern(pieces)(given)).toBe(plainly(pieces).test(given));
    }), { numRuns: 5000, seed: 5 });
  });

  test('answer at once, whatever the pattern', () => {
    const pieces = Array.from({ length: 60 }, (_, i) => i % 2 === 0 ? ANY : 'a');

    expect(sequencePattern([...pieces, 'b'])('a'.repeat(2000))).toBe(false);
    expect(sequencePattern([...pieces, 'b'])(`${'a'.repeat(2000)}b`)).toBe(true);
  });

  test.each(['/{*}a{*}a{**}b', '/{**}{**}{**}{**}b', '/{*}/{**}/{*}/{**}/{*}b', '/{**}{**}{**}{**}'])('answer at once for the path template %s', template => {
    for (const text of ['a', '/a'].map(part => `/${part.repeat(5000)}`)) {
      expect(pathPattern(template)(`${text}?`)).toBe(false);
    }
  });
});
