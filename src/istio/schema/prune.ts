import { at, Report } from '../problem';
import { fieldOf, isObject, ObjectSchema, Schema } from './schema';
import { suggestion } from '../../util/suggestion';

/** The value without the fields that the schema does not know, each of which is reported. Wrong types are left to the schema check. */
export function prune(schema: Schema | undefined, value: unknown, field: string, report: Report): unknown {
  if (schema?.type === 'any') {
    return value;
  }
  if (Array.isArray(value)) {
    const items = schema?.type === 'array' ? schema.items : undefined;
    return schema?.type === 'object' && schema.open ? value : value.map((item, index) => prune(items, item, at(field, index), report));
  }
  if (!isObject(value)) {
    return value;
  }
  if (schema?.type === 'map') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, prune(schema.values, item, at(field, key), report)]));
  }
  return pruneObject(schema?.type === 'object' ? schema : { type: 'object', fields: {} }, value, field, report);
}

function pruneObject(schema: ObjectSchema, value: Readonly<Record<string, unknown>>, field: string, report: Report): unknown {
  return Object.fromEntries(Object.entries(value).flatMap(([name, item]) => {
    const inner = fieldOf(schema, name);
    if (inner !== undefined) {
      return [[name, prune(inner, item, at(field, name), report)] as const];
    }
    if (schema.open) {
      return [[name, item] as const];
    }
    report(at(field, name), `must be a field of the API, got '${name}'${cureFor(name, Object.keys(schema.fields))}`);
    return [];
  }));
}

function cureFor(name: string, known: readonly string[]): string {
  return name.startsWith('$') ? '; it is a patch: build kustomize first' : suggestion(name, known);
}
