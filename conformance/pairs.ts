import { Random } from './fuzz/random';
import { check } from './pairs/check';
import { pairOf } from './pairs/states';

/**
 * Compares random pairs of small states, and asks about every request, of all combinations of values that their rules can tell apart: `tsx conformance/pairs.ts [COUNT [SEED [FIRST]]]`, by default 300.
 * Each pair follows from the seed and its number.
 */

const SHOWN = 5;

function main([count = '300', seed = '1', first = '0']: readonly string[]): void {
  const tally = { requests: 0, changes: 0, different: 0, slowest: 0 };
  const failures: string[] = [];
  const planes = new Map<string, number>();
  for (let number = Number(first); number < Number(first) + Number(count); number++) {
    const pair = pairOf(Random.ofRun(Number(seed), number));
    const started = process.cpuUsage();
    try {
      const { faults, requests, changes } = check(pair);
      tally.requests += requests;
      tally.changes += changes;
      tally.different += changes > 0 ? 1 : 0;
      if (faults.length > 0) failures.push(`--- pair ${number}, ${pair.plane}: ${faults.slice(0, 3).join('\n')}\n${JSON.stringify(pair.before)}\n${JSON.stringify(pair.after)}`);
    } catch (error) {
      failures.push(`--- pair ${number}, ${pair.plane}: ${(error as Error).stack}\n${JSON.stringify(pair.before)}\n${JSON.stringify(pair.after)}`);
    }
    const { user, system } = process.cpuUsage(started);
    tally.slowest = Math.max(tally.slowest, (user + system) / 1000);
    planes.set(pair.plane, (planes.get(pair.plane) ?? 0) + 1);
  }
  failures.sort((left, right) => left.length - right.length).slice(0, SHOWN).forEach(failure => console.log(failure));
  console.log(`${count} pairs (${[...planes].map(([plane, many]) => `${many} ${plane}`).join(', ')}), ${tally.different} of which differ: ${tally.requests} requests asked both ways, `
    + `${tally.changes} changes told; slowest ${(tally.slowest / 1000).toFixed(1)} s; ${failures.length} failed`);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

main(process.argv.slice(2));
