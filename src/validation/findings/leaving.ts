import { Observation } from './observation';
import { Leak } from '../mesh-membership';

/** ZT113: workloads that leave the mesh by their own words, in namespaces that are in it and that nobody declares. */
export function leaving({ path, namespace }: { readonly path: string; readonly namespace: string }, { text, notes }: Leak): Observation {
  return {
    rule: 'ZT113',
    path,
    message: `${text} is not refused${notes.length === 0 ? '' : `: ${notes.join('; ')}`}; mend that, or say why it is so: `
      + `new ZeroTrustNamespace(…, { name: '${namespace}', outsideMesh: [{ workload: …, reason: '…' }] })`,
  };
}
