import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { FAMILIES } from './families';
import { Check, Disagreement, Family, Recorded, UNDECIDED } from './families/family';

/**
 * Puts the recorded truth to this library: `npm run conformance [-- FILE.jsonl.gz …]`, by default the whole corpus.
 * Says how often both agree, by family and feature, and shows the shortest inputs on which they differ.
 */

const CORPUS = join(__dirname, 'corpus');
const SHOWN = 5;
/** A share of what a family asks. */
const UNDECIDED_AT_MOST = 0.001;

interface Count {
  passed: number;
  failed: number;
}

class Tally {
  readonly total: Count = { passed: 0, failed: 0 };
  readonly features = new Map<string, Count>();
  readonly disagreements: Disagreement[] = [];
  /** How many are counted apart, by the reason, and on how many of these both agree nevertheless. */
  readonly apart = new Map<string, Count>();
  skipped = 0;

  add({ features, apart, disagreement }: Check): void {
    const outcome = disagreement === undefined ? 'passed' : 'failed';
    if (apart !== undefined) {
      const count = this.apart.get(apart) ?? { passed: 0, failed: 0 };
      count[outcome]++;
      this.apart.set(apart, count);
      return;
    }
    this.total[outcome]++;
    for (const feature of new Set(features)) {
      const count = this.features.get(feature) ?? { passed: 0, failed: 0 };
      count[outcome]++;
      this.features.set(feature, count);
    }
    if (disagreement !== undefined) {
      this.disagreements.push(disagreement);
    }
  }

  /** The few that are the quickest to read. */
  get shortest(): Disagreement[] {
    return [...this.disagreements].sort((left, right) => left.input.length - right.input.length).slice(0, SHOWN);
  }
}

function replay(file: string, tallies: Map<string, Tally>): void {
  const lines = gunzipSync(readFileSync(file)).toString('utf8').split('\n').filter(line => line !== '');
  for (const line of lines) {
    const recorded = JSON.parse(line) as Recorded;
    const tally = tallies.get(recorded.family) ?? new Tally();
    tallies.set(recorded.family, tally);
    const family = familyOf(recorded.family);
    if (family === undefined) {
      tally.skipped++;
      continue;
    }
    for (const check of family.replay(recorded)) {
      tally.add(check);
    }
  }
}

function report(name: string, tally: Tally): void {
  console.log(`${name}: ${tally.total.passed} agree, ${tally.total.failed} differ${tally.skipped > 0 ? `, ${tally.skipped} not replayed` : ''}`);
  tally.apart.forEach(({ passed, failed }, reason) => console.log(`  counted apart, ${reason}: ${passed + failed}, of which ${passed} agree`));
  const byFailures = [...tally.features].sort(([a, left], [b, right]) => right.failed - left.failed || (a < b ? -1 : 1));
  for (const [feature, { passed, failed }] of byFailures) {
    console.log(`  ${feature}: ${passed}/${passed + failed}${failed > 0 ? ' !' : ''}`);
  }
  for (const { where, input, recorded, ours } of tally.shortest) {
    console.log(`\n--- ${where}\n${input.trimEnd()}\n--- recorded\n${recorded}\n--- ours\n${ours}`);
  }
}

function isTooUndecided(name: string, { total, apart }: Tally): boolean {
  const { passed, failed } = apart.get(UNDECIDED) ?? { passed: 0, failed: 0 };
  return failed > (total.passed + total.failed + passed + failed) * (familyOf(name)?.undecidedAtMost ?? UNDECIDED_AT_MOST);
}

function familyOf(name: string): Family | undefined {
  return FAMILIES.find(({ families }) => families.includes(name));
}

function main(files: readonly string[]): void {
  const chosen = files.length > 0 ? files : readdirSync(CORPUS).filter(file => file.endsWith('.jsonl.gz')).sort().map(file => join(CORPUS, file));
  const tallies = new Map<string, Tally>();
  chosen.forEach(file => replay(file, tallies));
  tallies.forEach((tally, name) => report(name, tally));
  const counts = [...tallies.values()].map(({ total }) => total);
  const sum = (outcome: keyof Count): number => counts.reduce((total, count) => total + count[outcome], 0);
  tallies.forEach((tally, name) => {
    if (!isTooUndecided(name, tally)) return;
    console.log(`${name}: too many are undecided`);
    process.exitCode = 1;
  });
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  if (sum('failed') > 0 || sum('passed') === 0) process.exitCode = 1;
}

main(process.argv.slice(2));
