import { nearest } from './nearest';
import { isObject } from './shape';
import { listed, quoted } from './text';

/**
 * What callers hand in is checked here before it can be left out of the output: in Istio's YAML a missing condition is an open door.
 */

/** The values, of which there must be at least one, none missing and none empty. */
export function atLeastOne<T>(prop: string, values: readonly T[] | undefined, remedy: string): readonly T[] {
  if (values !== undefined && values !== null) { listOf(prop, values); }
  if (values === undefined || values === null || values.length === 0) {
    throw new Error(`${prop} must have at least one entry, got ${quoted(values)}; ${remedy}`);
  }
  const all = [...values] as T[];
  const index = all.findIndex(value => value === undefined || value === null || value as unknown === '');
  if (index >= 0) {
    throw new Error(`${prop}[${index}] must have a value, got ${quoted(all[index])}; ${remedy}`);
  }
  return all;
}

/** The values, which must be a list: text has a length and entries as well. */
export function listOf<T>(prop: string, values: readonly T[]): readonly T[] {
  if (Array.isArray(values)) { return values; }
  const cure = ['string', 'number'].includes(typeof values) ? `write [${typeof values === 'string' ? quoted(values) : String(values)}]` : 'put it into one: […]';
  throw new Error(`${prop} must be a list, got ${shown(values)}; ${cure}`);
}

/** The values by name, which must be an object: text and lists have entries as well. */
export function mapOf<T extends object>(prop: string, values: T): T {
  if (!isObject(values)) { throw new Error(`${prop} must be an object, got ${quoted(values)}; as in { name: value }`); }
  return values;
}

/** A class as far as its instances are concerned. */
interface ClassOf<T> { readonly name: string; readonly prototype: T }

/** The value, which must be an instance of the class: in JavaScript it may be anything. */
export function instanceOf<T extends object>(prop: string, value: T, type: ClassOf<T>, remedy: string): T {
  if (typeof value !== 'object' || value === null || !Object.prototype.isPrototypeOf.call(type.prototype, value)) {
    throw new Error(`${prop} must be of class ${type.name}, got ${shown(value)}; ${remedy}`);
  }
  return value;
}

/** A value as messages show it: an object by the name of its class. */
export function shown(value: unknown): string {
  return quoted(isObject(value) ? value.constructor?.name ?? 'object' : value);
}

/** The values, of which there must be at least one, all instances of the class. */
export function instancesOf<T extends object>(prop: string, values: readonly T[] | undefined, type: ClassOf<T>, remedy: string): readonly T[] {
  return atLeastOne(prop, values, remedy).map((value, i) => instanceOf(`${prop}[${i}]`, value, type, remedy));
}

/** The value, which must be non-empty text without blanks around it. */
export function text(prop: string, value: string | undefined, remedy: string): string {
  if (typeof value !== 'string' || value === '' || value.trim() !== value) {
    throw new Error(`${prop} must be text without blanks around it, got ${quoted(value)}; ${Array.isArray(value) ? UNPACKED : remedy}`);
  }
  return value;
}

/** Of a list where one value is expected. */
const UNPACKED = 'give each entry by itself, as in (…list)';

/** The value, which must be one of those allowed: enums are plain text at run time. */
export function oneOf<T extends string>(prop: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) {
    const meant = typeof value === 'string' ? nearest(value, allowed) : undefined;
    throw new Error(`${prop} must be one of ${listed(allowed)}, got ${quoted(value)}; ${meant === undefined ? 'choose one' : `did you mean '${meant}'?`}`);
  }
  return value;
}

/** The port, which must be a whole number from 1 to 65535. */
export function portNumber(prop: string, port: number, remedy = 'give the port that the workload listens on'): number {
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Error(`${prop} must be a whole number from 1 to 65535, got ${quoted(port)}; ${remedy}`);
  }
  return port;
}

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What is a name but for capitals, blanks and underscores. */
function meantBy(name: unknown, pattern: RegExp): string | undefined {
  const meant = typeof name === 'string' ? name.trim().toLowerCase().replace(/[\s_]+/g, '-') : '';
  return pattern.test(meant) && meant.length <= 253 && meant !== name ? `did you mean '${meant}'?` : undefined;
}

/** The namespace, which must be a DNS label. */
export function namespaceName(prop: string, name: string, remedy = 'give the plain name'): string {
  if (typeof name !== 'string' || !DNS_LABEL.test(name)) {
    throw new Error(`${prop} must be a namespace name of lower-case letters, digits and '-', got ${quoted(name)}; ${meantBy(name, DNS_LABEL) ?? remedy}`);
  }
  return name;
}

/** The name, which must be a DNS label, for what no other checks. */
export function dnsLabel(prop: string, name: string, remedy: string): string {
  if (typeof name !== 'string' || !DNS_LABEL.test(name)) {
    throw new Error(`${prop} must be a name of at most 63 lower-case letters, digits and '-', got ${quoted(name)}; ${remedy}`);
  }
  return name;
}

/** The revision of istiod, which is part of the name of its Service: as a label, an empty one would silently inject nothing. */
export function revisionName(prop: string, name: string): string {
  if (typeof name !== 'string' || !DNS_LABEL.test(name)) {
    const meant = typeof name !== 'string' ? '' : name.toLowerCase().replaceAll('.', '-');
    const cure = DNS_LABEL.test(meant) ? `did you mean '${meant}'?` : 'leave it out for the default revision';
    throw new Error(`${prop} must be a revision of istiod of lower-case letters, digits and '-', got ${quoted(name)}; ${cure}`);
  }
  return name;
}

/** The object name, which must be a DNS subdomain. */
export function objectName(prop: string, name: string): string {
  if (typeof name !== 'string' || name.length > 253 || !DNS_SUBDOMAIN.test(name)) {
    throw new Error(`${prop} must be an object name of lower-case letters, digits, '-' and '.', got ${quoted(name)}; ${meantBy(name, DNS_SUBDOMAIN) ?? 'give the plain name'}`);
  }
  return name;
}
