import { parseAllDocuments } from 'yaml';

/** The Kubernetes objects in a YAML stream, Lists unrolled. */
export function readManifests(text: string): unknown[] {
  return parseAllDocuments(text).flatMap(document => {
    const object: unknown = document.toJS();
    return unroll(object);
  });
}

function unroll(object: unknown): unknown[] {
  if (typeof object !== 'object' || object === null) return [];
  const { kind, items } = object as { kind?: unknown; items?: unknown };
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) return items.flatMap(unroll);
  return [object];
}
