import { Observation } from './observation';
import { HTTP_METHODS } from '../../util/http-methods';
import { isObject } from '../../util/shape';
import { quoted } from '../../util/text';

/** An AuthorizationPolicy that no intent makes, as it is written. */
export interface WrittenPolicy {
  readonly namespace: string;
  readonly name: string;
  /** Path of its construct. */
  readonly path: string;
  readonly spec: unknown;
}

/** Why no request has a value, and what was meant. */
type Slip = (value: string) => string | undefined;

/** ZT110: values that Istio admits and that no request has. With an exclusion (`notPaths`) such a value excludes nothing. */
export function neverMatching(policies: readonly WrittenPolicy[]): Observation[] {
  return policies.flatMap(({ namespace, name, path, spec }) => slipsIn(spec).map(({ field, value, why }) => ({
    rule: 'ZT110' as const,
    path,
    message: `${field} of AuthorizationPolicy '${namespace}/${name}' is ${quoted(value)}, which no request has: ${why}`,
  })));
}

interface FoundSlip { readonly field: string; readonly value: string; readonly why: string }

function slipsIn(spec: unknown): FoundSlip[] {
  return listAt(spec, 'rules').flatMap((rule, i) => [
    ...listAt(rule, 'from').flatMap((from, j) => ['principals', 'notPrincipals'].flatMap(field =>
      slips(memberOf(from, 'source'), field, `rules[${i}].from[${j}].source`, inPrincipal))),
    ...listAt(rule, 'to').flatMap((to, j) => [['methods', inMethod], ['notMethods', inMethod], ['paths', inPath], ['notPaths', inPath]].flatMap(([field, slip]) =>
      slips(memberOf(to, 'operation'), field as string, `rules[${i}].to[${j}].operation`, slip as Slip))),
    ...listAt(rule, 'when').flatMap((when, j) => memberOf(when, 'key') !== 'source.principal' ? [] : ['values', 'notValues'].flatMap(field =>
      slips(when, field, `rules[${i}].when[${j}]`, inPrincipal))),
  ]);
}

function slips(owner: unknown, field: string, prop: string, slip: Slip): FoundSlip[] {
  return listAt(owner, field).flatMap((value, i) => {
    const why = typeof value === 'string' ? slip(value) : undefined;
    return why === undefined ? [] : [{ field: `${prop}.${field}[${i}]`, value: value as string, why }];
  });
}

function inPrincipal(value: string): string | undefined {
  return /^\*?spiffe:\/\//.test(value) ? `principals are compared without spiffe://; write ${quoted(value.replace('spiffe://', ''))}` : undefined;
}

function inMethod(value: string): string | undefined {
  const upper = value.toUpperCase();
  return value !== upper && HTTP_METHODS.includes(upper) ? `methods are compared letter by letter; write '${upper}'` : undefined;
}

/** Stars of templates, `{*}` and `{**}`, are no stars. */
function inPath(value: string): string | undefined {
  const inner = value.replace(/\{\*\*?\}/g, '').slice(1, -1);
  if (inner.includes('*')) { return `a star is one at the start or end only; for one segment write {*}, as in ${quoted(value.replace(/\*/g, '{*}'))}`; }
  return /^[\w.-]/.test(value) ? `paths begin with '/'; write ${quoted(`/${value}`)}` : undefined;
}

/** What is of another shape is refused by whoever reads it. */
function memberOf(owner: unknown, name: string): unknown { return isObject(owner) ? owner[name] : undefined; }

function listAt(owner: unknown, name: string): readonly unknown[] {
  const list = memberOf(owner, name);
  return Array.isArray(list) ? list : [];
}
