import { Rendered } from './rendered';
import { SECURITY_GROUP } from '../../src/istio/manifest';
import { RESOURCE_KINDS } from '../../src/istio/resource-kinds';
import { Schema } from '../../src/istio/schema/schema';

/** Fields that this library refuses or does not offer. */
const NOT_RENDERED = ['jwks_uri', 'presence', 'namespace'];

/** Fields of the three kinds that no object has: what nothing renders, nothing was asked about. */
export function missingFields(objects: readonly Rendered[]): string[] {
  const seen = new Set<string>();
  for (const { object: { kind, spec } } of objects) { collect(spec, String(kind), seen); }
  const kinds = RESOURCE_KINDS.filter(({ group }) => group === SECURITY_GROUP);
  return kinds.flatMap(({ kind, spec }) => fieldsOf(spec, kind)).filter(path => !seen.has(path));
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
