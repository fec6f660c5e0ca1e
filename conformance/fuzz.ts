import { check, checkNothingLost, Outcome } from './fuzz/check';
import { Random } from './fuzz/random';
import { readSeeds, Seed } from './fuzz/seeds';
import { mutateStructure } from './fuzz/structure';
import { mutateText } from './fuzz/text';

/**
 * Puts broken manifests to PolicySet: `npm run fuzz [-- --runs N] [--seed S] [--from FIRST]`. Every document is made from the seed and its
 * number alone, so that `--runs 1 --from N` repeats one. Exits with 1 if one crashes, hangs, loses a condition or opens a door.
 */

const SHOWN = 5;
/** Time that one document may take. */
const BUDGET_MS = 2_000;

interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly from: number;
}

function options(args: readonly string[]): Options {
  const read = (name: string, fallback: number): number => {
    const at = args.indexOf(`--${name}`);
    const value = at < 0 ? fallback : Number(args[at + 1]);
    if (!Number.isInteger(value) || value < 0) throw new Error(`--${name} must be a whole number, got '${args[at + 1]}'`);
    return value;
  };
  return { runs: read('runs', 5_000), seed: read('seed', 1), from: read('from', 0) };
}

function documentOf(seeds: readonly Seed[], seed: number, run: number): { text: string; from: Seed } {
  const random = Random.ofRun(seed, run);
  const from = random.pick(seeds);
  return { from, text: random.below(2) === 0 ? mutateText(from.text, random) : mutateStructure(from.objects, random) };
}

/** One document; where it was slow it is asked again, by CPU time, as the machine may have been busy. */
function tryOne(text: string, from: Seed, thorough: boolean): { outcome: Outcome; ms: number } {
  const ask = () => {
    const outcome = check(text, from);
    if (thorough) checkNothingLost(text);
    return outcome;
  };
  const started = performance.now();
  const outcome = ask();
  const ms = performance.now() - started;
  if (ms <= BUDGET_MS) return { outcome, ms };
  const before = process.cpuUsage();
  ask();
  const { user, system } = process.cpuUsage(before);
  if ((user + system) / 1000 > BUDGET_MS) throw new Error(`took ${(user + system) / 1000} ms`);
  return { outcome, ms: (user + system) / 1000 };
}

function main({ runs, seed, from: first }: Options): void {
  const seeds = readSeeds();
  const counts = new Map<Outcome | 'failed', number>();
  let failed = 0;
  const started = Date.now();
  const seconds = () => ((Date.now() - started) / 1000).toFixed(0);
  let slowest = 0;
  Error.stackTraceLimit = runs === 1 ? 20 : 0; // most documents are errors to the parser, and stacks take its time
  for (let run = first; run < first + runs; run++) {
    const { text, from } = documentOf(seeds, seed, run);
    let outcome: Outcome | 'failed' = 'failed';
    try {
      const tried = tryOne(text, from, run % 4 === 0);
      outcome = tried.outcome;
      slowest = Math.max(slowest, tried.ms);
    } catch (error) {
      if (failed++ < SHOWN) console.log(`--- seed ${seed}, document ${run}: ${(error as Error).stack ?? String(error)}\n${runs === 1 ? text : text.slice(0, 600)}`);
    }
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if ((run - first + 1) % 50_000 === 0) console.log(`${run - first + 1} documents, ${failed} failed, ${seconds()} s`);
  }
  counts.forEach((count, outcome) => console.log(`${outcome}: ${count}`));
  console.log(`documents ${first} to ${first + runs - 1} of seed ${seed}, from ${seeds.length} worlds, in ${seconds()} s; slowest ${slowest.toFixed(0)} ms; ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}

main(options(process.argv.slice(2)));
