import { readDocuments } from '../istio/documents';

/** The Kubernetes objects in a YAML stream, Lists unrolled. */
export function readManifests(text: string): unknown[] {
  return readDocuments(text).objects.map(({ object }) => object);
}
