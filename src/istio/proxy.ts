import { at, Report } from './problem';
import { parseKeySet } from './webhook/key-set';
import { AuthorizationPolicyMessage, JwtRuleMessage, RequestAuthenticationMessage } from './webhook/messages';
import { isUsable } from './webhook/usable-key';
import { isTemplate } from './webhook/values';

const CONSEQUENCE = 'Envoy refuses the listener, and keeps its old configuration for good';

/** What is admitted and translated, and then refused by Envoy. Expects a spec that all other layers admit. */
export function checkAuthorizationPolicyAtProxy(spec: AuthorizationPolicyMessage, error: Report): void {
  spec.rules.forEach((rule, index) => {
    const field = at('spec.rules', index);
    rule.to.forEach(({ operation }, to) => {
      for (const name of ['paths', 'notPaths'] as const) {
        operation?.[name].forEach((path, place) => checkPath(path, at(field, 'to', to, 'operation', name, place), error));
      }
    });
    rule.when.forEach(({ key }, when) => checkKey(key, at(field, 'when', when, 'key'), error));
  });
}

/** What is admitted and translated, and then refused by Envoy. Expects a spec that all other layers admit. */
export function checkRequestAuthenticationAtProxy(spec: RequestAuthenticationMessage, error: Report): void {
  spec.jwtRules.forEach((rule, index) => checkJwtRule(rule, at('spec.jwtRules', index), error));
}

function checkPath(path: string, field: string, error: Report): void {
  if (isTemplate(path) && (!path.startsWith('/') || path.includes('//'))) {
    error(field, `must begin with '/' and have no empty segment where it is a template, got '${path}'; ${CONSEQUENCE}, so write '/${path.replace(/^\/+|\/+$/g, '').replace(/\/+/g, '/')}'`);
  }
}

function checkKey(key: string, field: string, error: Report): void {
  if (key.startsWith('request.auth.claims[') && claimsOf(key.slice('request.auth.claims'.length)).includes('')) {
    error(field, `must not have empty brackets, got '${key}'; ${CONSEQUENCE}, so name the claim`);
  } else if (key.startsWith('request.headers[') && !isHeaderText(key)) {
    error(field, `must not contain a line end, got ${JSON.stringify(key)}; ${CONSEQUENCE}, so drop it`);
  }
}

/** The names in `[a][b]`; where the brackets do not pair, all of it is one name. */
function claimsOf(brackets: string): string[] {
  return /^(\[[^[\]]*\])+$/.test(brackets) ? brackets.slice(1, -1).split('][') : [brackets.slice(1, -1)];
}

function checkJwtRule(rule: JwtRuleMessage, field: string, error: Report): void {
  const texts: Array<[string, string]> = [
    ...rule.fromHeaders.flatMap(({ name, prefix }, index): Array<[string, string]> =>
      [[at(field, 'fromHeaders', index, 'name'), name], [at(field, 'fromHeaders', index, 'prefix'), prefix]]),
    [at(field, 'outputPayloadToHeader'), rule.outputPayloadToHeader],
  ];
  texts.filter(([, text]) => !isHeaderText(text))
    .forEach(([where, text]) => error(where, `must not contain a line end, got ${JSON.stringify(text)}; ${CONSEQUENCE}, so drop it`));
  const keys = rule.jwks === '' ? undefined : parseKeySet(rule.jwks);
  if (Array.isArray(keys) && !keys.some(isUsable)) {
    error(at(field, 'jwks'), `must hold a key that Envoy can use, got ${keys.length} keys of which none is; ${CONSEQUENCE}, so put the issuer's public keys in`);
  }
}

/** What Envoy takes in the name or value of a header. */
function isHeaderText(text: string): boolean {
  return !/[\0\n\r]/.test(text);
}
