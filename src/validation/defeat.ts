import { Witness } from './witness';
import { Decision, Stage } from '../policy/decision';
import { DeterminingPolicy } from '../policy/determining-policy';
import { PolicySet } from '../policy/policy-set';
import { AccessRequest } from '../policy/request';
import { AuthorizationResponse } from '../policy/response';

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
  /** Whose a policy is: of the intent itself, of another intent that says what is meant for the same pods, or of anything else. */
  readonly ownerOf: (policy: PolicyName) => 'itself' | 'intent' | 'other';
  /** Policies that may be to blame where none determined the decision. */
  readonly suspects: readonly PolicyName[];
  /** The same policies without one of the suspects. */
  readonly without: (suspect: PolicyName) => PolicySet;
  /** External authorizers of the app, which are taken to agree. */
  readonly authorizers: readonly string[];
}

export function defeatsOf(witnesses: readonly Witness[], judgement: Judgement): Defeat[] {
  return witnesses.flatMap(witness => {
    const response = judgement.policies.isAuthorized(asked(witness, judgement));
    if (holds(witness, response)) { return []; }
    const determining = response.determiningPolicies.map(named);
    const others = determining.filter(policy => judgement.ownerOf(policy) === 'other');
    // what another intent allows on purpose defeats nothing
    if (response.isAllowed && determining.length > 0 && determining.every(policy => judgement.ownerOf(policy) === 'intent')) { return []; }
    return [{ witness, by: others.length > 0 ? others : guilty(witness, judgement), notes: response.notes }];
  });
}

/** The suspects without which the witness would come out right. */
function guilty(witness: Witness, judgement: Judgement): PolicyName[] {
  const request = asked(witness, judgement);
  return judgement.suspects.filter(suspect => holds(witness, judgement.without(suspect).isAuthorized(request)));
}

function asked({ request }: Witness, { authorizers }: Judgement): AccessRequest {
  return authorizers.length === 0 ? request : { ...request, authorizerAnswers: authorizers.map(provider => ({ provider, allows: true })) };
}

/**
 * A promise that hangs on what the witness does not say, such as an address that a policy denies, is not broken. What is refused must be refused
 * for certain, and plaintext by mutual TLS: not for want of a policy that would allow it.
 */
function holds({ outcome }: Witness, { decision, stage }: AuthorizationResponse): boolean {
  switch (outcome) {
    case 'passes': return decision === Decision.ALLOW || (decision === Decision.UNDECIDED && stage !== Stage.TRANSPORT);
    case 'is refused': return decision === Decision.DENY;
    case 'is refused as plaintext': return decision === Decision.DENY && stage === Stage.TRANSPORT;
  }
}

function named({ kind, namespace, name }: DeterminingPolicy): PolicyName { return { kind, namespace, name }; }
