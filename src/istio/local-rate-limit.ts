import { isObject, valueAt } from '../util/shape';

/** Where the filters of HTTP are in a filter chain. */
export const CONNECTION_MANAGER = 'envoy.filters.network.http_connection_manager';

/** The last of them, which sends requests on: policies and tokens come before it. */
export const ROUTER = 'envoy.filters.http.router';

/** The type of the settings of a rate limit that a proxy counts by itself. */
export const LOCAL_RATE_LIMIT = 'type.googleapis.com/envoy.extensions.filters.http.local_ratelimit.v3.LocalRateLimit';

/**
 * Whether an EnvoyFilter does nothing but to limit requests that policies have let through: it can only refuse more, and lets nobody in. One that counts before policies is not among them,
 * by which those who are refused keep out all others.
 */
export function limitsOnly(spec: unknown): boolean {
  const patches = isObject(spec) && Array.isArray(spec.configPatches) ? spec.configPatches as readonly unknown[] : [];
  return patches.length > 0 && patches.every(isLimit);
}

function isLimit(patch: unknown): boolean {
  return valueAt(patch, 'applyTo') === 'HTTP_FILTER'
    && valueAt(patch, 'patch', 'operation') === 'INSERT_BEFORE'
    && valueAt(patch, 'match', 'listener', 'filterChain', 'filter', 'subFilter', 'name') === ROUTER
    && valueAt(patch, 'patch', 'value', 'typed_config', '@type') === LOCAL_RATE_LIMIT
    && ADDED.every(name => valueAt(patch, 'patch', 'value', 'typed_config', name) === undefined);
}

/** What it adds to requests that it lets through, which workloads may take for what a proxy says of the caller. */
const ADDED = ['request_headers_to_add_when_not_enforced', 'requestHeadersToAddWhenNotEnforced'];
