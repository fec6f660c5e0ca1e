import { Rendered } from './rendered';
import { Schema } from '../../src/istio/schema/schema';
import { SecurityKind, SPECS } from '../../src/istio/schema/tables';

/** Fields that this library refuses or does not offer. */
const NOT_RENDERED = ['jwks_uri', 'presence', 'namespace'];

/** Fields of the three kinds that no object has: what nothing renders, nothing was asked about. */
export function missingFields(objects: readonly Rendered[]): string[] {
  const seen = new Set<string>();
  for (const { object: { kind, spec } } of objects) { collect(spec, String(kind), seen); }
  return Object.keys(SPECS).flatMap(kind => fieldsOf(SPECS[kind as SecurityKind], kind)).filter(path => !seen.has(path));
}

function collect(value: unknown, path: string, seen: Set<string>): void {
  if (Array.isArray(value)) {
    value.forEach(item => collect(item, path, seen));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      seen.add(`${path}.${key}`);
      collect(item, `${path}.${key}`, seen);
    }
  }
}

/** Paths of all fields, without the places in lists. */
function fieldsOf(schema: Schema, path: string): string[] {
  switch (schema.type) {
    case 'array': return fieldsOf(schema.items, path);
    case 'object': return Object.entries(schema.fields).filter(([name]) => !NOT_RENDERED.includes(name))
      .flatMap(([name, field]) => [`${path}.${name}`, ...fieldsOf(field, `${path}.${name}`)]);
    default: return [];
  }
}
