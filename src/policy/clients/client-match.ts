import { Client } from './client';
import { routeTest } from './route-match';
import { HttpRequest } from '../request/request';
import { HttpMatch } from '../resources/route-kinds';
import { selects } from '../workloads/attachment';

/** Conditions of a route for sidecars, all of which must hold. */
export interface ClientMatch extends HttpMatch {
  /** Whether a prefix stands for whole segments only, as in routes of the Gateway API. */
  readonly bySegment?: boolean;
}

/** Whether a route is there for a client's sidecar and a port at all. Gateways that are named are all that counts. */
export function isForSidecar({ port, gateways, sourceLabels, sourceNamespace }: Pick<HttpMatch, 'port' | 'gateways' | 'sourceLabels' | 'sourceNamespace'>, client: Client, dialled: number): boolean {
  if (port !== undefined && port !== dialled) return false;
  if (gateways && gateways.length > 0) return gateways.includes('mesh');
  return selects(sourceLabels, client.labels) && (sourceNamespace ?? client.namespace) === client.namespace;
}

/** Whether a request meets the conditions. No claims are known at a client. */
export function matchesRequest(match: ClientMatch, { path = '/', method = 'GET', headers = {} }: HttpRequest, authority: string): boolean {
  if (Object.keys(match.headers ?? {}).some(isClaim)) return false;
  const withoutHeaders = Object.fromEntries(Object.entries(match.withoutHeaders ?? {}).filter(([name]) => !isClaim(name)));
  const seen = new Map<string, readonly string[]>(Object.entries(headers).map(([name, lines]) => [name.toLowerCase(), lines]));
  seen.set(':path', [path]).set(':method', [method]).set(':authority', [authority]);
  return routeTest({ ...match, withoutHeaders }, match.bySegment)({ headers: seen, scheme: 'http' }) === true;
}

function isClaim(name: string): boolean { return name.startsWith('@request.auth.claims'); }
