import { ApiObject } from 'cdk8s';
import { DescribedDefeat, DescribedPolicy } from './described-defeat';
import { SEVERAL_AUTHORIZERS } from '../../../policy/proxies/envoy-policies';
import { listed, unique } from '../../../util/text';
import { UNNAMED } from '../../../validation/samples';
import { Witness } from '../../../validation/witness';
import { Complaint } from '../index/complaint';
import { Tree } from '../index/tree';
import { removalOf } from '../reading/included';

/** What is wrong with an intent that the rest of the app defeats: once for each cause, and for whether too much is refused or too little. */
export function defeatComplaints(defeats: readonly DescribedDefeat[], tree: Tree): Complaint[] {
  const complaints = new Map<string, Complaint>();
  for (const defeat of defeats) {
    const cause = causeOf(defeat);
    if (!complaints.has(cause)) { complaints.set(cause, { message: messageOf(defeat, tree), cause }); }
  }
  return [...complaints.values()];
}

/** What is out of the mesh is called past all policies, and calls as nobody: whoever meets either meets the same. */
const OUTSIDE = /: (no proxy enforces policy for it|it sends plaintext, without identity)$/;

/** The objects that make it so; where there are none, those that were changed, and what the evaluator says, for whatever port. */
function causeOf(defeat: DescribedDefeat): string {
  const { by, changed, notes, witness } = defeat;
  const said = unique(notes.map(note => note.includes(UNLABELLED) ? `${UNLABELLED}: ${namespaceIn(note)}` : note.replace(/port \d+/g, 'port')));
  const outside = said.filter(note => OUTSIDE.test(note) || note.startsWith(UNLABELLED)).map(note => note.replace(OUTSIDE, ''));
  if (by.length === 0 && changed.length === 0 && outside.length > 0) { return JSON.stringify(outside); }
  const named = by.map(({ kind, namespace, name, path }) => [kind, namespace, name, path]);
  return JSON.stringify([WORDS[witness.outcome].isPromised, named.length > 0 ? named : [witness.request.destination.namespace, changed, said]]);
}

/** Of the workload that a note begins with, or names by itself. */
function namespaceIn(note: string): string | undefined { return /'([^/']+)\/[^/']+' is not in the mesh/.exec(note)?.[1]; }

function messageOf(defeat: DescribedDefeat, tree: Tree): string {
  const { witness, by } = defeat;
  const { isPromised, does, do: doAll } = WORDS[witness.outcome];
  if (by.length === 0) { return messageOfNobody(defeat); }
  const names = by.map(nameOf).join(' and ');
  if (isPromised && by.every(policy => policy.closesOthers)) {
    const paths = unique(by.map(({ path }) => path));
    return `${listed(paths)} ${paths.length > 1 ? 'forbid' : 'forbids'} what this promises: ${witness.text}; ${defeat.isEmergency ? 'name the BreakGlass in exceptFor of the guardrail, or take it out' : 'take the promise out, or change the guardrail'}`;
  }
  if (isPromised && defeat.of === 'plaintext' && by.every(({ madeBy }) => madeBy === 'jwt')) {
    return `${listed(unique(by.map(({ path }) => path)))} asks for a token, which plaintext of this does not bring: ${witness.text}; have it call another port, which 'ports' of the JwtProtectedApi leave out; `
      + 'publicOperations would open it to everybody in the mesh';
  }
  const rival = by.find(({ rivals }) => rivals);
  if (rival) {
    return `${names} may ${isPromised ? 'refuse what this promises' : 'let in what this refuses'}: ${witness.text}; `
      + `Istio takes the oldest of the PeerAuthentications ${rival.rivals}, which no manifest shows: remove it${included(by, tree)}`;
  }
  return `${names} ${by.length > 1 ? doAll : does}: ${witness.text}; ${cureOf(defeat, isPromised)}${included(by, tree)}`;
}

const LETS_IN = { isPromised: false, does: 'lets in what this refuses', do: 'let in what this refuses', happens: 'passes' };

/** What becomes of a witness that does not come out as it should, as others do it, and as it happens. */
const WORDS: { readonly [outcome in Witness['outcome']]: typeof LETS_IN } = {
  'passes': { isPromised: true, does: 'refuses what this promises', do: 'refuse what this promises', happens: 'is refused' },
  'is routed': { isPromised: true, does: 'refuses or leads elsewhere what this promises', do: 'refuse or lead elsewhere what this promises', happens: 'is refused, or led nowhere' },
  'is refused': LETS_IN,
  'is refused as plaintext': LETS_IN,
  'is forbidden': LETS_IN,
  'is kept out': { ...LETS_IN, happens: 'passes the network' },
  'is asked': { isPromised: false, does: 'lets pass what the authorizer is asked about', do: 'let pass what the authorizer is asked about', happens: 'does not wait for the authorizer' },
  'is audited': { isPromised: false, does: 'keeps out of the log what this audits', do: 'keep out of the log what this audits', happens: 'is in no log' },
  'is not asked': { isPromised: true, does: 'asks about what this leaves unasked', do: 'ask about what this leaves unasked', happens: 'waits for an authorizer' },
};

/** No object is to blame: the request never meets what would refuse it, or is refused for want of something. */
function messageOfNobody(defeat: DescribedDefeat): string {
  const { witness, changed } = defeat;
  const happens = `${witness.text} ${WORDS[witness.outcome].happens}`;
  const notes = notesOf(defeat);
  const why = notes.length === 0 ? '' : `: ${notes.join('; ')}`;
  return changed.length === 0 ? `the app does not do what this says, as ${happens}${why}; ${cureOfNobody(defeat)}`
    : `${listed(changed)} was changed or taken out after it was made, and now ${happens}${why}; undo that`;
}

/** Pods that nobody names are asked for by a word that nobody knows. */
function notesOf({ notes, witness }: DescribedDefeat): string[] {
  const { namespace } = witness.request.destination;
  return notes.map(note => note.replaceAll(`'${namespace}/${UNNAMED}'`, 'a pod without labels'));
}

function cureOfNobody({ witness: { outcome }, notes, of }: DescribedDefeat): string {
  const known = CURES.find(({ said }) => notes.some(note => note.includes(said)));
  if (known) { return known.cure; }
  if (outcome === 'is routed') { return 'have a route of the gateway lead there for that host and path, which the IngressAccess makes unless routes is false, or take the promise out'; }
  if (WORDS[outcome].isPromised) { return 'mend that, or take the promise out'; }
  if (outcome === 'is audited') { return 'mend that, or audit it elsewhere'; }
  if (of === 'external-authorization' && outcome === 'is refused') { return 'state by a ServiceAccess who may call it, or declare its namespace by a ZeroTrustNamespace'; }
  return of === 'namespace' || of === 'mtls-migration' ? 'mend that, or name the workload in outsideMesh with a reason' : 'mend that, or protect it by other means';
}

/** What is said of every workload of a namespace. */
const UNLABELLED = 'as its namespace has no label of the mesh for it';

/** By what the evaluator says. */
const CURES: readonly { readonly said: string; readonly cure: string }[] = [
  { said: UNLABELLED, cure: 'adopt its Namespace by a ZeroTrustNamespace: new ZeroTrustNamespace(…, { namespace: … })' },
  {
    said: "is labelled 'istio.io/ingress-use-waypoint'",
    cure: "label the Service istio.io/ingress-use-waypoint: 'true', or from Istio 1.25 on its Namespace",
  },
  {
    said: 'goes past the waypoint',
    cure: 'make its namespace ambient, or where it is a gateway say so: Principal.serviceAccount(…, { gateway: true }), or label the Service istio.io/use-waypoint: none and state TCP operations',
  },
];

function cureOf({ by, notes }: DescribedDefeat, promised: boolean): string {
  const kinds = unique(by.map(({ kind }) => kind));
  const them = by.length > 1 ? 'them' : 'it';
  if (notes.some(note => note.includes(SEVERAL_AUTHORIZERS))) { return 'keep one authorizer for a workload, as of several Istio asks none and refuses what it would ask about'; }
  if (kinds.includes('PeerAuthentication')) { return `make ${them} STRICT, or remove ${them}`; }
  if (kinds.includes('RequestAuthentication')) { return `let ${them} ask of tokens what this asks, or remove ${them}`; }
  if (!kinds.includes('AuthorizationPolicy')) { return `change ${them}, or remove ${them}`; }
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
  return `${kind} '${namespace === '' ? '' : `${namespace}/`}${name}' ${isOwn ? 'of its own, which was changed after it was made,' : `at '${path}'`}`;
}
