import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { broken, Mutant } from './generate';
import { Sandbox } from './sandbox';
import { readLines, readWorlds, recordings, Suite, tests, ways } from './suites';

/** What became of a mutant: which suite noticed, and by what; nothing if none did. */
export interface Fate {
  readonly suite?: string;
  readonly by?: string;
}

const MINIMAL = ['minimal', 'minimal-ztunnel'];
const LARGE = ['sidecar', 'waypoint', 'gateway', 'ztunnel'];
const WAYS = ['injection', 'injection-1.26', 'capture', 'ambient-capture', 'revision', 'binding', 'attachment', 'gateway-listener', 'way'];
const TEST = join(__dirname, '../../test');
/** Slow, a repetition of the recordings, or last, as it needs all of the library. */
const OTHER_TESTS = ['odd-manifests.test.ts', 'conformance.test.ts', 'construct-tree.test.ts'];

/** The suites, the one that is the quickest to notice most of all first. */
function suites(): ReadonlyMap<string, Suite> {
  const worlds = readWorlds(LARGE);
  const lines = readLines(WAYS);
  const sample = worlds.filter((_, index) => index % 50 === 0);
  const written = readdirSync(join(TEST, 'policy'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.test.ts'));
  const ofEvaluator = written.filter(file => !OTHER_TESTS.includes(file)).map(file => `policy/${file}`);
  return new Map<string, Suite>([
    ['minimal worlds', recordings(readWorlds(MINIMAL))],
    ['tests', tests([...ofEvaluator, 'util/ip.test.ts', 'policy/construct-tree.test.ts'].map(file => join(TEST, file)))],
    ['sample of the corpus', recordings(sample)],
    ['sample of the ways', ways(lines.filter((_, index) => index % 20 === 0))],
    ['corpus', recordings(worlds)],
    ['ways', ways(lines)],
  ]);
}

const sandbox = new Sandbox();
const all = suites();

async function fateOf(mutant?: Mutant): Promise<Fate> {
  for (const [suite, run] of all) {
    try {
      const modules = sandbox.load(mutant && { file: mutant.file, code: broken(readFileSync(mutant.file, 'utf8'), mutant) });
      const by = await run(modules);
      if (by !== undefined) return { suite, by };
    } catch (error) {
      return { suite, by: String((error as Error).stack ?? error).split('\n').slice(0, mutant ? 1 : 6).join('\n') };
    }
  }
  return {};
}

process.on('message', (mutant: Partial<Mutant>) => void fateOf(mutant.file === undefined ? undefined : mutant as Mutant).then(fate => process.send?.(fate)));
process.send?.('ready');
