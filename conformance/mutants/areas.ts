import { readdirSync } from 'fs';
import { join } from 'path';
import { readLines, readWorlds, recordings, Suite, tests, ways } from './suites';

/** A part of the library that is broken, and what shall notice. */
export interface Area {
  /** Its folder, and whatever else is its own. */
  readonly files: readonly string[];
  /** The suites, the one that is the quickest to notice most of all first. */
  readonly suites: () => ReadonlyMap<string, Suite>;
}

const ROOT = join(__dirname, '../..');
const TEST = join(ROOT, 'test');
const MINIMAL = ['minimal', 'minimal-ztunnel'];
const LARGE = ['sidecar', 'waypoint', 'gateway', 'ztunnel'];
const WAYS = ['injection', 'injection-1.26', 'capture', 'ambient-capture', 'revision', 'binding', 'attachment', 'gateway-listener', 'way'];
/** Slow, a repetition of the recordings, or last, as it needs all of the library. */
const OTHER_TESTS = ['odd-manifests.test.ts', 'conformance.test.ts', 'construct-tree.test.ts'];

function filesIn(folder: string, ending: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith(ending)).map(file => join(ROOT, folder, file));
}

function suitesOfEvaluator(): ReadonlyMap<string, Suite> {
  const worlds = readWorlds(LARGE);
  const lines = readLines(WAYS);
  const written = filesIn('test/policy', '.test.ts').filter(file => !OTHER_TESTS.some(other => file.endsWith(`policy/${other}`)));
  return new Map<string, Suite>([
    ['minimal worlds', recordings(readWorlds(MINIMAL))],
    ['tests', tests([...written, ...['util/ip.test.ts', 'policy/construct-tree.test.ts'].map(file => join(TEST, file))])],
    ['sample of the corpus', recordings(worlds.filter((_, index) => index % 50 === 0))],
    ['sample of the ways', ways(lines.filter((_, index) => index % 20 === 0))],
    ['corpus', recordings(worlds)],
    ['ways', ways(lines)],
  ]);
}

function suitesOfAnalysis(): ReadonlyMap<string, Suite> {
  const slow = ['analysis/budget', 'properties/statements-are-fewest', 'properties/pairs-are-exact', 'properties/analysis-is-exact'].map(name => join(TEST, `${name}.test.ts`));
  const quick = [...filesIn('test/analysis', '.test.ts'), ...filesIn('test/plan', '.test.ts')].filter(file => !slow.includes(file));
  return new Map<string, Suite>([
    ['tests', tests(quick)],
    ['properties', tests(slow)],
  ]);
}

/** All of them, in the order in which mutants are counted. */
export const AREAS: readonly Area[] = [
  // util: what the evaluator uses besides its own folder
  { files: [...filesIn('src/policy', '.ts'), ...['ip', 'shape', 'truth'].map(name => join(ROOT, `src/util/${name}.ts`))], suites: suitesOfEvaluator },
  { files: filesIn('src/analysis', '.ts'), suites: suitesOfAnalysis },
];
