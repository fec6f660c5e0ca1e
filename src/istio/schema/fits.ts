import { fieldOf, isObject, ObjectSchema, Schema } from './schema';
import { isDateTimeFormat } from '../../util/go/time';

/**
 * Whether a value has the types of a schema, all required fields, and no others; null for a field is as good as nothing. Pruning and checking it then
 * have nothing to report, which this finds out for the price of a look. Rules, limits and patterns are not looked at: the schema must have none.
 */
export function fits(schema: Schema, value: unknown): boolean {
  switch (schema.type) {
    case 'any':
      return true;
    case 'string':
      return typeof value === 'string' && schema.enum?.includes(value) !== false;
    case 'time':
      return typeof value === 'string' && isDateTimeFormat(value);
    case 'boolean':
      return typeof value === 'boolean' || schema.nullable === true && value === null;
    case 'integer':
      return Number.isInteger(value) || schema.nullable === true && value === null;
    case 'number':
      return Number.isFinite(value) || schema.nullable === true && value === null;
    case 'int-or-string':
      return Number.isInteger(value) || typeof value === 'string';
    case 'array':
      return Array.isArray(value) && value.every(item => fits(schema.items, item));
    case 'map':
      return isObject(value) && Object.values(value).every(item => item === null || fits(schema.values, item));
    case 'object':
      return isObject(value) && fitsObject(schema, value);
  }
}

function fitsObject(schema: ObjectSchema, value: Readonly<Record<string, unknown>>): boolean {
  const fitsField = (name: string): boolean => {
    const inner = fieldOf(schema, name);
    return inner === undefined ? schema.open === true : value[name] === null || fits(inner, value[name]);
  };
  return Object.keys(value).every(fitsField) && (schema.required ?? []).every(name => Object.hasOwn(value, name) && value[name] !== null);
}
