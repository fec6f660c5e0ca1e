import { byteLength } from '../../util/go/bytes';
import { isAddress, isPrefix } from '../../util/go/netip';
import { parseUint } from '../../util/go/numbers';
import { at, Report } from '../problem';

/** Rules of the webhook for one value of a list; they say what is wrong, or nothing. */
export type ValueRule = (value: string) => string | undefined;

export const notEmpty: ValueRule = value =>
  value === '' ? 'must not be empty, got \'\'; give it a value, or leave it out' : undefined;

export const ipBlock: ValueRule = value =>
  (value.includes('/') ? isPrefix(value) : isAddress(value))
    ? undefined
    : `must be an IP address or a CIDR block such as '10.0.0.0/8', got '${value}'; correct it`;

export const port: ValueRule = value => {
  const number = parseUint(value, 32);
  return number !== undefined && number <= BigInt(65535) ? undefined : `must be a port from 0 to 65535 in digits, got '${value}'; list single ports`;
};

export const serviceAccount: ValueRule = value => {
  const parts = value.split('/');
  if (value === '' || parts.length > 2 || parts.includes('') || value.includes('*')) {
    return `must be SERVICE-ACCOUNT or NAMESPACE/SERVICE-ACCOUNT without '*', got '${value}'; use principals for patterns`;
  }
  return byteLength(value) > 320 ? `must have at most 320 bytes, got ${byteLength(value)}; shorten it` : undefined;
};

/** At most one `*`, at the start or the end. */
export const wildcard: ValueRule = value => {
  const inner = value.slice(1, -1).includes('*');
  const both = value.length > 1 && value.startsWith('*') && value.endsWith('*');
  return inner || both ? `must have at most one '*', at its start or end, got '${value}'; list several values` : notEmpty(value);
};

export const trustDomain: ValueRule = value =>
  wildcard(value) ?? (value.includes('/') ? `must not contain '/', got '${value}'; give the trust domain alone` : undefined);

const PCHARS = /^[a-zA-Z0-9\-._~%!$&'()+,;:@=]+$/;

/** A path, in which `{*}` and `{**}` make a template. */
export const path: ValueRule = value => {
  const template = isTemplate(value);
  const segments = value.replace(/^\/+|\/+$/g, '').split('/');
  const rest = segments.findIndex(segment => segment === '{**}');
  const late = rest >= 0 && segments.slice(rest + 1).some(segment => segment === '{*}' || segment === '{**}');
  if (late) {
    return `must have '{**}' as its last operator, got '${value}'; use '{*}' before it`;
  }
  const literals = segments.filter(segment => segment !== '{*}' && segment !== '{**}');
  if (literals.some(segment => /[{}]/.test(segment))) {
    return `must have '{' and '}' only in segments '{*}' and '{**}', got '${value}'; name the segment with '{*}'`;
  }
  return template && !literals.every(segment => PCHARS.test(segment))
    ? `must have plain non-empty segments beside '{*}' and '{**}', got '${value}'; a template takes no '*' and no empty segment`
    : undefined;
};

export function isTemplate(value: string): boolean {
  return value.includes('{*}') || value.includes('{**}');
}

/** Reports a value that breaks a rule; one that is not given breaks none. */
export function checkValue<T>(value: T | undefined, field: string, rule: (value: T) => string | undefined, error: Report): void {
  const fault = value === undefined ? undefined : rule(value);
  if (fault !== undefined) {
    error(field, fault);
  }
}

/** Reports every value that breaks one of the rules, with the first rule it breaks. */
export function checkValues(values: readonly string[], field: string, rules: readonly ValueRule[], error: Report): void {
  values.forEach((value, index) => {
    const fault = rules.map(rule => rule(value)).find(found => found !== undefined);
    if (fault !== undefined) {
      error(at(field, index), fault);
    }
  });
}
