import { PolicySet } from 'cdk8s-zero-trust';
import { check, Outcome } from './analysis/check';
import { editsOf } from './analysis/edits';
import { AnalyzedWorld, analyzedWorld, Manifest, recordedDecisions } from './analysis/worlds';
import { Random } from './fuzz/random';

/**
 * Changes one thing about each policy of recorded worlds, and looks whether a comparison tells of every recorded request that is then answered differently:
 * `npm run conformance:analysis [-- LIMIT [SEED]]`, by default 300 worlds. Each world and edit follows from the seed and the number of its line.
 */

const SHOWN = 5;
/** How often an edit is made until it gives something that is read without a problem. */
const TRIES = 8;
const POLICIES = ['AuthorizationPolicy', 'RequestAuthentication', 'PeerAuthentication'];

class Tally {
  worlds = 0;
  edits = 0;
  told = 0;
  undecided = 0;
  slowest = 0;
  readonly failures: string[] = [];
  readonly reasons = new Map<string, Set<string>>();
  readonly leftOut = new Map<string, number>();

  add(world: AnalyzedWorld, edit: string, { told, undecided, misses, comparison, reasons }: Outcome, text: () => string): void {
    this.edits++;
    this.told += told;
    this.undecided += undecided;
    if (misses.length > 0) this.failures.push(`--- ${world.id}, ${edit}\n${misses.length} are not told, such as: ${misses[0]}\n${comparison}\n${text()}`);
    for (const reason of reasons) {
      const general = reason.replace(/'[^']*'|"[^"]*"|\d+/g, '…').slice(0, 120);
      this.reasons.set(general, (this.reasons.get(general) ?? new Set()).add(world.id));
    }
  }

  report(): void {
    this.failures.sort((left, right) => left.length - right.length).slice(0, SHOWN).forEach(failure => console.log(failure));
    this.leftOut.forEach((count, reason) => console.log(`${count} requests left out: ${reason}`));
    this.reasons.forEach((worlds, reason) => console.log(`${worlds.size} worlds with a destination that is not decided: ${reason} (${[...worlds].slice(0, 2).join(', ')})`));
    console.log(`${this.edits} edits of ${this.worlds} worlds: ${this.told} requests are answered differently and told, ${this.undecided} not decided; slowest ${(this.slowest / 1000).toFixed(1)} s; ${this.failures.length} failed`);
    process.exitCode = this.failures.length > 0 || this.told === 0 ? 1 : 0;
  }
}

function analyze(world: AnalyzedWorld, random: Random, tally: Tally): void {
  const before = PolicySet.fromManifests([...world.objects], world.settings);
  tally.worlds++;
  world.leftOut.forEach((count, reason) => tally.leftOut.set(reason, (tally.leftOut.get(reason) ?? 0) + count));
  for (const [index, object] of world.objects.entries()) {
    if (!POLICIES.includes(object.kind ?? '')) continue;
    const { name, after, text } = editedWorld(world, index, before.problems.length, random);
    const edit = `${object.kind} ${object.metadata?.namespace}/${object.metadata?.name}: ${name}`;
    const started = process.cpuUsage();
    try {
      tally.add(world, edit, check(before, after, world.requests), text);
    } catch (error) {
      tally.failures.push(`--- ${world.id}, ${edit}: ${(error as Error).stack}\n${text()}`);
    }
    const { user, system } = process.cpuUsage(started);
    tally.slowest = Math.max(tally.slowest, (user + system) / 1000);
  }
}

/** The world with one thing changed about one of its policies, in such a way that it is still read whole, if there is one. */
function editedWorld({ objects, settings }: AnalyzedWorld, index: number, problems: number, random: Random) {
  const edits = editsOf(objects[index], random);
  for (let tries = 1; ; tries++) {
    const { name, object } = random.pick(edits);
    const changed = objects.flatMap((one, at) => at === index ? (object ?? []) as Manifest[] | Manifest : one);
    const after = PolicySet.fromManifests(changed, settings);
    const text = () => JSON.stringify({ settings, objects, after: object });
    if (after.problems.length <= problems || tries === TRIES) return { name, after, text };
  }
}

function main([limit = '300', seed = '1']: readonly string[]): void {
  const [lines, tally] = [recordedDecisions(), new Tally()];
  const every = Math.max(1, lines.length / Number(limit));
  for (let number = 0; number < Math.min(Number(limit), lines.length); number++) {
    const line = Math.floor((number + Random.ofRun(Number(seed), number).next()) * every) % lines.length;
    analyze(analyzedWorld(lines[line]), Random.ofRun(Number(seed), line), tally);
  }
  tally.report();
}

main(process.argv.slice(2));
