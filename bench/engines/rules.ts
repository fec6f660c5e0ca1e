/** One rule of the policy set, in no policy language. A path that ends with `*` is a prefix. */
export interface BenchRule {
  readonly effect: 'ALLOW' | 'DENY';
  readonly to: string;
  readonly callers: readonly string[];
  readonly methods: readonly string[];
  readonly paths: readonly string[];
}

/** One question, in no policy language. */
export interface BenchRequest {
  readonly to: string;
  readonly caller: string;
  readonly method: string;
  readonly path: string;
}

export const WORKLOADS = Array.from({ length: 50 }, (_, i) => `service-${i}`);

const ALLOWS = 900;
const DENIES = 100;
const REQUESTS = 2_000;

/** 1,000 rules, 20 for each workload: 18 of them open two paths to two callers, 2 close a part of that again. */
export function benchRules(): BenchRule[] {
  const allow = Array.from({ length: ALLOWS }, (_, i): BenchRule => ({
    effect: 'ALLOW',
    to: workload(i),
    callers: [workload(i * 7 + turn(i) + 1), workload(i * 11 + turn(i) * 3 + 3)],
    methods: i % 3 === 0 ? ['GET'] : ['GET', 'POST'],
    paths: [`/v1/resources/${i}`, `/v1/resources/${i}/*`],
  }));
  const deny = Array.from({ length: DENIES }, (_, i): BenchRule => ({
    effect: 'DENY',
    to: workload(i),
    callers: [allow[i].callers[0]],
    methods: ['GET', 'POST'],
    paths: [`/v1/resources/${i}/internal`, `/v1/resources/${i}/internal/*`],
  }));
  return [...allow, ...deny];
}

/** Requests to all workloads: half are what a rule is about, the others differ from one in a field. */
export function benchRequests(rules: readonly BenchRule[]): BenchRequest[] {
  return Array.from({ length: REQUESTS }, (_, i) => {
    const { to, callers, methods, paths: [path] } = rules[(i * 37) % rules.length];
    const meant = { to, caller: callers[i % callers.length], method: methods[i % methods.length], path: i % 2 ? path : `${path}/items/${i}` };
    switch (i % 6) {
      case 0: return { ...meant, caller: 'stranger' };
      case 1: return { ...meant, path: `/v2${path}` };
      case 2: return { ...meant, method: 'DELETE' };
      default: return meant;
    }
  });
}

/** How many rules of the same workload come before, so that each names other callers. */
function turn(i: number): number {
  return Math.floor(i / WORKLOADS.length);
}

function workload(i: number): string {
  return WORKLOADS[i % WORKLOADS.length];
}
