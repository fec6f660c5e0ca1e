import { celFault } from '../../src/util/cel';

describe('an expression of CEL', () => {
  test.each([
    'response.code >= 400', '1 + 1 // so be it', 'a ? b : c ? d : e', 'a < b < c', 'x in [1, 2,]', '{"a": 1, b: [],}', '[,]', 'a.b.C{x: 1,}', '.a.as', '!!a', '--1', 'a - -1', '!-5',
    'has(a.b) && has(has(a.b))', 'a.all(x, x > 0)', 'a.map((x), true, x)', 'a.filter(--x, true)', 'a.all(1)', '.has(a)', 'a.has(b)', '-9223372036854775808', '18446744073709551615u',
    '0x1Fu', '.5e3', '"\\n\\u00e9\\x41\\101"', 'r"\\q"', '"""a"b"""', 'b"\\xff"', 'as{x: 1}', `${'('.repeat(249)}1${')'.repeat(249)}`,
  ])('is %j', text => {
    expect(celFault(text)).toBeUndefined();
  });

  test.each([
    ['', 'it ends too early'],
    ['response.code >=', 'it ends too early'],
    ['a b', '\'b\' is unexpected'],
    ['a = b', '\'=\' is unexpected at character 3'],
    ['f(,)', '\',\' is unexpected'],
    ['[1', 'it ends too early'],
    ['!-a', '\'a\' is unexpected'],
    ['a.?b', '\'?\' is unexpected'],
    ['a.in', '\'in\' is unexpected'],
    ['package.a', '\'package\' is reserved'],
    ['has(a)', 'has() takes a field of something'],
    ['a.all(1, true)', 'all() takes the name of a variable first'],
    ['a.exists(-x, true)', 'exists() takes the name of a variable first'],
    ['a.map(__result__, 1)', 'map() takes the name of a variable first'],
    ['9223372036854775808', '\'9223372036854775808\' is too large'],
    ['--9223372036854775808', '\'9223372036854775808\' is too large'],
    ['1e400', '\'1e400\' is too large'],
    ['"\\q"', '\'"\' is unexpected at character 1'],
    ['"\\ud800"', '\'\\ud800\' is not a character here'],
    ['b"\\u0041"', '\'\\u0041\' is not a character here'],
    ['`a`', '\'`\' is unexpected at character 1'],
    ['('.repeat(251) + '1' + ')'.repeat(251), 'it is nested too deeply'],
    ['1+'.repeat(50_000) + '1', 'it has more than 100000 characters'],
  ])('is not %j: %s', (text, fault) => {
    expect(celFault(text)).toBe(fault);
  });
});
