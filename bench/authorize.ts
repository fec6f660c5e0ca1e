import { AccessRequest, PolicySet } from 'cdk8s-zero-trust';
import { cedar, cedarByWorkload } from './engines/cedar';
import { Engine } from './engines/engine';
import { opa, opaByWorkload } from './engines/opa';
import { accessRequest, ours, oursWithReasons, policySet } from './engines/ours';
import { hasGo } from './engines/rego';
import { BenchRequest, benchRequests, BenchRule, benchRules, WORKLOADS } from './engines/rules';
import { median } from './median';

const ROUNDS = 9;
const ROUND_SECONDS = 0.2;
const ELSEWHERE = [0, 10, 20];

/**
 * Decisions per second on one core, against Cedar and OPA on the same rules and requests, and against ourselves in a larger mesh.
 * The goals: faster than both, also where their rules are sorted by hand, and as fast whatever else is in the mesh.
 */
export function authorize(): void {
  const rules = benchRules();
  const requests = benchRequests(rules);
  const sets = ELSEWHERE.map(times => policySet(rules, times));
  console.log(`authorize: ${rules.length} rules over ${WORKLOADS.length} workloads, ${requests.length} requests, median of ${ROUNDS} rounds\n`);
  compareEngines(rules, requests, sets[0]);
  compareSizes(requests, sets);
  firstDecisions(rules, requests);
}

function compareEngines(rules: readonly BenchRule[], requests: readonly BenchRequest[], policies: PolicySet): void {
  const engines = [ours(policies, requests), oursWithReasons(policies, requests), cedar(rules, requests), cedarByWorkload(rules, requests)];
  if (hasGo()) engines.push(opa(rules, requests), opaByWorkload(rules, requests));
  else console.log('OPA is left out: its compiler is built with go, which is not on this machine');
  const allowed = sameAnswers(engines);
  console.log(`the engines agree: ${allowed} requests are allowed, ${requests.length - allowed} denied\n`);
  const medians = rates(engines);
  console.log('engine                       decisions/s   µs each   ours is faster by');
  engines.forEach(({ name }, i) => {
    console.log(`${name.padEnd(26)}${medians[i].toFixed(0).padStart(14)}${(1e6 / medians[i]).toFixed(2).padStart(10)}${(medians[0] / medians[i]).toFixed(2).padStart(20)}`);
  });
}

/** How many requests are allowed, where all engines agree which. */
function sameAnswers(engines: readonly Engine[]): number {
  const [expected, ...others] = engines.map(({ questions }) => questions.map(ask => ask()));
  others.forEach((answers, i) => {
    const differs = answers.findIndex((answer, j) => answer !== expected[j]);
    if (differs >= 0) throw new Error(`the engines must agree, got '${expected[differs]}' of ours and '${answers[differs]}' of '${engines[i + 1].name}' for request ${differs}`);
  });
  return expected.filter(Boolean).length;
}

function compareSizes(requests: readonly BenchRequest[], sets: readonly PolicySet[]): void {
  const engines = sets.map(policies => ours(policies, requests));
  sameAnswers(engines);
  const medians = rates(engines);
  console.log('\npolicies elsewhere   decisions/s   time against none');
  ELSEWHERE.forEach((times, i) => {
    console.log(`${(times * 1_000).toString().padStart(18)}${medians[i].toFixed(0).padStart(14)}${(medians[0] / medians[i]).toFixed(2).padStart(20)}`);
  });
}

/** The first decision on a destination finds its proxies and compiles their policies; measured in fresh sets, of clients known by their identity and of workloads. */
function firstDecisions(rules: readonly BenchRule[], requests: readonly BenchRequest[]): void {
  const asked = WORKLOADS.map(workload => accessRequest(requests.find(({ to, caller }) => to === workload && WORKLOADS.includes(caller))!));
  const sent = asked.map((request): AccessRequest => ({ ...request, source: { workload: request.source?.serviceAccount } }));
  console.log('\npolicies elsewhere   first decision on a destination, µs   the same of a workload that sends');
  for (const times of ELSEWHERE) {
    const [known, sending] = [asked, sent].map(questions => median(microsOf(policySet(rules, times), questions)));
    console.log(`${(times * 1_000).toString().padStart(18)}${known.toFixed(0).padStart(38)}${sending.toFixed(0).padStart(35)}`);
  }
}

/** Of processor time, in microseconds, each. */
function microsOf(policies: PolicySet, requests: readonly AccessRequest[]): number[] {
  return requests.map(request => {
    const started = process.cpuUsage();
    policies.isAuthorized(request);
    const { user, system } = process.cpuUsage(started);
    return user + system;
  });
}

/** Decisions per second of each engine: rounds in turns, so that a busy moment hits all of them; medians. */
function rates(engines: readonly Engine[]): number[] {
  const measured = engines.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    engines.forEach((engine, i) => measured[i].push(rate(engine)));
  }
  return measured.map(median);
}

/** Per second of processor time of all threads, so that what else the machine does hardly counts. */
function rate({ questions }: Engine): number {
  const started = process.cpuUsage();
  let asked = 0;
  let seconds = 0;
  while (seconds < ROUND_SECONDS) {
    for (let i = 0; i < 8; i++) questions[asked++ % questions.length]();
    const { user, system } = process.cpuUsage(started);
    seconds = (user + system) / 1e6;
  }
  return asked / seconds;
}
