import fc from 'fast-check';
import { ANY, Piece, sequencePattern, SOME, steadyPattern } from '../../src/policy/matching/sequence-pattern';

const simple = fc.oneof(fc.constantFrom<Piece>(ANY, SOME, { of: '[^/]', some: false }), fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 3 }));
const piece: fc.Arbitrary<Piece> = fc.oneof(simple, fc.array(simple, { maxLength: 2 }).map(maybe => ({ maybe })));

describe('sequence patterns', () => {
  test('match alike, fast and steady', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.', '\n'), maxLength: 10 });
    fc.assert(fc.property(fc.array(piece, { maxLength: 3 }), text, (pieces, given) => {
      expect(steadyPattern(pieces)(given)).toBe(sequencePattern(pieces)(given));
    }), { numRuns: 3000, seed: 5 });
  });

  test('answer at once, whatever the pattern', () => {
    const pieces = Array.from({ length: 60 }, (_, i) => i % 2 === 0 ? ANY : 'a');

    expect(sequencePattern([...pieces, 'b'])('a'.repeat(2000))).toBe(false);
    expect(sequencePattern([...pieces, 'b'])(`${'a'.repeat(2000)}b`)).toBe(true);
  });
});
