import { Inventory } from './inventory';
import { actionOf } from './policy';
import { AuthorizationPolicyAction } from '../../istio/authorization-policy';
import { suggestion } from '../../util/suggestion';
import { quoted, unique } from '../../util/text';
import { AuthorizerAnswer } from '../request/request';

/** The names of the external authorizers that policies send requests to. */
export function authorizerNames(inventory: Inventory): string[] {
  const custom = inventory.all('AuthorizationPolicy').filter(policy => actionOf(policy) === AuthorizationPolicyAction.CUSTOM);
  return unique(custom.flatMap(({ spec }) => spec.provider?.name ?? [])).sort();
}

/** Tells of answers that nobody asks for: their names may be misspelt. */
export function unaskedAnswers(answers: readonly AuthorizerAnswer[], names: readonly string[]): string[] {
  return answers.filter(({ provider }) => !names.includes(provider)).map(({ provider }) => `no CUSTOM policy names ${quoted(provider)} of authorizerAnswers${suggestion(provider, names)}`);
}
