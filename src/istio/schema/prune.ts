import { at, Report } from '../problem';
import { fieldOf, isObject, ObjectSchema, Schema } from './schema';
import { folded } from '../../util/text';

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
    report(at(field, name), `must be a field of the API, got '${name}'${suggestion(name, Object.keys(schema.fields))}`);
    return [];
  }));
}

function suggestion(name: string, known: readonly string[]): string {
  if (name.startsWith('$')) {
    return '; it is a patch: build kustomize first';
  }
  const wanted = folded(name);
  const near = known.find(candidate => folded(candidate) === wanted)
    ?? known.find(candidate => folded(candidate).startsWith(wanted) || wanted.startsWith(folded(candidate)));
  if (near !== undefined) {
    return `; did you mean '${near}'?`;
  }
  return known.length === 0 ? '; drop it' : `; known here: ${known.join(', ')}`;
}
