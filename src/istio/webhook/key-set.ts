import { X509Certificate } from 'crypto';
import { JsonObject, JsonValue, parseFirstJson } from '../../util/go/json';

/** A key as istiod's JWK library reads it. */
export interface Key {
  readonly type: string;
  /** It is private or symmetric. */
  readonly secret: boolean;
  readonly members: ReadonlyMap<string, JsonValue>;
}

interface Shape {
  /** Members that are base64 and must be there. */
  readonly required: readonly string[];
  /** Members that are base64. */
  readonly optional?: readonly string[];
  readonly curve?: true;
}

/** By type: a key without, and one with the private part `d`. */
const SHAPES: ReadonlyMap<string, readonly [Shape, Shape]> = new Map([
  ['RSA', [{ required: ['e', 'n'] }, { required: ['d', 'e', 'n'], optional: ['dp', 'dq', 'p', 'q', 'qi'] }]],
  ['EC', [{ required: ['x', 'y'], curve: true }, { required: ['d', 'x', 'y'], curve: true }]],
  ['OKP', [{ required: ['x'], curve: true }, { required: ['d', 'x'], curve: true }]],
  ['oct', [{ required: ['k'] }, { required: ['k'] }]],
]);

const TEXTS = ['kty', 'alg', 'kid', 'use', 'x5t', 'x5t#S256', 'x58']; // sic: the library misspells x5u

/** Thrown inside this file only: why the key set is refused. */
class Refused extends Error {}

/** The keys of a JSON Web Key Set, or of a sole key, as istiod's library reads them; a text says why it refuses. */
export function parseKeySet(text: string): readonly Key[] | string {
  try {
    const set = parseFirstJson(text);
    if (!(set instanceof JsonObject)) {
      throw new Refused('it is no JSON object');
    }
    const lists = set.members.filter(([name]) => name === 'keys').map(([, list]) => list);
    set.members.filter(([name]) => name !== 'keys').forEach(([name, value]) => checkNumbers(name, value));
    return lists.length === 0 ? [parseKey(set, 'the sole key')] : lists.flatMap(parseKeys);
  } catch (error) {
    if (error instanceof Refused || error instanceof SyntaxError || error instanceof RangeError) {
      return error.message;
    }
    throw error;
  }
}

function parseKeys(list: JsonValue): Key[] {
  if (list !== null && !Array.isArray(list)) {
    throw new Refused('its \'keys\' are no list');
  }
  return (list ?? []).map((key, index) => parseKey(key, `key ${index}`));
}

function parseKey(key: JsonValue, name: string): Key {
  if (!(key instanceof JsonObject)) {
    throw new Refused(`${name} is no JSON object`);
  }
  const type = hint(key, name);
  const isPrivate = key.members.some(([member]) => member.toLowerCase() === 'd');
  const shape = SHAPES.get(type)?.[isPrivate ? 1 : 0];
  if (shape === undefined) {
    throw new Refused(`${name} has the unknown type '${type}', known are ${[...SHAPES.keys()].join(', ')}`);
  }
  key.members.forEach(([member, value]) => checkMember(type, shape, member, value, name));
  const members = new Map(key.members);
  const missing = [...shape.required, ...(shape.curve ? ['crv'] : [])].filter(member => !members.has(member));
  if (missing.length > 0) {
    throw new Refused(`${name} lacks ${missing.join(', ')}`);
  }
  return { type, secret: type === 'oct' || isPrivate, members };
}

/** The type of a key, for which the library first looks in any letter case. */
function hint(key: JsonObject, name: string): string {
  const types = key.members.filter(([member]) => member.toLowerCase() === 'kty').map(([, value]) => value);
  if (types.some(type => type !== null && typeof type !== 'string')) {
    throw new Refused(`${name} has a 'kty' that is no text`);
  }
  return types.reduce<string>((last, type) => typeof type === 'string' ? type : last, '');
}

/** The curve and the algorithm may be any text: whether they can be used is not looked at here. */
function checkMember(type: string, shape: Shape, member: string, value: JsonValue, key: string): void {
  const named = `${key} has a '${member}'`;
  const isBytes = shape.required.includes(member) || shape.optional?.includes(member) === true;
  if (isBytes || TEXTS.includes(member) || (shape.curve && member === 'crv')) {
    if (value !== null && typeof value !== 'string') {
      throw new Refused(`${named} that is no text`);
    }
    if (member === 'kty' && value !== type) {
      throw new Refused(`${named} that is said twice, differently`);
    }
    if (isBytes && !isBase64(value ?? '')) {
      throw new Refused(`${named} that is no base64`);
    }
  } else if (member === 'key_ops') {
    checkTexts(value, `${named} that is no list of texts`, () => true);
  } else if (member === 'x5c') {
    checkTexts(value, `${named} that is no list of certificates`, isCertificate);
  } else {
    checkNumbers(member, value);
  }
}

function checkTexts(value: JsonValue, fault: string, good: (item: string) => boolean): void {
  const items = value ?? [];
  if (!Array.isArray(items) || !items.every(item => (item === null || typeof item === 'string') && good(item ?? ''))) {
    throw new Refused(fault);
  }
}

function isCertificate(text: string): boolean {
  try {
    const bytes = Buffer.from(text, 'base64');
    return isBase64(text) && bytes[0] === 0x30 && new X509Certificate(bytes).raw.length === bytes.length;
  } catch {
    return false;
  }
}

/** Free members take any value, but no number beyond floating point. */
function checkNumbers(name: string, value: JsonValue): void {
  if (Array.isArray(value)) {
    value.forEach(item => checkNumbers(name, item));
  } else if (value instanceof JsonObject) {
    value.members.forEach(([, item]) => checkNumbers(name, item));
  } else if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Refused(`its '${name}' holds a number that is too large`);
  }
}

/** Go's decoding: line ends are skipped; with padding it must be right, without it none; one of the two alphabets. */
function isBase64(text: string): boolean {
  const standard = /[+/]/.test(text);
  const body = text.replace(/[\r\n]/g, '');
  const alphabet = standard ? /^[A-Za-z0-9+/]*(=*)$/ : /^[A-Za-z0-9_-]*(=*)$/;
  const padding = alphabet.exec(body)?.[1].length;
  if (padding === undefined) {
    return false;
  }
  return text.endsWith('=') ? padding <= 2 && body.length % 4 === 0 : padding === 0 && body.length % 4 !== 1;
}
