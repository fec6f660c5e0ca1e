import { isObject } from '../../util/shape';

/** The payload of a token. */
export interface Claims {
  readonly [name: string]: unknown;
}

/** The text at a path of claims, or the texts of the list there. Numbers, booleans and objects give nothing. */
export function claimTexts(claims: Claims | undefined, path: readonly string[]): readonly string[] {
  let value: unknown = claims;
  for (const name of path) {
    value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter(item => typeof item === 'string') as string[];
}

/** The text of a claim of the first level; undefined if it is anything else. */
export function claimText(claims: Claims | undefined, name: string): string | undefined {
  const value = claims?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Splits the named claims at spaces, as Envoy does before policies see them. */
export function splitClaims(claims: Claims, names: readonly string[]): Claims {
  const split = names.filter(name => typeof claims[name] === 'string');
  const lists = split.map(name => [name, (claims[name] as string).split(' ').filter(word => word !== '')]);
  return { ...claims, ...Object.fromEntries(lists) };
}
