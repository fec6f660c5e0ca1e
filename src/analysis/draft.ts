import { arityOf, AxisName, claimPathOf, headerOf, isClaim } from './axis';
import { AccessRequest, HttpRequest, RequestDestination, RequestSource } from '../policy/request/request';
import { RequestToken } from '../policy/request/request-token';
import { HTTP_METHODS } from '../util/http-methods';

/** Who sends a request, and what it is: all that is no axis. */
export interface Sending {
  readonly destination: RequestDestination;
  readonly source: RequestSource;
  /** Whether it is HTTP. */
  readonly isHttp: boolean;
  /** The token that it carries, with its issuer. */
  readonly token?: RequestToken;
  /** How many addresses a gateway's trusted proxies add to those forwarded. */
  readonly trustedProxies: number;
}

/** The values that stand on the axes, each a list of texts; an empty one where the part is missing. */
export type Values = ReadonlyMap<AxisName, readonly string[]>;

/** A request with these values; what no axis is about is as ordinary as can be. */
export function requestOf({ destination, source, isHttp, token, trustedProxies }: Sending, values: Values): AccessRequest {
  const sent = { destination, source: { ip: values.get('address')?.[0] ?? ORDINARY_ADDRESS, ...source } };
  if (!isHttp) return sent;
  const http = httpOf(values, trustedProxies);
  return token ? { ...sent, http, tokens: [{ ...token, claims: claimsOf(token, values) }] } : { ...sent, http };
}

export const ORDINARY_ADDRESS = '10.1.2.3';
const PROXY_ADDRESS = '192.0.2.1';

function httpOf(values: Values, trustedProxies: number): HttpRequest {
  const [method, path, authority, client] = ['method', 'path', 'host', 'client address'].map(axis => values.get(axis)?.[0]);
  const headers: Record<string, string[]> = {};
  for (const [axis, lines] of values) if (axis.startsWith('header ') && lines.length > 0) headers[headerOf(axis)] = [...lines];
  if (client !== undefined) {
    const proxies = new Array<string>(Math.max(0, trustedProxies - 1)).fill(PROXY_ADDRESS);
    headers['x-forwarded-for'] = [[client, ...proxies].join(',')];
  }
  return {
    ...method === undefined ? {} : { method },
    ...path === undefined ? {} : { path },
    ...authority === undefined ? {} : { authority },
    ...Object.keys(headers).length === 0 ? {} : { headers },
    ...method === undefined || HTTP_METHODS.includes(method) ? {} : { version: '2' },
  };
}

function claimsOf({ claims = {} }: RequestToken, values: Values): { [name: string]: unknown } {
  const all: { [name: string]: unknown } = structuredClone(claims);
  for (const [axis, texts] of values) if (isClaim(axis)) setClaim(all, axis, texts);
  return all;
}

function setClaim(claims: { [name: string]: unknown }, axis: AxisName, texts: readonly string[]): void {
  const path = claimPathOf(axis);
  let at = claims;
  for (const name of path.slice(0, -1)) at = (at[name] ??= {}) as { [name: string]: unknown };
  const last = path[path.length - 1];
  if (texts.length === 0) delete at[last];
  // a text with spaces would be taken for several in some claims, as a list it is not
  else at[last] = arityOf(axis) === 'many' ? [...texts] : texts[0];
}
