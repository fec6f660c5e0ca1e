import { Observation } from './observation';
import { AccessIntent, JwtIntent } from '../../intent/intent';
import { callsOf, callText, mayPass, OpaDecision } from '../../intent/opa-calls';
import { few } from '../../util/text';

interface Deciding extends OpaDecision { readonly path: string }

/** ZT120: calls that are allowed, and of which OPA lets none pass. */
export function opaRefusals(intent: AccessIntent | JwtIntent, path: string, deciding: readonly Deciding[]): Observation[] {
  return deciding.flatMap(decision => {
    const refused = callsOf(intent).filter(call => !mayPass(call, decision)).map(callText);
    return refused.length === 0 ? [] : [{
      rule: 'ZT120' as const,
      path,
      message: `OpaAuthorizer '${decision.path}' refuses what this allows at '${intent.target.path}', as no rule of its policy is for ${few(refused)}; add one, or take it out here`,
    }];
  });
}
