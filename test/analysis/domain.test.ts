import { AUTHORITY, CLAIM, Domain, HEADER, IDENTITIES, METHOD, paths, SERVER_NAME } from '../../src/analysis/domain';
import { normalizePath } from '../../src/policy/proxies/path-normalization';
import { EscapedSlashes, HeadersWithUnderscores, RequestRules } from '../../src/policy/request/connection-settings';

function holds({ start, step, isWhole }: Domain, text: string): boolean {
  const state = [...text].reduce<string | undefined>((at, letter) => at === undefined ? at : step(at, letter), start);
  return state !== undefined && isWhole(state);
}

describe('the texts that a part of a request can be', () => {
  test.each<[string, Domain, string[], string[]]>([
    ['methods', METHOD, ['GET', 'M-SEARCH', 'x!~', '0'], ['', 'A B', 'a/b', 'a,b', 'ä', 'a b']],
    ['hosts', AUTHORITY, ['a.example', 'A', '[::1]:80', 'a%20'], ['', 'a b', 'a/b', ' a']],
    ['server names', SERVER_NAME, ['a.example', 'a_b-c', '0'], ['', 'A', 'a:b', 'a b']],
    ['headers', HEADER, ['', 'a', 'a b', 'a  b', 'ä'], [' a', 'a ', ' ', 'a  ']],
    ['claims', CLAIM, ['', ' ', 'a b', ' a', 'Zoë'], []],
    ['identities', IDENTITIES,
      ['spiffe://td/ns/a/sa/b', 'spiffe://a.b/ns/a-b/sa/c.d', 'spiffe://ns/ns/ns/sa/sa', 'spiffe://a_1/ns/0/sa/_'],
      ['', 'spiffe://', 'spiffe:///ns/a/sa/b', 'spiffe://td', 'spiffe://td/ns//sa/b', 'spiffe://td/ns/a.b/sa/c', 'spiffe://td/ns/a/sa/', 'spiffe://td/ns/a/sa/b/c', 'spiffe://td/ns/a/sb/c',
        'spiffe://td/ns/a', 'spiffe://td/na/a/sa/b', 'spiffe://td/nsx/a/sa/b', 'spiffe://td:1/ns/a/sa/b', 'http://td/ns/a/sa/b', 'spiffe://td/sa/a/ns/b', 'spiffe://td/ns/a/sa/b/sa/c', 'spiffe://td/ns/a:b/sa/c']],
  ])('are these of %s', (_, domain, whole, others) => {
    expect(whole.filter(text => !holds(domain, text))).toEqual([]);
    expect(others.filter(text => holds(domain, text))).toEqual([]);
  });

  test.each<[string, Domain]>([['methods', METHOD], ['hosts', AUTHORITY], ['server names', SERVER_NAME], ['headers', HEADER], ['claims', CLAIM]])('go on with every letter where they are %s', (_, domain) => {
    expect([...domain.letters].filter(letter => letter !== ' ' && !holds(domain, `a${letter}`))).toEqual([]);
  });

  const rules = (normalizes: boolean, mergesSlashes: boolean, escapedSlashes: EscapedSlashes): RequestRules => ({ normalizes, mergesSlashes, escapedSlashes, headersWithUnderscores: HeadersWithUnderscores.ALLOW });
  const KEPT = rules(false, false, EscapedSlashes.KEEP_UNCHANGED);
  const NORMALIZED = rules(true, false, EscapedSlashes.KEEP_UNCHANGED);
  const MERGED = rules(true, true, EscapedSlashes.KEEP_UNCHANGED);
  const DECODED = rules(true, true, EscapedSlashes.UNESCAPE_AND_FORWARD);
  const REJECTED = rules(false, false, EscapedSlashes.REJECT_REQUEST);

  test.each<[string, RequestRules[]]>([
    ['none', []], ['which change nothing', [KEPT]], ['which normalize', [NORMALIZED]], ['which merge slashes', [MERGED]], ['which decode slashes', [DECODED]], ['which refuse escaped slashes', [REJECTED]],
    ['several', [KEPT, NORMALIZED]], ['several, the other way round', [NORMALIZED, KEPT]],
  ])('are paths that proxies leave as they are, by their rules: %s', (_, all) => {
    const domain = paths(all);
    const isLeft = (text: string) => all.every(one => { const seen = normalizePath(text, one); return 'path' in seen && seen.path === text; });
    let texts = [''];
    for (let length = 0; length <= 5; length++) {
      const wrong = texts.filter(text => holds(domain, text) !== (text.startsWith('/') && isLeft(text)));
      expect(wrong).toEqual([]);
      texts = texts.flatMap(text => [...'/.%2fx'].map(letter => text + letter));
    }
  });

  test.each<[string, Domain]>([
    ['methods', METHOD], ['hosts', AUTHORITY], ['server names', SERVER_NAME], ['headers', HEADER], ['claims', CLAIM], ['identities', IDENTITIES], ['paths', paths([NORMALIZED])],
  ])('go on alike with letters of one kind: %s', (_, { letters, kindOf, start, step }) => {
    const states = new Set([start]);
    for (const state of states) {
      const next = new Map<string, string | undefined>();
      for (const letter of letters) {
        const to = step(state, letter);
        const kind = kindOf(letter);
        if (next.has(kind)) expect({ state, letter, to }).toEqual({ state, letter, to: next.get(kind) });
        next.set(kind, to);
        if (to !== undefined) states.add(to);
      }
    }
    expect(states.size).toBeGreaterThan(0);
  });
});
