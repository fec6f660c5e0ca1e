import { Witness } from './witness';
import { PolicySet } from '../policy/policy-set';
import { Decision, Stage, UndecidedReason } from '../policy/request/decision';
import { DeterminingPolicy } from '../policy/request/determining-policy';
import { AccessRequest } from '../policy/request/request';
import { AuthorizationResponse } from '../policy/response';
import { unique } from '../util/text';

/** A policy as others refer to it. */
export interface PolicyName { readonly kind: string; readonly namespace: string; readonly name: string }

/** A witness that does not come out as its intent says. */
export interface Defeat {
  readonly witness: Witness;
  /** The policies that make it so; none where nothing is enforced at all. */
  readonly by: readonly PolicyName[];
  readonly notes: readonly string[];
}

/** What the witnesses of an intent are judged by. */
export interface Judgement {
  readonly policies: PolicySet;
  /**
   * Whose a policy is: of the intent itself, of another intent that says what is meant for the same pods, or of anything else. By the lock pods admit
   * their waypoint, which has asked already: it says nothing of callers.
   */
  readonly ownerOf: (policy: PolicyName) => 'itself' | 'intent' | 'lock' | 'other';
  /** Whether all that intents say is in force as they made it. */
  readonly isAsMade: boolean;
  /** Policies and other objects that may be to blame where none of them determined the decision. */
  readonly suspects: readonly PolicyName[];
  /** The same policies without some of the suspects. */
  readonly without: (suspects: readonly PolicyName[]) => PolicySet;
  /** External authorizers of the app, which are taken to agree, unless it is asked whether they are asked. */
  readonly authorizers: readonly string[];
}

export function defeatsOf(witnesses: readonly Witness[], judgement: Judgement): Defeat[] {
  return witnesses.flatMap(witness => {
    const response = answered(witness, judgement, judgement.policies);
    if (holds(witness, response)) { return []; }
    // what decides a request keeps nobody from seeing it
    const determining = witness.outcome === 'is audited' ? [] : response.determiningPolicies.map(named);
    const others = determining.filter(policy => judgement.ownerOf(policy) === 'other');
    if (witness.outcome === 'is refused' && isMeant(witness, response, judgement)) { return []; }
    // a rule that matches is what lets a request in, but not what lets it in as plaintext
    const [first, second] = witness.outcome === 'is refused as plaintext' ? [guilty(witness, response, judgement), others] : [others, guilty(witness, response, judgement)];
    const [by = []] = [first, second, closing(witness, determining, judgement)].filter(policies => policies.length > 0);
    return [{ witness, by, notes: unique([response.reason ?? [], response.notes].flat()) }];
  });
}

/** What another intent forbids on purpose. */
function closing({ outcome }: Witness, determining: readonly PolicyName[], { ownerOf }: Judgement): PolicyName[] {
  return outcome === 'passes' || outcome === 'is routed' ? determining.filter(policy => policy.kind === 'AuthorizationPolicy' && ownerOf(policy) === 'intent') : [];
}

/** What another intent allows on purpose, or may allow, from an address that the witness does not say, defeats nothing; also where a rule of somebody else allows it once more. */
function isMeant(witness: Witness, response: AuthorizationResponse, judgement: Judgement): boolean {
  const determining = response.determiningPolicies.map(named);
  const isMaybe = response.decision === Decision.UNDECIDED && response.stage === Stage.ALLOW;
  const owners = determining.map(judgement.ownerOf).filter(owner => owner !== 'lock');
  if (owners.length > 0 && (response.isAllowed || isMaybe) && owners.every(owner => owner === 'intent')) { return true; }
  const others = determining.filter(policy => judgement.ownerOf(policy) === 'other');
  if (!response.isAllowed || others.length === 0 || !judgement.isAsMade) { return false; }
  const { isAllowed, determiningPolicies } = answered(witness, judgement, judgement.without(others));
  return isAllowed && determiningPolicies.length > 0;
}

/** Whether a rule of an AuthorizationPolicy matches a request, or may match it. Where none does, the policies leave the request to others. */
export function isMatched({ request }: Witness, policies: PolicySet): boolean {
  const { decision, stage, determiningPolicies } = policies.isAuthorized(request);
  const matches = determiningPolicies.some(({ kind }) => kind === 'AuthorizationPolicy');
  return matches || stage === Stage.CUSTOM || decision === Decision.CONDITIONAL || decision === Decision.UNDECIDED;
}

/**
 * The fewest suspects without which the witness comes out right; none if it does not without all of them. An AuthorizationPolicy is one only where pods of
 * the workload differ, or where it refuses what it does not match: of any other decision it is known which of them made it.
 */
function guilty(witness: Witness, { decision, stage }: AuthorizationResponse, judgement: Judgement): PolicyName[] {
  const isByOthers = ['passes', 'is routed'].includes(witness.outcome) && judgement.isAsMade && (stage === Stage.CUSTOM || stage === Stage.ALLOW);
  const suspects = judgement.suspects.filter(({ kind }) => kind !== 'AuthorizationPolicy' || decision === Decision.UNDECIDED || isByOthers);
  const isRightWithout: Test = left => holds(witness, answered(witness, judgement, judgement.without(left)));
  return suspects.length > 0 && isRightWithout(suspects) ? needed(suspects, [], isRightWithout) : [];
}

type Test = (left: readonly PolicyName[]) => boolean;

/**
 * The fewest of some candidates that must be left out, beside those that are left out already: what one half needs is found with the other left out.
 * With hundreds of candidates that asks a few dozen times.
 */
function needed(candidates: readonly PolicyName[], left: readonly PolicyName[], isRightWithout: Test): PolicyName[] {
  if (isRightWithout(left)) { return []; }
  if (candidates.length === 1) { return [...candidates]; }
  const [head, tail] = [candidates.slice(0, candidates.length / 2), candidates.slice(candidates.length / 2)];
  const ofTail = needed(tail, [...left, ...head], isRightWithout);
  return [...needed(head, [...left, ...ofTail], isRightWithout), ...ofTail];
}

/** What must pass has to pass the network as well; of what must be refused nothing is left to the network, which knows no identities, but for what it keeps out itself. */
function answered(witness: Witness, judgement: Judgement, policies: PolicySet): AuthorizationResponse {
  const isByNetwork = ['passes', 'is routed', 'is kept out'].includes(witness.outcome);
  return (isByNetwork ? policies : policies._ofMesh).isAuthorized(asked(witness, judgement));
}

function asked({ request, outcome }: Witness, { authorizers }: Judgement): AccessRequest {
  if (authorizers.length === 0) { return request; }
  const allows = outcome !== 'is asked' && outcome !== 'is not asked';
  return { ...request, authorizerAnswers: authorizers.map(provider => ({ provider, allows, headers: {} })) };
}

/**
 * A promise that hangs on what the witness does not say, such as an address that a policy denies, is not broken. What is refused must be refused
 * for certain, and plaintext by mutual TLS: not for want of a policy that would allow it.
 */
export function holds({ outcome }: Witness, { decision, stage, undecidedReason, auditingPolicies, httpStatus }: AuthorizationResponse): boolean {
  switch (outcome) {
    case 'is routed': return decision === Decision.ALLOW && httpStatus === OK;
    case 'passes': return decision === Decision.ALLOW || (decision === Decision.UNDECIDED && undecidedReason !== UndecidedReason.UNKNOWN_AGE);
    case 'is audited': return auditingPolicies.length > 0 || (decision === Decision.UNDECIDED && undecidedReason !== UndecidedReason.UNKNOWN_AGE);
    case 'is refused':
    case 'is forbidden': return decision === Decision.DENY;
    case 'is asked': return decision === Decision.DENY && stage === Stage.CUSTOM;
    case 'is not asked': return stage !== Stage.CUSTOM;
    case 'is refused as plaintext': return decision === Decision.DENY && stage === Stage.TRANSPORT;
    case 'is kept out': return decision === Decision.DENY && stage === Stage.NETWORK;
  }
}

const OK = 200;

function named({ kind, namespace, name }: DeterminingPolicy): PolicyName { return { kind, namespace, name }; }
