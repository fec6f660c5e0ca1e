import { normalizePath } from './path-normalization';
import { HTTP_METHODS } from '../../util/http-methods';
import { Headers } from '../matching/facts';
import { HeadersWithUnderscores } from '../request/connection-settings';
import { Mesh } from '../request/mesh-settings';
import { HttpRequest } from '../request/request';
import { RequestToken } from '../request/request-token';
import { carryTokens } from '../token/token-carrier';

/** An HTTP request as the filters of a proxy see it. */
export interface ReceivedRequest {
  readonly headers: Map<string, readonly string[]>;
  readonly grpc: boolean;
}

/** Why a proxy refuses a request before any policy, as the client sees it. */
export interface Malformed {
  readonly httpStatus: number;
  readonly grpc: boolean;
  readonly reason: string;
}

const HTTP1_METHODS: ReadonlySet<string> = new Set(HTTP_METHODS);

/** Whether a proxy that looks at the first bytes takes them for HTTP. It does not mind the method. */
export function looksLikeHttp({ version, path = '/' }: HttpRequest): boolean {
  return isHttp2(version) || /^[\x21-\x7e]+$/.test(path);
}

function isHttp2(version: string | undefined): boolean {
  return version !== undefined && version.startsWith('2');
}

/** Puts the tokens in their places and does what a proxy does before its first filter. */
export function receive(http: HttpRequest, tokens: readonly RequestToken[], host: string, mesh: Mesh): ReceivedRequest | Malformed {
  const { headers, target: sent } = carryTokens(http, tokens);
  const grpc = isGrpc(headers);
  const { method = 'GET', version } = http;
  const knownMethod = isHttp2(version) || HTTP1_METHODS.has(method);
  if (!knownMethod || !looksLikeHttp({ version, path: sent })) return { httpStatus: 400, grpc: false, reason: 'the request line is not HTTP' };
  if (version === '1.0' && !mesh.flag('PILOT_HTTP10')) return { httpStatus: 426, grpc: false, reason: 'the proxy does not speak HTTP/1.0' };
  const underscored = withUnderscores(headers, mesh);
  if (underscored !== undefined) return refusedForUnderscore(underscored, grpc);
  const { authority, target } = resolveTarget(http, sent, host);
  if (authority === undefined) return { httpStatus: 400, grpc: false, reason: 'the URL is not valid' };
  if (authority === '') return { httpStatus: 400, grpc, reason: 'the host is missing' };
  if (method !== 'CONNECT' && !target.startsWith('/')) return { httpStatus: 404, grpc, reason: 'the path is not absolute' };
  headers.set(':method', [method]).set(':authority', [authority]);
  // the fragment, which no client should send, is cut off
  return withPath({ headers, grpc }, withoutRest(target, '#'), mesh);
}

/** A request that another proxy passes on, with the headers that this one left. */
export function receiveAgain(left: Headers, grpc: boolean, mesh: Mesh): ReceivedRequest | Malformed {
  const headers = new Map(left);
  const underscored = withUnderscores(headers, mesh);
  if (underscored !== undefined) return refusedForUnderscore(underscored, grpc);
  return withPath({ headers, grpc }, left.get(':path')?.[0] ?? '/', mesh);
}

function withPath({ headers, grpc }: ReceivedRequest, target: string, { requestRules }: Mesh): ReceivedRequest | Malformed {
  const normalized = normalizePath(target, requestRules);
  // a client of gRPC is not sent elsewhere
  if ('reason' in normalized) return { ...normalized, httpStatus: grpc ? 400 : normalized.httpStatus, grpc };
  headers.set(':path', [normalized.path]);
  return { headers, grpc };
}

function refusedForUnderscore(header: string, grpc: boolean): Malformed {
  return { httpStatus: 400, grpc, reason: `the header '${header}' has an underscore in its name` };
}

/** The header that makes a proxy refuse a request; a proxy that only drops such headers does so. */
function withUnderscores(headers: Map<string, readonly string[]>, { requestRules: { headersWithUnderscores } }: Mesh): string | undefined {
  if (headersWithUnderscores === HeadersWithUnderscores.ALLOW) return undefined;
  const found = [...headers.keys()].filter(name => name.includes('_'));
  if (headersWithUnderscores === HeadersWithUnderscores.REJECT_REQUEST) return found[0];
  found.forEach(name => headers.delete(name));
  return undefined;
}

/** An absolute target of HTTP/1 wins over the Host header. An authority of undefined is none that can be. */
function resolveTarget({ version, authority }: HttpRequest, target: string, host: string): { authority?: string; target: string } {
  const absolute = target.startsWith('/') || isHttp2(version) ? null : /^https?:\/\/([^/?#]*)(.*)$/.exec(target);
  if (!absolute) return { authority: authority ?? host, target };
  const [, asked, rest] = absolute;
  // INVARIANT: a missing Host is refused even where the target names one
  if (authority === '') return { authority: '', target };
  return { authority: isValidAuthority(asked) ? asked : undefined, target: rest.startsWith('/') ? rest : `/${rest}` };
}

function isValidAuthority(text: string): boolean {
  return /^[A-Za-z0-9\-._~%!$&'()*+,;=[\]:@]+$/.test(text) && /^[^:]+(:\d{1,5})?$|^\[.*\](:\d{1,5})?$/.test(text.replace(/^.*@/, ''));
}

function isGrpc(headers: Headers): boolean {
  const type = headers.get('content-type')?.[0] ?? '';
  return type === 'application/grpc' || type.startsWith('application/grpc+');
}

/** The path that policies match: without query. */
export function policyPath(target: string): string {
  return withoutRest(target, '?');
}

function withoutRest(text: string, from: string): string {
  const start = text.indexOf(from);
  return start < 0 ? text : text.slice(0, start);
}

export function isMalformed(request: ReceivedRequest | Malformed): request is Malformed {
  return 'reason' in request;
}
