import { parseAllDocuments } from 'yaml';
import { Manifest } from '../istio/manifest';

/** The Kubernetes objects in a YAML stream, Lists unrolled. */
export function readManifests(text: string): Manifest[] {
  return parseAllDocuments(text).flatMap(document => {
    const object: unknown = document.toJS();
    return unroll(object);
  });
}

function unroll(object: unknown): Manifest[] {
  if (typeof object !== 'object' || object === null) return [];
  const { kind, items } = object as { kind?: unknown; items?: unknown };
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) return items.flatMap(unroll);
  return typeof kind === 'string' ? [object as Manifest] : [];
}
