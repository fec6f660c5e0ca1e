import { DescribedDefeat, DescribedPolicy } from './witnessed';
import { unique } from '../../../util/text';

/** What is wrong with an intent that other policies defeat, a line for each of them. */
export function defeatMessages(defeats: readonly DescribedDefeat[]): string[] {
  const first = new Map<string, DescribedDefeat>();
  for (const defeat of defeats) {
    const key = `${defeat.witness.outcome === 'passes'} ${defeat.by.map(({ path }) => path).join()}`;
    if (!first.has(key)) { first.set(key, defeat); }
  }
  return unique([...first.values()].map(messageOf));
}

function messageOf({ witness, by, notes }: DescribedDefeat): string {
  const promised = witness.outcome === 'passes';
  if (by.length === 0) {
    const why = notes.length === 0 ? '' : ` (${notes.join('; ')})`;
    return `the app does not enforce this as stated: ${witness.text} ${promised ? 'is refused' : 'passes'}${why}; look at what else the app says of it`;
  }
  const names = by.map(nameOf).join(' and ');
  const [refuses, letsIn] = by.length > 1 ? ['refuse', 'let in'] : ['refuses', 'lets in'];
  if (by.some(({ isRival }) => isRival)) {
    return `${names} may let in what this refuses: ${witness.text}; Istio takes the oldest of the PeerAuthentications of a namespace without selector, which no manifest shows: remove it`;
  }
  return promised
    ? `${names} ${refuses} what this promises: ${witness.text}; narrow it, or take the promise out`
    : `${names} ${letsIn} what this refuses: ${witness.text}; narrow it to the callers and operations that are meant, or remove it`;
}

function nameOf({ kind, namespace, name, path, isOwn }: DescribedPolicy): string {
  return `${kind} '${namespace}/${name}' ${isOwn ? 'of its own, which was changed after it was made,' : `at '${path}'`}`;
}
