import { parseAllDocuments } from 'yaml';
import { isObject } from '../util/shape';

/** The Kubernetes objects in a YAML stream, Lists unrolled. Text that is not YAML is refused: a policy must not be lost. */
export function readManifests(text: string): unknown[] {
  return [...parseAllDocuments(text)].flatMap((document, index) => {
    const [error] = document.errors;
    if (error) throw new Error(`manifests must be YAML, got an error in document ${index}: ${error.message.split('\n')[0]}`);
    const object: unknown = document.toJS();
    if (!isObject(object ?? {})) throw new Error(`manifests must be objects, got '${String(object)}' in document ${index}`);
    return unroll(object);
  });
}

function unroll(object: unknown): unknown[] {
  if (!isObject(object)) return [];
  const { kind, items } = object;
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items.flatMap(unroll) : [object];
}
