import { request } from 'node:http';
import { Outcome } from './checks';
import { Envoy } from './envoy';
import { bootstrapOf, managerOf, ROUTER_FILTER, typed } from './envoy-config';
import { DataPlane, NamespaceFacts } from '../../src/intent/mesh';
import { RateLimitData } from '../../src/intent/traffic-protection-intent';
import { EnvoyFilterConfigPatch, EnvoyFilterSpec } from '../../src/istio/envoy-filter';
import { renderTrafficProtection } from '../../src/render/traffic-protection';
import { http, MESH, namespace, service, WAYPOINT, workload } from '../../test/support/facts';

const LIMIT: RateLimitData = { requests: 3, per: 3_600_000, burst: 3, ports: [8080, 8081] };

/** What is called: two ports that are limited, and what is not, and passes the same proxy. */
type Called = 'api' | 'admin' | 'other';

/** A request: whether a policy refuses who sends it, and where to. */
interface Ask { readonly caller: 'allowed' | 'refused'; readonly at: Called }

/** Requests in their order, and what each is answered. */
interface Case {
  readonly name: string;
  readonly limit: RateLimitData;
  readonly asked: readonly Ask[];
  readonly answers: readonly number[];
}

const times = (count: number, caller: Ask['caller'], at: Called = 'api'): Ask[] => Array.from({ length: count }, () => ({ caller, at }));

const CASES: readonly Case[] = [
  { name: 'a burst passes, and what is beyond is answered 429', limit: LIMIT, asked: times(5, 'allowed'), answers: [200, 200, 200, 429, 429] },
  { name: 'who is refused by a policy uses nothing of it', limit: LIMIT, asked: [...times(4, 'refused'), ...times(5, 'allowed')], answers: [403, 403, 403, 403, 200, 200, 200, 429, 429] },
  { name: 'who is refused is told so when nothing is left, too', limit: LIMIT, asked: [...times(4, 'allowed'), ...times(1, 'refused')], answers: [200, 200, 200, 429, 403] },
  { name: 'a burst is more than what is given in a time', limit: { ...LIMIT, burst: 5 }, asked: times(6, 'allowed'), answers: [200, 200, 200, 200, 200, 429] },
  { name: 'each port has one of its own', limit: LIMIT, asked: [...times(4, 'allowed'), ...times(4, 'allowed', 'admin')], answers: [200, 200, 200, 429, 200, 200, 200, 429] },
  { name: 'what it is not for is not limited', limit: LIMIT, asked: [...times(4, 'allowed'), ...times(5, 'allowed', 'other')], answers: [200, 200, 200, 429, 200, 200, 200, 200, 200] },
];

/** A chain of filters, by what a patch may match, for what comes from an address. */
interface Chain { readonly name: string; readonly port: number; readonly from: string }

/** A proxy that goes by a limit. */
interface Proxy { readonly name: string; readonly namespace: NamespaceFacts; readonly chains: Readonly<Record<Called, Chain>> }

const FROM: Readonly<Record<Called, string>> = { api: '127.0.0.1', admin: '127.0.0.2', other: '127.0.0.3' };

/** As istiod names them: at a pod by port, at a waypoint by port and host of a Service, all of which listen to the port of the tunnel. */
const PROXIES: readonly Proxy[] = [
  {
    name: 'sidecar',
    namespace: namespace('shop', { dataPlane: DataPlane.SIDECAR }),
    chains: {
      api: { name: '0.0.0.0_8080', port: 8080, from: FROM.api }, admin: { name: '0.0.0.0_8081', port: 8081, from: FROM.admin }, other: { name: '0.0.0.0_9090', port: 9090, from: FROM.other },
    },
  },
  {
    name: 'waypoint',
    namespace: WAYPOINT,
    chains: {
      api: { name: 'inbound-vip|80|http|api.shop.svc.cluster.local', port: 15008, from: FROM.api },
      admin: { name: 'inbound-vip|8000|http|admin.shop.svc.cluster.local', port: 15008, from: FROM.admin },
      other: { name: 'inbound-vip|80|http|web.shop.svc.cluster.local', port: 15008, from: FROM.other },
    },
  },
];

/** Has a real Envoy load the limits that a TrafficProtection renders, behind a policy, and asks it. */
export async function rateLimitOutcome(envoy: Envoy): Promise<Outcome> {
  const failures = [];
  for (const proxy of PROXIES) {
    for (const one of CASES) { failures.push(...await failuresOf(one, proxy, envoy)); }
  }
  return { title: 'Envoy: what a rate limit lets through', passed: PROXIES.length * CASES.length - failures.length, failures };
}

async function failuresOf({ name, limit, asked, answers }: Case, proxy: Proxy, envoy: Envoy): Promise<Outcome['failures']> {
  const patches = rendered(limit, proxy);
  const idle = patches.filter(patch => !Object.values(proxy.chains).some(chain => isFor(patch, chain)));
  const got = await envoy.run(port => listening(port, proxy, patches), port => answersOf(port, asked));
  const reasons = [...idle.length > 0 ? [`has ${idle.length} patches for nothing`] : [], ...String(got) === String(answers) ? [] : [`answers ${got} in place of ${answers}`]];
  return reasons.map(reason => ({ where: `${proxy.name}: ${name}`, text: JSON.stringify(patches, undefined, 2), reason }));
}

/** A proxy with its chains, which are told apart by where requests come from in place of where they go. */
function listening(port: number, { chains }: Proxy, patches: readonly EnvoyFilterConfigPatch[]): object {
  const filter_chains = Object.values(chains).map(chain => ({
    name: chain.name,
    filter_chain_match: { source_prefix_ranges: [{ address_prefix: chain.from, prefix_len: 32 }] },
    filters: [managerOf({ http_filters: patched(FILTERS, patches.filter(patch => isFor(patch, chain))), route: { direct_response: { status: 200 } } })],
  }));
  return bootstrapOf(port, [], [], { filter_chains });
}

async function answersOf(port: number, asked: readonly Ask[]): Promise<number[]> {
  const answers: number[] = [];
  for (const ask of asked) { answers.push(await answerOf(port, ask)); }
  return answers;
}

function answerOf(port: number, { caller, at }: Ask): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, localAddress: FROM[at], headers: { 'x-caller': caller }, agent: false }, answer => { answer.resume(); resolve(answer.statusCode!); });
    sent.on('error', reject);
    sent.end();
  });
}

/** The patches, as a TrafficProtection has them for pods that two Services lead to. */
function rendered(rateLimit: RateLimitData, proxy: Proxy): readonly EnvoyFilterConfigPatch[] {
  const target = workload([http(8080), http(8081), http(9090)], [service('api', { 80: 8080 }), service('admin', { 8000: 8081 })]);
  const { specs, problems } = renderTrafficProtection({ kind: 'traffic-protection', mesh: MESH, target, namespace: proxy.namespace, rateLimit, subsets: {} });
  if (problems.length > 0) { throw new Error(problems.join('; ')); }
  return (specs['rate-limit'] as EnvoyFilterSpec).configPatches!;
}

interface NamedFilter { readonly name: string }

const ALLOWED_ONLY = { rules: { action: 'ALLOW', policies: { allowed: { permissions: [{ any: true }], principals: [{ header: { name: 'x-caller', string_match: { exact: 'allowed' } } }] } } } };

/** Those of a proxy as Istio has them, as far as it matters: a policy first, the router last. */
const FILTERS: readonly NamedFilter[] = [
  { name: 'envoy.filters.http.rbac', ...{ typed_config: typed('envoy.extensions.filters.http.rbac.v3.RBAC', ALLOWED_ONLY) } },
  ROUTER_FILTER,
];

/** Whether istiod applies a patch to a chain: what it does not say may be any. */
function isFor({ match }: EnvoyFilterConfigPatch, { name, port }: Chain): boolean {
  const { portNumber, filterChain } = match!.listener!;
  return (portNumber ?? port) === port && (filterChain!.name ?? name) === name;
}

/** As istiod inserts a filter before another. */
function patched(filters: readonly NamedFilter[], patches: readonly EnvoyFilterConfigPatch[]): readonly NamedFilter[] {
  return patches.reduce((all, { match, patch }) => {
    const before = match!.listener!.filterChain!.filter!.subFilter!.name;
    return all.flatMap(filter => filter.name === before ? [patch!.value as NamedFilter, filter] : [filter]);
  }, filters);
}
