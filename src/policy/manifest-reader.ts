import { readDocuments } from '../istio/documents';

/** The Kubernetes objects in a YAML stream, Lists unrolled. Text that is not YAML is refused: a policy must not be lost. */
export function readManifests(text: string): unknown[] {
  const { objects, problems } = readDocuments(text);
  const [problem] = problems;
  if (problem) { throw new Error(`manifests must be Kubernetes objects: document ${problem.location.document}: ${problem.message}`); }
  return objects.map(({ object }) => object);
}
