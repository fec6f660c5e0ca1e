import { CLAIM, Domain, HEADER, METHOD, paths } from '../../src/analysis/domain';
import { classesOf } from '../../src/analysis/words';
import { hostLanguage, language, Language, pathLanguage, presenceLanguage, textLanguage } from '../../src/policy/matching/language';
import { EscapedSlashes, HeadersWithUnderscores } from '../../src/policy/request/connection-settings';

const NORMALIZED = { normalizes: true, mergesSlashes: false, escapedSlashes: EscapedSlashes.KEEP_UNCHANGED, headersWithUnderscores: HeadersWithUnderscores.ALLOW };

/** Domains of few letters, of which all short texts can be gone through. */
const DOMAINS: Readonly<Record<string, Domain>> = {
  claims: { ...CLAIM, letters: 'xab' },
  headers: { ...HEADER, letters: 'xa ' },
  spaced: { ...HEADER, letters: ' xa' },
  methods: { ...METHOD, letters: 'xabAB' },
  paths: { ...paths([]), letters: 'xa/' },
  escaped: { ...paths([NORMALIZED]), letters: 'xa/%2f' },
  merged: { ...paths([{ ...NORMALIZED, mergesSlashes: true }]), letters: 'x/' },
  dotted: { ...paths([]), letters: 'xa/.' },
};
const LONGEST = 5;

/** All texts of a domain that are no longer than some letters, the shortest first. */
function textsOf({ letters, start, step, isWhole }: Domain): string[] {
  let layer: (readonly [string, string])[] = [['', start]];
  const found: string[] = [];
  for (let length = 0; length <= LONGEST; length++) {
    found.push(...layer.filter(([, state]) => isWhole(state)).map(([text]) => text));
    layer = layer.flatMap(([text, state]) => [...letters].flatMap(letter => {
      const next = step(state, letter);
      return next === undefined ? [] : [[text + letter, next] as const];
    }));
  }
  return found;
}

/** As a regular expression, which is another way to say it. */
function expressionOf({ sequences, caseless }: Language): RegExp {
  const one = (part: Language['sequences'][number][number]) =>
    typeof part === 'string' ? part.replace(/[^\w]/g, '\\$&') : 'once' in part ? part.of : `${part.of}${part.some ? '+' : '*'}`;
  return new RegExp(`^(${sequences.map(parts => parts.map(one).join('')).join('|')})$`, caseless ? 'i' : '');
}

/** The languages that hold a text, and the shortest text, for each way in which they are told apart. */
function toldApart(languages: readonly Language[], domain: Domain): Map<string, string> {
  const expressions = languages.map(expressionOf);
  const accepted = (text: string) => expressions.flatMap((expression, index) => expression.test(text) ? [index] : []).join();
  return new Map(textsOf(domain).reverse().map(text => [accepted(text), text]));
}

const texts = (...values: string[]) => values.map(textLanguage);
const EMPTY = language(['']);
const ONCE = language(['a', { of: '[^x]', once: true }, 'b']);

test.each<[string, Domain, string[], string[]]>([
  ['claims', CLAIM, [], ['', 'x', 'xx']],
  ['claims', CLAIM, ['ab', 'a*'], ['ab', 'a', 'abx', 'abxx', 'ax', 'axx', '', 'x', 'xx']],
  ['claims', CLAIM, ['axb', 'a*'], ['axb', 'a', 'axbx', 'axbxx', 'aa', 'aax', '', 'x', 'xx']],
  ['methods', METHOD, ['GET'], ['GET', 'X', 'Xx', 'GETX', 'GETXx']],
  ['paths', paths([]), ['/a*', 'a*'], ['/a', '/ax', '/axx', '/', '/x', '/xx']],
])('texts are those of rules, with what reads most naturally after them: %s, %j', (_, domain, values, expected) => {
  expect(classesOf(texts(...values), domain, []).flatMap(one => one.texts)).toEqual(expected);
});

describe('texts are told apart', () => {
  test.each<[string, keyof typeof DOMAINS, Language[]]>([
    ['by nothing', 'claims', []],
    ['by a text', 'claims', texts('ab')],
    ['by the empty text', 'claims', [EMPTY]],
    ['by the empty text, and others', 'claims', [EMPTY, ...texts('a*')]],
    ['by all texts', 'claims', [presenceLanguage('*'), ...texts('a')]],
    ['by what goes on otherwise than some do', 'claims', texts('a', 'a*', 'ax*', 'aa*')],
    ['by what goes on otherwise than all do', 'claims', texts('a', 'a*', 'ax*', 'aa*', 'ab*')],
    ['by one of two prefixes that end alike', 'claims', texts('ab', 'ab*', 'abx', 'aba')],
    ['by a text and a suffix of one, and a prefix', 'claims', [language(['x'], [{ of: '[^]' }, 'b']), ...texts('a*')]],
    ['by a text and a suffix of one', 'claims', [language(['a'], [{ of: '[^]' }, 'b'])]],
    ['by the empty text, and runs of some letters', 'claims', [EMPTY, language([{ of: '[^x]' }])]],
    ['by a text, and runs of some letters after it', 'claims', [language(['a', { of: '[^x]' }]), ...texts('a')]],
    ['by a prefix', 'claims', texts('a*')],
    ['by prefixes within one another', 'claims', texts('a*', 'ab*', 'abx')],
    ['by a prefix of which every letter goes on as another', 'claims', texts('a*', 'ax*', 'aa*', 'ab*')],
    ['by a prefix of which every letter but one goes on as another', 'claims', texts('a*', 'ax*', 'aa*')],
    ['by what each text begins with', 'claims', texts('x', 'a', 'b')],
    ['by a suffix', 'claims', texts('*b', 'ab')],
    ['by a prefix and a suffix', 'claims', texts('a*', '*b')],
    ['by suffixes within one another', 'claims', texts('*b', '*ab', '*')],
    ['by presence', 'claims', texts('*')],
    ['by presence, where none is empty', 'methods', texts('*', 'a')],
    ['by letters of either case', 'methods', [hostLanguage('a*'), ...texts('a', 'A*')]],
    ['by texts of either case', 'methods', [hostLanguage('ab'), ...texts('ab')]],
    ['by one letter of some', 'claims', [ONCE]],
    ['by one letter of some, and all that begin so', 'claims', [ONCE, ...texts('aa*')]],
    ['by one letter of some only', 'claims', [language([{ of: '[^]', once: true }]), ...texts('a*')]],
    ['by several texts of one', 'claims', [language(['a'], ['b', { of: '[^]' }]), ...texts('b')]],
    ['by one of two that end alike', 'claims', [language(['a'], ['b']), ...texts('*b')]],
    ['by text after a run after text', 'claims', [language(['a', { of: '[^x]' }, 'b']), ...texts('ab', 'a*')]],
    ['by a run and what follows it', 'claims', [language([{ of: '[^]' }, 'a', { of: '[^]' }])]],
    ['by two runs', 'claims', [language(['a', { of: '[^]' }, { of: '[^a]' }])]],
    ['by a run of at least one letter', 'claims', [language(['a', { of: '[^x]', some: true }]), ...texts('a*')]],
    ['by a run of some letters only', 'claims', [language([{ of: '[^x]' }]), ...texts('a*')]],
    ['by a run that is not the last', 'claims', [language(['a', { of: '[^]' }]), language(['a', { of: '[^]' }, 'b'])]],
    ['of a header', 'headers', texts('a', 'a*', 'a a')],
    ['of a header by how it ends', 'headers', texts('*a', 'x')],
    ['of a header by nothing', 'headers', []],
    ['of a header that only goes on with a space', 'headers', texts('a', 'a*', 'ax*', 'aa*')],
    ['of a header that does not begin with a space', 'spaced', [EMPTY, ...texts('a*')]],
    ['of a header by spaces', 'headers', texts('a *', '* a')],
    ['of a path', 'paths', texts('/a*', '/a/*', '*/x')],
    ['of a path by prefixes', 'paths', texts('/a*', '/a/*')],
    ['of a path by one, and prefixes', 'paths', texts('/', '/a*')],
    ['of a path by what no path is', 'paths', texts('a*', '/a')],
    ['of a path by templates', 'paths', [pathLanguage('/{*}'), pathLanguage('/a/{*}'), pathLanguage('/{**}/a')]],
    ['of a path that only goes on with a slash, and then ends', 'merged', texts('/', '/x*')],
    ['of a path that ends within an escape', 'escaped', texts('/a%*', '/a%')],
    ['of a path with dots', 'dotted', texts('/a.*', '/.*', '*.')],
  ])('%s', (_, name, languages) => {
    const domain = DOMAINS[name];
    const expected = toldApart(languages, domain);
    const classes = classesOf(languages, domain, []);

    expect(classes.map(({ accepted }) => accepted.join()).sort()).toEqual([...expected.keys()].sort());
    const all = new Set(textsOf(domain));
    for (const { accepted, texts: [text], made } of classes) {
      expect(languages.flatMap((one, index) => expressionOf(one).test(text) ? [index] : [])).toEqual([...accepted]);
      expect(text.length > LONGEST && [...text].every(letter => domain.letters.includes(letter)) || all.has(text)).toBe(true);
      if (made !== undefined) expect(made).toHaveLength(expected.get(accepted.join())!.length);
    }
  });

  test('with what is given first, in its order, and but for what is no text of the domain', () => {
    const classes = classesOf(texts('*x', '*a'), DOMAINS.headers, ['xa', ' a', 'a', 'x', 'xa']);

    expect(classes).toEqual([{ accepted: [1], texts: ['xa', 'a'], made: 'a' }, { accepted: [0], texts: ['x'], made: 'x' }, { accepted: [], texts: [''], made: '' }]);
  });

  test('with what is given, and what else there is', () => {
    const classes = classesOf(texts('a*', 'ab'), DOMAINS.claims, ['abx']);

    expect(classes.map(({ accepted, texts: [first], made }) => [accepted, first, made])).toEqual([[[0], 'abx', undefined], [[0, 1], 'ab', undefined], [[], '', undefined]]);
  });
});
