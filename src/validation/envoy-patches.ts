import { valueAt } from '../util/shape';

/** A patch of an EnvoyFilter, as far as it is looked at: what it says to Envoy is written in either of two spellings. */
export interface ConfigPatch {
  readonly applyTo?: string;
  readonly match?: unknown;
  readonly patch?: { readonly operation?: string; readonly value?: unknown };
}

/** A filter by which policies are enforced. */
const ENFORCING = /\b(rbac|jwt_authn|http_connection_manager|tcp_proxy)\b/;

/** One that has nothing to say but by policies. */
const POLICY_FILTER = /\b(rbac|jwt_authn)\b/;

/** Lists whose place others may take, with all filters that are in them. */
const LISTS_OF_FILTERS = /"(filter_?chains|(http_?)?filters)":/i;

/** What of the settings of HTTP has some requests pass other filters than those of policies, or go by other paths than policies do: upgraded ones with filters of their own, paths that are no more made plain. */
const PAST_POLICIES = /"upgrade_?configs":.*"filters":\[(?!\])|"normalize_?path":false/i;

/** Operations by which what is there has other settings. */
export const MERGES: readonly (string | undefined)[] = ['MERGE', 'MERGE_AND_REPLACE_LIST'];

/** The field by which routes, virtual hosts and clusters have settings of filters of their own. */
export const PER_ROUTE = /per_?filter_?config/i;

/** Whether a patch takes out, replaces or disables what enforces policies, or leads some of what comes in past it. */
export function strips(written: ConfigPatch | undefined): boolean {
  const { applyTo, match, patch } = written ?? {};
  const value = JSON.stringify(patch?.value) ?? '';
  // a route may do without a filter
  if (POLICY_FILTER.test(value) && PER_ROUTE.test(value)) { return true; }
  const isOfFilters = applyTo === 'NETWORK_FILTER' || applyTo === 'HTTP_FILTER';
  const matched = isOfFilters ? matchedFilter(applyTo, match) : undefined;
  const isOfChains = applyTo === 'LISTENER' || applyTo === 'FILTER_CHAIN';
  const comesIn = valueAt(match, 'context') !== 'SIDECAR_OUTBOUND';
  if (comesIn && patch?.operation === 'ADD' && applyTo === 'FILTER_CHAIN') { return !POLICY_FILTER.test(value); }
  if (patch?.operation === 'REMOVE' || patch?.operation === 'REPLACE') { return isOfChains || (isOfFilters && (matched === undefined || ENFORCING.test(matched))); }
  if (!MERGES.includes(patch?.operation)) { return false; }
  if (comesIn && (isOfFilters || isOfChains) && PAST_POLICIES.test(value)) { return true; }
  return (matched !== undefined && POLICY_FILTER.test(matched)) || (patch?.operation !== 'MERGE' && (isOfChains || isOfFilters) && LISTS_OF_FILTERS.test(value));
}

/** The name of the filter that a patch is for; undefined where it is for all. */
export function matchedFilter(applyTo: 'NETWORK_FILTER' | 'HTTP_FILTER', match: unknown): string | undefined {
  const name = valueAt(match, 'listener', 'filterChain', 'filter', ...applyTo === 'HTTP_FILTER' ? ['subFilter'] : [], 'name');
  return typeof name === 'string' && name !== '' ? name : undefined;
}
