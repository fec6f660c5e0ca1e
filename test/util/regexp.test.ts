import { regexpFault } from '../../src/util/go/regexp';

const isPattern = (text: string): boolean => regexpFault(text) === undefined;

describe('a pattern of Go', () => {
  test.each([
    '', 'a|', '(|a)*', '^*', '(?:a)(?i)b(?i-s:c)(?)', '(?P<a>x)(?<b>y)', 'a{2}{', 'a{,2}', 'a{01}', 'x{1000}', '(a{2}){500}', '(a{500}){0,}', 'a*?', 'a*(?i)*', '[]a]', '[^]]',
    '[a-]', '[--a]', '[[:alpha:]]', '[[:^word:]x]', '[[:x]', '[\\d\\pL-]', '\\pN\\P{Greek}\\p{^Lu}\\p{greek}\\p{Any}\\p{Thai}', '\\x41\\x{1F600}\\012\\0\\a\\_', '\\Q(*\\E+', '\\A\\b\\B\\z', ']}',
  ])('is %j', text => {
    expect(regexpFault(text)).toBeUndefined();
  });

  test.each([
    ['*', 'a repetition has nothing before it'],
    ['(?i)+', 'a repetition has nothing before it'],
    ['a|?', 'a repetition has nothing before it'],
    ['a**', 'a repetition follows another one'],
    ['a*??', 'a repetition follows another one'],
    ['a{1001}', 'the count {1001} is not one up to 1000'],
    ['a{3,2}', 'the count {3,2} is not one up to 1000'],
    ['(a{2}){501}', 'repetitions come to more than 1000 together'],
    ['((a{600}){0,}){2}', 'repetitions come to more than 1000 together'],
    ['(a', 'a \'(\' is not closed'],
    ['a)', 'a \')\' closes nothing'],
    ['[a', 'a \'[\' is not closed'],
    ['[]', 'a \'[\' is not closed'],
    ['[b-a]', '\'b-a\' is no range'],
    ['[a-\\d]', '\'\\d]\' is no escape'],
    ['[[:foo:]]', '\'[:foo:]\' is no class'],
    ['(?=a)', '\'(?\' begins neither flags, nor a name, nor a plain group'],
    ['(?<a>x)(?P<a>y)', 'the group \'a\' is there twice'],
    ['\\1', '\'\\1\' is no escape'],
    ['\\Z', '\'\\Z\' is no escape'],
    ['\\p{Grek}', '\'\\p{\' is no escape'],
    ['\\x{110000}', '\'\\x{\' is no escape'],
    ['\\', '\'\\\' is no escape'],
  ])('is not %j: %s', (text, fault) => {
    expect(regexpFault(text)).toBe(fault);
  });

  test('is read in time that does not explode', () => {
    expect(isPattern('('.repeat(500) + 'a' + ')*'.repeat(500))).toBe(true);
    expect(isPattern('a{2}'.repeat(256))).toBe(true);
  });
});
