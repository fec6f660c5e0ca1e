import { customStage, Passes, stricter } from './decide';
import { AuthorizerRules } from './envoy-policies';
import { Accepted } from './filter-chain';
import { Facts, Headers } from '../matching/facts';
import { Mesh } from '../request/mesh-settings';
import { AuthorizerAnswer } from '../request/request';
import { Routed, routeOf } from '../topology/virtual-host';

/** Where a proxy sends a request that its policies let pass; gateways only have routes that may be missing. */
export function routed({ hosts, isEncrypted }: Accepted, headers: Headers, { trustedProxies }: Mesh): Routed {
  if (!hosts) return { found: true, status: 200 };
  // a proxy in front that is trusted tells how the client came
  const told = trustedProxies > 0 ? headers.get('x-forwarded-proto')?.[0] : undefined;
  return routeOf(hosts, headers.get(':authority')?.[0] ?? '', { headers, scheme: told ?? (isEncrypted ? 'https' : 'http') });
}

/** Whether external authorizers let a request pass: a gateway asks none about a request without a route, but a broken one refuses even that. */
export function customAt({ found }: Routed, authorizers: readonly AuthorizerRules[], facts: Facts, answers: readonly AuthorizerAnswer[]): Passes {
  const asked = customStage(authorizers, facts, answers);
  if (found === true || asked === 'yes') return asked;
  const unasked = customStage(authorizers.filter(({ broken }) => broken !== undefined), facts, answers);
  if (found === false) return unasked;
  return asked === 'no' && unasked !== 'no' ? 'unknown' : stricter(asked, unasked);
}
