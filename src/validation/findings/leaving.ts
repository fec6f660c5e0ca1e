import { Observation } from './observation';
import { few, quoted } from '../../util/text';
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

/** ZT113 of pods of a kind that only its controller knows. The evaluator knows them by a name that nobody has seen. */
export function leavingOtherwise(
  { path }: { readonly path: string }, { namespace, name }: { readonly namespace: string; readonly name: string }, { notes }: Leak,
): Observation {
  const why = notes.map(note => note.split(quoted(`${namespace}/${name}`)).join(quoted(path))).join('; ');
  return { rule: 'ZT113', path, message: `pods of '${path}' take plaintext of anyone${why === '' ? '' : `: ${why}`}; mend that where their template says it, or acknowledge it with a reason` };
}

/** ZT113 of a namespace that is not in the mesh, where that denies by default: nobody enforces it there. */
export function outOfTheMesh(
  { name, path }: { readonly name: string; readonly path: string }, workloads: readonly string[], meant?: string,
): Observation {
  return {
    rule: 'ZT113',
    path,
    message: `namespace ${quoted(name)} is not in the mesh, so that the default deny does not hold there and anyone may call ${few(workloads)}; `
      + (meant === undefined ? `declare it: new ZeroTrustNamespace(…, { name: ${quoted(name)} })` : `did you mean its label ${meant}?`),
  };
}
