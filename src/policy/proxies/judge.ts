import { Asked } from './authorizers';
import { allowStage, denyStage, Passes } from './decide';
import { EnvoyPolicies } from './envoy-policies';
import { httpFacts } from './http-facts';
import { listed } from '../../util/text';
import { Facts } from '../matching/facts';
import { Mesh } from '../request/mesh-settings';
import { RequestToken } from '../request/request-token';
import { TokenVerdict, verifyTokens } from '../token/token';

/** What the stages after the authorizers say of an HTTP request. */
export interface Judgement {
  readonly token: TokenVerdict;
  /** What DENY and ALLOW policies see. */
  readonly facts: Facts;
  readonly verified: Passes;
  readonly deny: Passes;
  readonly allow: Passes;
  /** Why a stage is not known, where no field of a rule is the reason. */
  readonly reason?: string;
}

/** Judges a request as the authorizers leave it. What then is not known hangs on what they do to headers, unless it would not be known as sent, either. */
export function judge(policies: EnvoyPolicies, { facts, unheard }: Asked, sent: Facts, tokens: readonly RequestToken[], mesh: Mesh): Judgement {
  const judged = stages(policies, facts, tokens, mesh);
  if (unheard === undefined || isKnown(judged) || !isKnown(stages(policies, sent, tokens, mesh))) return judged;
  const instead = (passes: Passes) => passes === 'unknown' ? unheard.leaves : passes;
  const reason = `it is not known which headers are set by ${listed(unheard.providers)}: the answers may say so`;
  return { ...judged, verified: instead(judged.verified), deny: instead(judged.deny), allow: instead(judged.allow), reason };
}

function stages(policies: EnvoyPolicies, before: Facts, tokens: readonly RequestToken[], mesh: Mesh): Judgement {
  const token = verifyTokens(policies.jwtRules, before.http!, tokens, mesh);
  const facts = policies.jwtRules.length === 0 ? before : { ...before, http: httpFacts(token.headers, token.claims, token.unsettled) };
  return { token, facts, verified: verifiedOf(token), deny: denyStage(policies, facts), allow: allowStage(policies, facts) };
}

function verifiedOf({ refused, unknown }: TokenVerdict): Passes {
  if (unknown) return 'unknown';
  return refused === undefined ? 'yes' : 'no';
}

function isKnown({ verified, deny, allow }: Judgement): boolean {
  return verified !== 'unknown' && deny !== 'unknown' && allow !== 'unknown';
}
