import { Caller } from '../intent/caller';
import { containsPath } from '../intent/containment';
import { JwtIssuerData } from '../intent/jwt-issuer';
import { HttpOperationData, OperationData } from '../intent/operation-data';
import { WorkloadFacts } from '../intent/workload';
import { RequestToken } from '../policy/request/request-token';

/** A namespace and a word that no policy names, so that only what is open to anybody, or for anything, matches them. */
export const UNNAMED = 'zero-trust-witness';

/** An identity that nobody names. */
export const STRANGER: Caller = { kind: 'serviceAccount', namespace: UNNAMED, name: 'stranger' };

/** `namespace/account` of one of the callers; a stranger where anyone may call. */
export function accountOf(caller: Caller): { readonly namespace: string; readonly name: string; readonly trustDomain?: string } {
  switch (caller.kind) {
    case 'serviceAccount': return caller;
    case 'namespace': return { namespace: caller.namespace, name: UNNAMED };
    default: return { namespace: UNNAMED, name: 'stranger' };
  }
}

/** Text that a pattern matches, of a word that no policy names. */
export function sampleOf(pattern: string): string {
  if (pattern === '*') { return UNNAMED; }
  return pattern.startsWith('*') ? `${UNNAMED}${pattern.slice(1)}` : pattern.replace(/\*$/, UNNAMED);
}

/** A path that a pattern matches. */
export function samplePath(pattern: string): string {
  const path = pattern.includes('{') ? pattern.replace(/\{\*\*?\}/g, UNNAMED) : sampleOf(pattern);
  return path.startsWith('/') ? path : `/${path}`;
}

export function sampleMethod(methods: readonly string[]): string { return methods[0] === '*' ? 'GET' : methods[0]; }

/** The container ports that an operation is offered on. */
export function portsOf(operation: OperationData, target: WorkloadFacts): number[] {
  const known = target.ports.filter(port => port.transport === 'TCP');
  const byName = (wanted: number | string) => known.filter(port => port.number === wanted || port.name === wanted).map(port => port.number);
  if (operation.kind === 'tcp') { return byName(operation.port); }
  return operation.ports.length > 0 ? operation.ports.flatMap(byName) : known.filter(port => port.protocol === 'http').map(port => port.number);
}

/** Whether a request is one of an operation, its host aside. */
export function covers(operation: HttpOperationData, method: string, path: string): boolean {
  return [method, '*'].some(one => operation.methods.includes(one)) && operation.paths.some(pattern => containsPath(pattern, path));
}

/** Whether a pattern with a star at one end, if any, matches. */
export function fits(pattern: string, text: string): boolean {
  if (pattern.startsWith('*')) { return text.endsWith(pattern.slice(1)); }
  return pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : text === pattern;
}

/** Whose tokens are verified, and where they are looked for. */
export type TokenIssuer = Pick<JwtIssuerData, 'issuer' | 'audiences' | 'fromHeaders' | 'fromParams' | 'fromCookies'>;

/** A good token of an issuer, where the issuer's tokens are looked for. */
export function tokenFor(issuer: TokenIssuer, claims: { readonly [claim: string]: unknown }): RequestToken {
  const { fromHeaders: [header], fromParams: [query], fromCookies: [cookie] } = issuer;
  const audiences = [issuer.audiences[0] ?? [], claims.aud ?? []].flat();
  const place = header ? { header: header.name, prefix: header.prefix } : query === undefined ? { cookie } : { query };
  const aud = audiences.length === 0 ? {} : { aud: audiences };
  return { ...(header ?? query ?? cookie ? place : {}), claims: { sub: UNNAMED, ...claims, iss: issuer.issuer, ...aud } };
}
