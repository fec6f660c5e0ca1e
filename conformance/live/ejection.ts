import { isDeepStrictEqual } from 'node:util';
import { Outcome } from './checks';
import { Envoy, pause } from './envoy';
import { bootstrapOf, managerOf, ROUTER_FILTER } from './envoy-config';
import { clusterOf } from './istiod-cluster';
import { Upstream } from './upstream';
import { CircuitBreakerData, EjectionData } from '../../src/intent/traffic-protection-intent';
import { DestinationRuleSpec } from '../../src/istio/destination-rule';
import { renderTrafficProtection } from '../../src/render/traffic-protection';
import { http, MESH, namespace, service, workload } from '../../test/support/facts';

/** What a client's proxy does with two pods, by the rule of a TrafficProtection. */
interface Case {
  readonly name: string;
  readonly limits: { readonly circuitBreaker?: CircuitBreakerData; readonly ejection?: EjectionData };
  /** What must be seen. */
  readonly expected: unknown;
  see(client: Client): Promise<unknown>;
}

interface Client {
  readonly pods: readonly [Upstream, Upstream];
  /** Sends requests one after the other. */
  ask(count: number): Promise<number[]>;
}

const FAST = { interval: 50, ejectionTime: 1000, maxEjectionPercent: 50 };

/** Envoy leaves a pod alone a moment after it has answered. */
const MOMENT = 200;

/** Of changes that come within a second all but the first wait. */
const MERGED = 1500;

/** What is answered, and how much of it the pod hears that fails. */
async function whileAlone({ pods: [failing], ask }: Client, count: number): Promise<{ readonly answers: number[]; readonly heard: number }> {
  const before = failing.asked;
  return { answers: await ask(count), heard: failing.asked - before };
}

/** Asks until a pod hears of it again, and says whether that took at least as long as it is left alone. */
async function returns({ pods: [failing], ask }: Client, since: number): Promise<boolean> {
  const before = failing.asked;
  for (let tries = 0; tries < 100 && failing.asked === before; tries++) {
    await ask(2);
    await pause(100);
  }
  return failing.asked > before && Date.now() - since >= FAST.ejectionTime - 100;
}

const CASES: readonly Case[] = [
  {
    name: 'a pod that answers 5xx so many times in a row is left alone, and comes back',
    limits: { ejection: { consecutive5xxErrors: 3, ...FAST } },
    see: async client => {
      client.pods[0].answer(500);
      const first = await client.ask(6);
      const ejected = Date.now();
      await pause(MOMENT);
      const alone = await whileAlone(client, 6);
      client.pods[0].answer(200);
      return { failed: first.filter(status => status === 500).length, alone, isBack: await returns(client, ejected) };
    },
    expected: { failed: 3, alone: { answers: [200, 200, 200, 200, 200, 200], heard: 0 }, isBack: true },
  },
  {
    name: 'errors that are no row leave it as it is',
    limits: { ejection: { consecutive5xxErrors: 3, ...FAST } },
    see: async client => {
      for (const status of [500, 500, 200, 500, 500, 200]) {
        client.pods[0].answer(status);
        await client.ask(2);
      }
      return (await whileAlone(client, 4)).heard;
    },
    expected: 2,
  },
  {
    name: 'with gateway errors alone, 500 counts for nothing, and 503 does',
    limits: { ejection: { consecutive5xxErrors: 0, consecutiveGatewayErrors: 2, ...FAST } },
    see: async client => {
      client.pods[0].answer(500);
      await client.ask(8);
      const of500 = await whileAlone(client, 4);
      client.pods[0].answer(503);
      await client.ask(4);
      await pause(MOMENT);
      return [of500.heard, (await whileAlone(client, 6)).heard];
    },
    expected: [2, 0],
  },
  {
    name: 'a pod that is gone is left alone, too',
    limits: { ejection: { consecutive5xxErrors: 2, ...FAST, ejectionTime: 60_000 } },
    see: async client => {
      client.pods[0].stop();
      const first = await client.ask(4);
      await pause(MOMENT);
      return [first.filter(status => status === 503).length, await client.ask(4)];
    },
    expected: [2, [200, 200, 200, 200]],
  },
  {
    name: 'with one left that fails as well, both are left alone where all may be, and nobody answers',
    limits: { ejection: { consecutive5xxErrors: 1, ...FAST, ejectionTime: 60_000, maxEjectionPercent: 100 } },
    see: async client => {
      client.pods.forEach(pod => pod.answer(500));
      await client.ask(4);
      await pause(MERGED);
      client.pods.forEach(pod => pod.answer(200));
      return client.ask(2);
    },
    expected: [503, 503],
  },
  {
    name: 'of two pods one is left alone where half of them may be',
    limits: { ejection: { consecutive5xxErrors: 1, ...FAST, ejectionTime: 60_000 } },
    see: async client => {
      client.pods.forEach(pod => pod.answer(500));
      await client.ask(4);
      await pause(MOMENT);
      const before = client.pods.map(({ asked }) => asked);
      await client.ask(4);
      return client.pods.map(({ asked }, i) => asked - before[i]).sort();
    },
    expected: [0, 4],
  },
  {
    name: 'a share below one of the pods leaves none alone',
    limits: { ejection: { consecutive5xxErrors: 1, ...FAST, maxEjectionPercent: 49 } },
    see: async client => {
      client.pods[0].answer(500);
      await client.ask(4);
      await pause(MOMENT);
      return (await whileAlone(client, 4)).heard;
    },
    expected: 2,
  },
  {
    name: 'what is beyond connections, of which each pod may have one, and beyond waiting requests, fails at once with 503',
    limits: { circuitBreaker: { maxConnections: 1, maxPendingRequests: 1 } },
    see: client => crowd(client, 5),
    expected: { atOnce: [503, 503], after: [200, 200, 200] },
  },
  {
    name: 'what is beyond requests fails at once with 503',
    limits: { circuitBreaker: { maxRequests: 2 } },
    see: client => crowd(client, 3),
    expected: { atOnce: [503], after: [200, 200] },
  },
  {
    name: 'each request has a connection of its own where one takes one',
    limits: { circuitBreaker: { maxRequestsPerConnection: 1 } },
    see: async client => {
      await client.ask(4);
      return client.pods.map(({ connections }) => connections);
    },
    expected: [2, 2],
  },
];

/** Has pods keep back what they answer to so many requests at a time, one after the other, and says what is answered at once, and what later. */
async function crowd({ pods, ask }: Client, count: number): Promise<{ readonly atOnce: number[]; readonly after: number[] }> {
  pods.forEach(pod => pod.answer(undefined));
  const atOnce: number[] = [];
  const all = Array.from({ length: count }, async (_, turn) => {
    await pause(turn * MOMENT);
    const [status] = await ask(1);
    atOnce.push(status);
  });
  await pause((count + 3) * MOMENT);
  const early = [...atOnce];
  pods.forEach(pod => pod.answer(200));
  await Promise.all(all);
  return { atOnce: early, after: atOnce.slice(early.length) };
}

/** Has a real Envoy go by the cluster that istiod makes of the rule of a TrafficProtection, with pods that fail and are slow. */
export async function ejectionOutcome(envoy: Envoy): Promise<Outcome> {
  const failures = [];
  for (const one of CASES) { failures.push(...await failuresOf(one, envoy)); }
  return { title: 'Envoy: whom a circuit breaker and outlier detection spare', passed: CASES.length - failures.length, failures };
}

async function failuresOf({ name, limits, see, expected }: Case, envoy: Envoy): Promise<Outcome['failures']> {
  const pods = [await Upstream.start(), await Upstream.start()] as const;
  try {
    const cluster = clusterOf(rendered(limits), pods.map(({ port }) => port));
    const manager = managerOf({ http_filters: [ROUTER_FILTER], route: { route: { cluster: 'pods' } } });
    const got = await envoy.run(port => bootstrapOf(port, [manager], [cluster]), port => see({ pods, ask: count => answersOf(port, count) }));
    return isDeepStrictEqual(got, expected) ? []
      : [{ where: name, text: JSON.stringify(cluster, undefined, 2), reason: `saw ${JSON.stringify(got)} in place of ${JSON.stringify(expected)}` }];
  } finally {
    pods.forEach(pod => pod.stop());
  }
}

async function answersOf(port: number, count: number): Promise<number[]> {
  const answers: number[] = [];
  for (let i = 0; i < count; i++) { answers.push((await fetch(`http://127.0.0.1:${port}/`)).status); }
  return answers;
}

/** The rule, as a TrafficProtection has it. */
function rendered(limits: Case['limits']): DestinationRuleSpec {
  const target = workload([http(8080)], [service('api', { 80: 8080 })]);
  const { specs, problems } = renderTrafficProtection({ kind: 'traffic-protection', mesh: MESH, target, namespace: namespace('shop'), ...limits, subsets: {} });
  if (problems.length > 0) { throw new Error(problems.join('; ')); }
  return specs['protection-rule'] as DestinationRuleSpec;
}
