import { runeCount } from '../../util/go/bytes';
import { isDateTimeFormat } from '../../util/go/time';
import { at, Report, shown } from '../problem';
import { isObject, ListSchema, MapSchema, NumberSchema, ObjectSchema, Rule, Schema, StringSchema } from './schema';

/** What the API server's schema says of a value; nothing where a field is unknown. Returns whether it is content. */
export function checkSchema(schema: Schema, value: unknown, field: string, report: Report): boolean {
  switch (schema.type) {
    case 'any':
      return true;
    case 'string':
      return typeof value === 'string' ? checkString(schema, value, field, report) : wrongType('text', value, field, report);
    case 'time':
      return typeof value === 'string' && isDateTimeFormat(value) || wrongType('a time such as \'2026-01-31T12:00:00Z\'', value, field, report);
    case 'boolean':
      return typeof value === 'boolean' || (schema.nullable && value === null) || wrongType('true or false', value, field, report);
    case 'integer':
    case 'number':
      return (schema.nullable && value === null) || checkNumber(schema, value, field, report);
    case 'int-or-string':
      return Number.isInteger(value) || typeof value === 'string' || wrongType('a whole number or text', value, field, report);
    case 'array':
      return Array.isArray(value) ? checkList(schema, value, field, report) : wrongType('a list', value, field, report);
    case 'map':
      return isObject(value) ? checkMap(schema, value, field, report) : wrongType('an object', value, field, report);
    case 'object':
      return isObject(value) ? checkObject(schema, value, field, report) : wrongType('an object', value, field, report);
  }
}

function wrongType(expected: string, value: unknown, field: string, report: Report): false {
  report(field, `must be ${expected}, got ${shown(value)}; ${remedyFor(expected, value)}`);
  return false;
}

function remedyFor(expected: string, value: unknown): string {
  if (value === null) {
    return 'give it a value, or leave it out';
  }
  if (expected === 'text' && typeof value !== 'object') {
    return 'put it in quotes';
  }
  return expected.endsWith('number') && typeof value === 'string' ? 'write it without quotes' : 'correct it';
}

function checkString(schema: StringSchema, value: string, field: string, report: Report): boolean {
  const fault = stringFault(schema, value);
  if (fault !== undefined) {
    report(field, fault);
  }
  return fault === undefined && checkRules(schema.rules, value, field, report);
}

function stringFault(schema: StringSchema, value: string): string | undefined {
  const length = runeCount(value);
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `must be one of ${schema.enum.join(', ')}, got ${shown(value)}; case matters`;
  }
  if (length < (schema.minLength ?? 0)) {
    return 'must not be empty, got \'\'; give it a value, or leave it out';
  }
  if (length > (schema.maxLength ?? Infinity)) {
    return `must have at most ${schema.maxLength} characters, got ${length}; shorten ${shown(value)}`;
  }
  if (schema.bytes && !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(value)) {
    return `must be base64, got ${shown(value)}; encode the bytes`;
  }
  return schema.pattern?.test(value) === false ? `must match ${schema.pattern.source}, got ${shown(value)}; check its spelling` : undefined;
}

function checkNumber(schema: NumberSchema, value: unknown, field: string, report: Report): boolean {
  if (typeof value !== 'number' || !(schema.type === 'integer' ? Number.isInteger(value) : Number.isFinite(value))) {
    return wrongType(schema.type === 'integer' ? 'a whole number' : 'a number', value, field, report);
  }
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (value < minimum || value > maximum) {
    report(field, `must be ${maximum === Infinity ? `at least ${minimum}` : `from ${minimum} to ${maximum}`}, got ${shown(value)}; correct it`);
    return false;
  }
  return checkRules(schema.rules, value, field, report);
}

function checkList(schema: ListSchema, value: readonly unknown[], field: string, report: Report): boolean {
  const items = value.map((item, index) => checkSchema(schema.items, item, at(field, index), report));
  const counted = checkCount(value.length, schema, field, report);
  return items.every(Boolean) && counted && checkKeys(schema, value, field, report) && checkRules(schema.rules, value, field, report);
}

function checkKeys({ key }: ListSchema, value: readonly unknown[], field: string, report: Report): boolean {
  const keys = key === undefined ? [] : value.map(item => (item as Readonly<Record<string, unknown>>)[key]);
  const repeated = keys.findIndex((name, index) => keys.indexOf(name) < index);
  if (repeated >= 0) {
    report(at(field, repeated), `must have another ${key} than those before it, got ${shown(keys[repeated])} again; rename it`);
  }
  return repeated < 0;
}

function checkMap(schema: MapSchema, value: Readonly<Record<string, unknown>>, field: string, report: Report): boolean {
  const values = Object.entries(value).map(([key, item]) => checkSchema(schema.values, item, at(field, key), report));
  const counted = checkCount(values.length, schema, field, report);
  return values.every(Boolean) && counted && checkRules(schema.rules, value, field, report);
}

function checkCount(count: number, limits: { readonly minItems?: number; readonly maxItems?: number }, field: string, report: Report): boolean {
  const { minItems = 0, maxItems = Infinity } = limits;
  if (count < minItems) {
    report(field, 'must not be empty, got nothing in it; fill it, or leave it out');
  } else if (count > maxItems) {
    report(field, `must have at most ${maxItems} entries, got ${count}; spread them over several resources`);
  }
  return count >= minItems && count <= maxItems;
}

function checkObject(schema: ObjectSchema, value: Readonly<Record<string, unknown>>, field: string, report: Report): boolean {
  const has = (name: string): boolean => Object.prototype.hasOwnProperty.call(value, name);
  const missing = (schema.required ?? []).filter(name => !has(name));
  missing.forEach(name => report(at(field, name), `must be given, got nothing; add ${name}`));
  const fields = Object.entries(schema.fields).filter(([name]) => has(name))
    .map(([name, inner]) => checkSchema(inner, value[name], at(field, name), report));
  const crowded = (schema.oneOf ?? []).map(group => group.filter(has)).filter(given => given.length > 1);
  crowded.forEach(given => report(field, `must have at most one of these, got ${given.join(' and ')}, where empty counts; keep one`));
  return missing.length + crowded.length === 0 && fields.every(Boolean) && checkRules(schema.rules, value, field, report);
}

/** The rules of a value whose types are right; the API server too skips them elsewhere. */
function checkRules<T>(rules: ReadonlyArray<Rule<T>> | undefined, value: T, field: string, report: Report): boolean {
  const faults = (rules ?? []).map(rule => rule(value)).filter(fault => fault !== undefined);
  faults.forEach(fault => report(field, fault));
  return faults.length === 0;
}
