import fc from 'fast-check';
import { Domain } from '../../../src/analysis/domain';
import { classesOf } from '../../../src/analysis/words';
import * as languages from '../../../src/policy/matching/language';
import { pathPattern } from '../../../src/policy/matching/path-pattern';
import * as principals from '../../../src/policy/matching/principal-pattern';
import { requestPrincipalPattern } from '../../../src/policy/matching/request-principal-pattern';
import { presencePattern, textPattern, TextTest } from '../../../src/policy/matching/text-pattern';
import { resolveMesh } from '../../../src/policy/request/mesh-settings';

const NEW = resolveMesh({ istioVersion: '1.32' });
const OLD = resolveMesh({ istioVersion: '1.28' });

/** The grammars of values, each as a test and as a language. */
const GRAMMARS: readonly [string, (value: string) => TextTest, (value: string) => languages.Language | undefined][] = [
  ['text', textPattern, languages.textLanguage],
  ['presence', presencePattern, languages.presenceLanguage],
  ['host', value => text => presencePattern(value.toLowerCase())(text.toLowerCase()), languages.hostLanguage],
  ['path', pathPattern, languages.pathLanguage],
  ['principals', value => principals.principalPattern(value, NEW), value => languages.principalLanguage(value, NEW)],
  ['principals up to 1.29', value => principals.principalPattern(value, OLD), value => languages.principalLanguage(value, OLD)],
  ['namespaces', value => principals.namespacePattern(value, NEW), value => languages.namespaceLanguage(value, NEW)],
  ['namespaces up to 1.29', value => principals.namespacePattern(value, OLD), value => languages.namespaceLanguage(value, OLD)],
  ['trustDomains', principals.trustDomainPattern, languages.trustDomainLanguage],
  ['serviceAccounts', value => principals.serviceAccountPattern(value, 'n'), value => languages.serviceAccountLanguage(value, 'n')],
  ['principals at ztunnel', principals.schemelessPattern, languages.schemelessLanguage],
  ['namespaces at ztunnel', principals.identityNamespacePattern, languages.identityNamespaceLanguage],
  ['serviceAccounts at ztunnel', value => principals.identityAccountPattern(value, 'n'), value => languages.identityAccountLanguage(value, 'n')],
  ['issuers of requestPrincipals', value => text => subjectsOf(value).some(sub => requestPrincipalPattern(value)({ iss: text, sub })), languages.issuerLanguage],
];

/** Subjects, one of which a value of `requestPrincipals` matches. */
function subjectsOf(value: string): string[] {
  const last = value.slice(value.lastIndexOf('/') + 1);
  return [last, last.replace(/\*$/, ''), last.replace(/^\*/, ''), 'x', ''];
}

const VALUE = fc.array(fc.constantFrom('*', '/', 'a', 'b', 'n', 't.d', 'A', '{*}', '{**}', '/ns/', '/sa/', '.'), { minLength: 1, maxLength: 5 }).map(parts => parts.join(''));
const TEXT = fc.oneof(
  fc.array(fc.constantFrom('/', 'a', 'b', 'n', 'A', '.', 'td'), { maxLength: 6 }).map(parts => parts.join('')),
  fc.tuple(fc.constantFrom('t.d', 'txd', 'a', 'a.b'), fc.constantFrom('n', 'a', 'an', 'b'), fc.constantFrom('a', 'b', 'ab', 'a/b')).map(([domain, namespace, name]) => `spiffe://${domain}/ns/${namespace}/sa/${name}`),
);

/** Exactly one text. */
function only(text: string): Domain {
  return { letters: [...new Set(text)].join(''), kindOf: letter => letter, start: '', step: (state, letter) => text.startsWith(state + letter) ? state + letter : undefined, isWhole: state => state === text };
}

/** Whether a language holds a text, as the automaton sees it. */
function isHeld(language: languages.Language, text: string): boolean {
  return classesOf([language], only(text), []).some(({ accepted }) => accepted.includes(0));
}

describe('the language of a value', () => {
  test.each(GRAMMARS)('%s: holds a text exactly if the test of the value passes it', (_, pattern, languageOf) => {
    fc.assert(fc.property(VALUE, TEXT, (value, text) => {
      const language = languageOf(value);
      if (language === undefined) return;
      expect({ value, text, held: isHeld(language, text) }).toEqual({ value, text, held: pattern(value)(text) });
    }), { numRuns: 400 });
  });
});
