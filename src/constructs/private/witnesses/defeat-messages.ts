import { ApiObject } from 'cdk8s';
import { DescribedDefeat, DescribedPolicy } from './witnessed';
import { unique } from '../../../util/text';
import { UNNAMED } from '../../../validation/samples';
import { Complaint } from '../index/complaint';
import { Statement } from '../index/statement';
import { Tree } from '../index/tree';
import { removalOf } from '../reading/included';
import { isChanged } from '../reading/patches';

/** What is wrong with an intent that other policies defeat: once for each set of them, and whether they refuse too much or too little. */
export function defeatComplaints(statement: Statement, defeats: readonly DescribedDefeat[], tree: Tree): Complaint[] {
  const complaints = new Map<string, Complaint>();
  for (const defeat of defeats) {
    const cause = causeOf(defeat);
    if (!complaints.has(cause)) { complaints.set(cause, { message: messageOf(statement, defeat, tree), cause }); }
  }
  return [...complaints.values()];
}

/** The policies that make it so and the outcome; where there are none, what the evaluator has to say. */
function causeOf(defeat: DescribedDefeat): string {
  const { by, witness } = defeat;
  const reasons = by.length > 0 ? by.map(({ kind, namespace, name, path }) => [kind, namespace, name, path]) : [witness.request.destination.namespace, ...notesOf(defeat, 'it')];
  return JSON.stringify([witness.outcome === 'passes', reasons]);
}

function messageOf(statement: Statement, defeat: DescribedDefeat, tree: Tree): string {
  const { witness, by } = defeat;
  const promised = witness.outcome === 'passes';
  if (by.length === 0) { return messageOfNobody(statement, defeat); }
  const names = by.map(nameOf).join(' and ');
  const [refuses, letsIn] = by.length > 1 ? ['refuse', 'let in'] : ['refuses', 'lets in'];
  if (by.some(({ isRival }) => isRival)) {
    return `${names} may let in what this refuses: ${witness.text}; Istio takes the oldest of the PeerAuthentications of a namespace without selector, which no manifest shows: remove it${included(by, tree)}`;
  }
  return `${names} ${promised ? `${refuses} what this promises` : `${letsIn} what this refuses`}: ${witness.text}; ${cureOf(by, promised)}${included(by, tree)}`;
}

/** No policy is to blame: the request never meets those that would refuse it, or is refused for want of one. */
function messageOfNobody({ objects }: Statement, defeat: DescribedDefeat): string {
  const { witness } = defeat;
  const changed = objects.filter(isChanged).map(({ kind, name }) => `its own ${kind} '${name}' was changed after it was made`);
  const reasons = [...changed, ...notesOf(defeat)];
  const what = witness.outcome === 'passes' ? `this promises ${witness.text}, which is refused` : `this refuses ${witness.text}, which passes`;
  return reasons.length > 0 ? `${what}, as ${reasons.join('; ')}; change that back, or take this out`
    : `${what}, and no single policy makes it so; ask PolicySet.fromApp(app).isAuthorized(…).explain() which of them count, and change these or take this out`;
}

/** The witness names a workload by its path, to which the evaluator adds the namespace; and pods that nobody names by a word that nobody knows. */
function notesOf({ notes, witness }: DescribedDefeat, name?: string): string[] {
  const { namespace, workload } = witness.request.destination;
  const called = name ?? (workload === UNNAMED ? 'a pod without labels' : `'${workload}'`);
  return workload === undefined ? [...notes] : notes.map(note => note.replaceAll(`'${namespace}/${workload}'`, called));
}

function cureOf(by: readonly DescribedPolicy[], promised: boolean): string {
  const kinds = unique(by.map(({ kind }) => kind));
  const them = by.length > 1 ? 'them' : 'it';
  if (kinds.includes('PeerAuthentication')) { return `make ${them} STRICT, or remove ${them}`; }
  if (kinds.includes('RequestAuthentication')) { return `let ${them} ask of tokens what this asks, or remove ${them}`; }
  return promised ? `narrow ${them}, or take the promise out` : `narrow ${them} to the callers and operations that are meant, or remove ${them}`;
}

/** What somebody else wrote is changed where it is included. */
function included(by: readonly DescribedPolicy[], tree: Tree): string {
  const removals = by.flatMap(({ path }) => {
    const object = tree.constructs.find(construct => construct.node.path === path);
    return object && ApiObject.isApiObject(object) ? removalOf(object) ?? [] : [];
  });
  return removals.length === 0 ? '' : `: it is included, so by ${removals.join(' and ')}, or by addJsonPatch of the ApiObject`;
}

function nameOf({ kind, namespace, name, path, isOwn }: DescribedPolicy): string {
  return `${kind} '${namespace}/${name}' ${isOwn ? 'of its own, which was changed after it was made,' : `at '${path}'`}`;
}
