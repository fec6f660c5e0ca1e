const NAMED = 'kubernetes.io/metadata.name';

/** A NetworkPolicy of namespace `shop` for the pods `app: api`, unless said otherwise. */
export function network(spec: object, { name = 'net', namespace = 'shop' }: { name?: string; namespace?: string } = {}): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name, namespace }, spec: { podSelector: { matchLabels: { app: 'api' } }, ...spec } };
}

/** One that lets in whom it names, to some ports. */
export function letsIn(from: object[], ports: object[] = []): object {
  return network({ ingress: [{ from, ports }] });
}

/** One for what pods of namespace `client` send. */
export function letsOut(spec: object): object {
  return network({ podSelector: {}, policyTypes: ['Egress'], ...spec }, { namespace: 'client', name: 'out' });
}

export const labelled = (labels: Record<string, string>) => ({ matchLabels: labels });
export const ofNamespace = (name: string) => ({ namespaceSelector: labelled({ [NAMED]: name }) });
