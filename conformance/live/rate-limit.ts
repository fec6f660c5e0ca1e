import { Outcome } from './checks';
import { Envoy } from './envoy';
import { bootstrapOf, managerOf, ROUTER_FILTER, typed } from './envoy-config';
import { DataPlane } from '../../src/intent/mesh';
import { RateLimitData } from '../../src/intent/traffic-protection-intent';
import { EnvoyFilterConfigPatch, EnvoyFilterSpec } from '../../src/istio/envoy-filter';
import { renderTrafficProtection } from '../../src/render/traffic-protection';
import { http, MESH, namespace, service, workload } from '../../test/support/facts';

const LIMIT: RateLimitData = { requests: 3, per: 3_600_000, burst: 3, ports: [] };

/** Whether a policy refuses a caller. */
type Caller = 'allowed' | 'refused';

/** Requests in their order, and what each is answered. */
interface Case {
  readonly name: string;
  readonly limit: RateLimitData;
  readonly asked: readonly Caller[];
  readonly answers: readonly number[];
}

const times = (count: number, caller: Caller): Caller[] => Array.from({ length: count }, () => caller);

const CASES: readonly Case[] = [
  { name: 'a burst passes, and what is beyond is answered 429', limit: LIMIT, asked: times(5, 'allowed'), answers: [200, 200, 200, 429, 429] },
  { name: 'who is refused by a policy uses nothing of it', limit: LIMIT, asked: [...times(4, 'refused'), ...times(5, 'allowed')], answers: [403, 403, 403, 403, 200, 200, 200, 429, 429] },
  { name: 'who is refused is told so when nothing is left, too', limit: LIMIT, asked: [...times(4, 'allowed'), 'refused'], answers: [200, 200, 200, 429, 403] },
  { name: 'a burst is more than what is given in a time', limit: { ...LIMIT, burst: 5 }, asked: times(6, 'allowed'), answers: [200, 200, 200, 200, 200, 429] },
];

/** Has a real Envoy load the limits that a TrafficProtection renders, behind a policy, and asks it. */
export async function rateLimitOutcome(envoy: Envoy): Promise<Outcome> {
  const failures = [];
  for (const one of CASES) { failures.push(...await failuresOf(one, envoy)); }
  return { title: 'Envoy: what a rate limit lets through', passed: CASES.length - failures.length, failures };
}

async function failuresOf({ name, limit, asked, answers }: Case, envoy: Envoy): Promise<Outcome['failures']> {
  const patches = rendered(limit);
  const manager = managerOf({ http_filters: patched(FILTERS, patches), route: { direct_response: { status: 200 } } });
  const got = await envoy.run(port => bootstrapOf(port, [manager]), port => answersOf(port, asked));
  return String(got) === String(answers) ? [] : [{ where: name, text: JSON.stringify(patches, undefined, 2), reason: `answers ${got} in place of ${answers}` }];
}

async function answersOf(port: number, asked: readonly Caller[]): Promise<number[]> {
  const answers: number[] = [];
  for (const caller of asked) { answers.push((await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-caller': caller } })).status); }
  return answers;
}

/** The patches, as a TrafficProtection has them. */
function rendered(rateLimit: RateLimitData): readonly EnvoyFilterConfigPatch[] {
  const target = workload([http(8080)], [service('api', { 80: 8080 })]);
  const { specs, problems } = renderTrafficProtection({
    kind: 'traffic-protection', mesh: MESH, target, namespace: namespace('shop', { dataPlane: DataPlane.SIDECAR }), rateLimit, subsets: {},
  });
  if (problems.length > 0) { throw new Error(problems.join('; ')); }
  return (specs['rate-limit'] as EnvoyFilterSpec).configPatches!;
}

interface NamedFilter { readonly name: string }

const ALLOWED_ONLY = { rules: { action: 'ALLOW', policies: { allowed: { permissions: [{ any: true }], principals: [{ header: { name: 'x-caller', string_match: { exact: 'allowed' } } }] } } } };

/** Those of a pod as Istio has them, as far as it matters: a policy first, the router last. */
const FILTERS: readonly NamedFilter[] = [
  { name: 'envoy.filters.http.rbac', ...{ typed_config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', ALLOWED_ONLY) } },
  ROUTER_FILTER,
];

/** As istiod inserts a filter before another. */
function patched(filters: readonly NamedFilter[], patches: readonly EnvoyFilterConfigPatch[]): readonly NamedFilter[] {
  return patches.reduce((all, { match, patch }) => {
    const before = match!.listener!.filterChain!.filter!.subFilter!.name;
    return all.flatMap(filter => filter.name === before ? [patch!.value as NamedFilter, filter] : [filter]);
  }, filters);
}
