import { WorkloadReading } from './read-pods';

/** What stands where the pod template of a workload does, and where that is. */
export interface PodManifest extends Pick<WorkloadReading, 'name' | 'pod' | 'podSpec' | 'numbering'> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly template: readonly string[];
}

/** A workload as far as it is read: `{ spec: { template: { metadata, spec } } }` of a Deployment, `{ metadata, spec }` of a Pod. */
export function podManifest({ apiVersion, kind, namespace, name, template, pod, podSpec, numbering }: PodManifest): object {
  const pods = { metadata: { labels: pod.labels, annotations: pod.annotations }, spec: podSpec };
  if (template.length === 0) return { apiVersion, kind, metadata: { ...pods.metadata, name, namespace }, spec: pods.spec };
  const [spec, ...below] = template;
  const body = below.reduceRight<object>((inner, key) => ({ [key]: inner }), pods);
  return { apiVersion, kind, metadata: { name, namespace }, [spec]: { ...numbering, ...body } };
}
