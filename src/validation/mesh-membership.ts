import { plaintextTo } from './boundary-witnesses';
import { holds } from './defeat';
import { Bystander } from './witness';
import { PolicySet } from '../policy/policy-set';
import { Decision } from '../policy/request/decision';

/** A connection without mutual TLS that pods take, or may take, and what the evaluator says of it. */
export interface Leak {
  readonly text: string;
  readonly notes: readonly string[];
}

/** How pods take part in a mesh whose policies ask everyone for mutual TLS. */
export interface MeshMembership {
  /** Whether they refuse plaintext at every port, for certain. */
  readonly isWhole: boolean;
  /** Undefined also for pods that are never created. */
  readonly leak?: Leak;
}

export function membershipOf(pods: Bystander, policies: PolicySet): MeshMembership {
  const asked = plaintextTo(pods).map(witness => ({ witness, response: policies._ofMesh.isAuthorized(witness.request) }));
  const found = asked.find(({ response: { decision } }) => decision !== Decision.DENY);
  return {
    isWhole: asked.every(({ witness, response }) => holds(witness, response)),
    leak: found && { text: found.witness.text, notes: found.response.notes },
  };
}
