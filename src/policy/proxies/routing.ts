import { Answers, askAuthorizers, Asked, Unheard } from './authorizers';
import { stricter } from './decide';
import { AuthorizerRules } from './envoy-policies';
import { Accepted } from './filter-chain';
import { RouteFound, routeOf } from '../gateways/virtual-host';
import { Facts, Headers } from '../matching/facts';
import { Mesh } from '../request/mesh-settings';

/** A proxy of pods leads all that it lets pass to them. */
const EVERYTHING: RouteFound = { found: true, status: 200 };

/** Where a proxy sends a request that its policies let pass; gateways only have routes that may be missing. */
export function routed({ hosts, isEncrypted }: Accepted, headers: Headers, { trustedProxies }: Mesh): RouteFound {
  if (!hosts) return EVERYTHING;
  // a proxy in front that is trusted tells how the client came
  const told = trustedProxies > 0 ? headers.get('x-forwarded-proto')?.[0] : undefined;
  return routeOf(hosts, headers.get(':authority')?.[0] ?? '', { headers, scheme: told ?? (isEncrypted ? 'https' : 'http') });
}

/** What becomes of a request at external authorizers: a gateway asks none about one without a route, but a broken one refuses even that. */
export function customAt({ found }: RouteFound, authorizers: readonly AuthorizerRules[], facts: Facts, given: Answers, unheard?: Unheard): Asked {
  const asked = askAuthorizers(authorizers, facts, given, unheard);
  if (found === true || authorizers.length === 0) return asked;
  const unasked = askAuthorizers(authorizers.filter(({ broken }) => broken !== undefined), facts, given, unheard);
  return found === false ? unasked : either(asked, unasked);
}

/** What is known where it is not known whether a request has a route, and so whether authorizers are asked: what they set may be there or not. */
function either(asked: Asked, unasked: Asked): Asked {
  const passes = asked.passes === 'no' && unasked.passes !== 'no' ? 'unknown' : stricter(asked.passes, unasked.passes);
  const { facts } = asked;
  const isSame = (name: string) => facts.http?.headers.get(name) === unasked.facts.http?.headers.get(name);
  const header = (name: string) => facts.http?.unsettled?.header(name) === true || !isSame(name);
  return { ...asked, passes, facts: { ...facts, http: facts.http && { ...facts.http, unsettled: { header } } } };
}
