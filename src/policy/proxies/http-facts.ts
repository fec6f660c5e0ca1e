import { policyPath } from './http-request';
import { Headers, HttpFacts, Unsettled } from '../matching/facts';
import { Claims } from '../matching/token-payload';

/** What policies see of a request with these headers. */
export function httpFacts(headers: Headers, claims?: Claims, unsettled?: Unsettled): HttpFacts {
  const first = (name: string) => headers.get(name)?.[0] ?? '';
  return { method: first(':method'), authority: first(':authority'), path: policyPath(first(':path')), headers, claims, unsettled };
}
