import { existsSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { AccessMap, PolicyComparison, PolicySet } from 'cdk8s-zero-trust';
import { Random } from '../../conformance/fuzz/random';
import { pairOf, SETTINGS } from '../../conformance/pairs/states';

const UPDATE = process.env.UPDATE_GOLDEN === '1';
const GOLDEN = join(__dirname, 'said.txt');
const PAIRS = 40;

/** What is said of two drawn states of a mesh: who can reach what after the change, what the change does, and by which requests that is seen. */
function saidOf(number: number): string {
  const { before, after } = pairOf(Random.ofRun(7, number));
  const [old, now] = [before, after].map(objects => PolicySet.fromManifests([...objects], SETTINGS));
  const { permissiveness, changes, undecided } = PolicyComparison.of(old, now);
  const told = changes.flatMap(change => [change.toString(), `  ${JSON.stringify(change.witness)}`, `  by ${change.causes.map(({ kind, name }) => `${kind} ${name}`).join(', ')}`]);
  return [AccessMap.of(now).toString(), permissiveness, ...told, ...undecided.map(({ destination, reason }) => `${destination}: ${reason}`)].join('\n');
}

/** The texts of the golden file, each below its number. */
function golden(): string[] {
  return existsSync(GOLDEN) ? readFileSync(GOLDEN, 'utf8').split(/^# \d+\n/m).slice(1).map(text => text.trimEnd()) : [];
}

// That it is right is what the properties say; here it stays as people have read it.
describe('what is said of a change', () => {
  const numbers = Array.from({ length: PAIRS }, (_, number) => number);
  if (UPDATE) writeFileSync(GOLDEN, numbers.map(number => `# ${number}\n${saidOf(number)}\n`).join('\n'));
  const texts = golden();

  test.each(numbers)('is said in the same words as before, by the same requests (pair %i)', number => {
    expect(saidOf(number)).toBe(texts[number]);
  });
});
