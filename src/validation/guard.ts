import { Draft } from './draft';
import { covers, UNNAMED } from './samples';
import { Caller } from '../intent/caller';
import { isAmong } from '../intent/containment';
import { JwtIntent } from '../intent/intent';
import { isHttp } from '../intent/operation-data';
import { RequestToken, TokenState } from '../policy/request/request-token';

/** A caller without identity is one of none but of all. */
const ANYONE: Caller = { kind: 'anyone' };

/** Whether an API asks for a token with a request for certain: on one of its ports, nowhere public, and not of an exempt caller. */
export function isGuarded(draft: Draft, api: JwtIntent): boolean {
  const { http, port } = draft;
  if (http === undefined || !portsOfApi(api).includes(port)) { return false; }
  const isPublic = isPublicFor(draft.caller, api) && api.publicOperations.filter(isHttp).some(operation => covers(operation, http.method, http.path));
  return !isExempt(draft, api) && !isPublic;
}

/** Whether what is public is so for a caller: for everyone, where nobody is named. */
export function isPublicFor(caller: Caller = ANYONE, { publicCallers }: JwtIntent): boolean {
  return publicCallers.length === 0 || isAmong(caller, publicCallers);
}

/** Whether an API asks the caller of a request for no token, whatever it calls; a reader of metrics for those only. */
export function isExempt({ http, caller = ANYONE, port }: Draft, { exemptCallers, namespace: { metrics } }: JwtIntent): boolean {
  const isMetrics = metrics !== undefined && metrics.ports.includes(port) && http?.method === 'GET' && http.path === metrics.path;
  return isAmong(caller, isMetrics ? [...exemptCallers, ...metrics.readers] : exemptCallers);
}

/** The ports of an API: those that it names, else all HTTP ports but those of the metrics, if there are others. */
export function portsOfApi({ ports, namespace, target }: Pick<JwtIntent, 'ports' | 'namespace' | 'target'>): number[] {
  const known = target.ports.filter(port => port.transport === 'TCP' && port.protocol === 'http').map(({ number }) => number);
  const others = known.filter(port => !namespace.metrics?.ports.includes(port));
  return ports.length > 0 ? [...ports] : others.length > 0 ? others : known;
}

/** No token, and those that are as good as none: forged, of another issuer, for another audience. */
export function badTokens(good: RequestToken, { issuers }: JwtIntent): (RequestToken | undefined)[] {
  const asksAudience = issuers.some(({ issuer, audiences }) => issuer === good.claims?.iss && audiences.length > 0);
  return [
    undefined,
    { ...good, state: TokenState.BAD_SIGNATURE },
    { ...good, claims: { ...good.claims, iss: `https://${UNNAMED}.invalid` } },
    ...asksAudience ? [{ ...good, claims: { ...good.claims, aud: [UNNAMED] } }] : [],
  ];
}
