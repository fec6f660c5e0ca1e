import { policyPath } from './http-request';
import { Headers, HttpFacts, Unsettled } from '../matching/facts';
import { Claims } from '../matching/token-payload';

/** What policies see of a request with these headers. */
export function httpFacts(headers: Headers, claims?: Claims, unsettled?: Unsettled): HttpFacts {
  return { method: first(headers, ':method'), authority: first(headers, ':authority'), path: policyPath(first(headers, ':path')), headers, claims, unsettled };
}

function first(headers: Headers, name: string): string {
  return headers.get(name)?.[0] ?? '';
}
