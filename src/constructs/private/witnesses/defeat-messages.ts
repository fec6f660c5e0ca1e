import { DescribedDefeat, DescribedPolicy } from './described-defeat';
import { listed, unique } from '../../../util/text';

/** What is wrong with an intent that the rest of the app defeats, a line for each cause. */
export function defeatMessages(defeats: readonly DescribedDefeat[]): string[] {
  const first = new Map<string, DescribedDefeat>();
  for (const defeat of defeats) {
    if (!first.has(causeOf(defeat))) { first.set(causeOf(defeat), defeat); }
  }
  return unique([...first.values()].map(messageOf));
}

/** The policies that make it so, or what the evaluator says of it, for whatever port. */
function causeOf({ witness, by, notes }: DescribedDefeat): string {
  const why = by.length > 0 ? by.map(({ path }) => path) : notes.map(note => note.replace(/port \d+/g, 'port'));
  return [witness.outcome === 'passes', ...why].join();
}

function messageOf(defeat: DescribedDefeat): string {
  const { witness, by, notes, changed } = defeat;
  const promised = witness.outcome === 'passes';
  const happens = `${witness.text} ${promised ? 'is refused' : 'passes'}`;
  if (by.length === 0) {
    const why = notes.length === 0 ? '' : `: ${notes.join('; ')}`;
    return changed.length === 0 ? `the app does not do what this says, as ${happens}${why}; ${cureOf(defeat)}`
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

/** What to do where no policy is to blame: by what the evaluator says of it. */
function cureOf({ witness: { outcome }, notes, of }: DescribedDefeat): string {
  const known = CURES.find(({ said }) => notes.some(note => note.includes(said)));
  if (known) { return known.cure; }
  if (outcome === 'passes') { return 'mend that, or take the promise out'; }
  return of === 'namespace' ? 'mend that, or name the workload in outsideMesh with a reason' : 'mend that, or protect it by other means';
}

const CURES: readonly { readonly said: string; readonly cure: string }[] = [
  { said: 'has no label of the mesh', cure: 'adopt its Namespace by a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace: … })' },
  {
    said: 'goes past the waypoint',
    cure: 'make its namespace ambient, or where it is a gateway say so: Principal.serviceAccount(…, { gateway: true }), or label the Service istio.io/use-waypoint: none and state TCP operations',
  },
];

function narrowing(by: readonly DescribedPolicy[]): string {
  return by.every(({ kind }) => kind === 'AuthorizationPolicy') ? 'narrow it to the callers and operations that are meant' : 'make it stricter';
}

function nameOf({ kind, namespace, name, path, isOwn }: DescribedPolicy): string {
  return `${kind} '${namespace}/${name}' ${isOwn ? 'of its own, which was changed after it was made,' : `at '${path}'`}`;
}
