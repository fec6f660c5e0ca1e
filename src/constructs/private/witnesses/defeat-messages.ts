import { DescribedDefeat, DescribedPolicy } from './described-defeat';
import { listed, unique } from '../../../util/text';

/** What is wrong with an intent that the rest of the app defeats, a line for each cause. */
export function defeatMessages(defeats: readonly DescribedDefeat[]): string[] {
  const first = new Map<string, DescribedDefeat>();
  for (const defeat of defeats) {
    const key = `${defeat.witness.outcome === 'passes'} ${defeat.by.map(({ path }) => path).join()} ${defeat.by.length === 0 ? defeat.notes.join() : ''}`;
    if (!first.has(key)) { first.set(key, defeat); }
  }
  return unique([...first.values()].map(messageOf));
}

function messageOf({ witness, by, notes, changed, cure }: DescribedDefeat): string {
  const promised = witness.outcome === 'passes';
  const happens = `${witness.text} ${promised ? 'is refused' : 'passes'}`;
  if (by.length === 0) {
    const why = notes.length === 0 ? '' : `: ${notes.join('; ')}`;
    return changed.length === 0 ? `the app does not do what this says, as ${happens}${why}; ${cure}`
      : `${listed(changed)} was changed or taken out after it was made, and now ${happens}${why}; undo that`;
  }
  const names = by.map(nameOf).join(' and ');
  const [refuses, letsIn] = by.length > 1 ? ['refuse', 'let in'] : ['refuses', 'lets in'];
  if (by.some(({ isRival }) => isRival)) {
    return `${names} may let in what this refuses: ${witness.text}; Istio takes the oldest of the PeerAuthentications of a namespace without selector, which no manifest shows: remove it`;
  }
  return promised
    ? `${names} ${refuses} what this promises: ${witness.text}; narrow it, or take the promise out`
    : `${names} ${letsIn} what this refuses: ${witness.text}; ${narrowing(by)}, or remove it`;
}

function narrowing(by: readonly DescribedPolicy[]): string {
  return by.every(({ kind }) => kind === 'AuthorizationPolicy') ? 'narrow it to the callers and operations that are meant' : 'make it stricter';
}

function nameOf({ kind, namespace, name, path, isOwn }: DescribedPolicy): string {
  return `${kind} '${namespace}/${name}' ${isOwn ? 'of its own, which was changed after it was made,' : `at '${path}'`}`;
}
