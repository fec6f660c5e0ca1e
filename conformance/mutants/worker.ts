import { readFileSync } from 'fs';
import { join } from 'path';
import { AREAS } from './areas';
import { broken, Mutant } from './generate';
import { Sandbox } from './sandbox';
import { Suite } from './suites';

/** What became of a mutant: which suite noticed, and by what; nothing if none did. */
export interface Fate {
  readonly suite?: string;
  readonly by?: string;
}

/** Something to try: what is in a file, whole or broken. */
export interface Trial {
  readonly file: string;
  readonly mutant?: Mutant;
}

const sandbox = new Sandbox();
const known = new Map<number, ReadonlyMap<string, Suite>>();

/** The suites of the area of a file, read when first asked for. */
function suitesFor(file: string): ReadonlyMap<string, Suite> {
  const index = AREAS.findIndex(({ files }) => files.includes(file));
  const suites = known.get(index) ?? AREAS[index].suites();
  known.set(index, suites);
  return suites;
}

async function fateOf({ file, mutant }: Trial): Promise<Fate> {
  for (const [suite, run] of suitesFor(file)) {
    try {
      const modules = sandbox.load(mutant && { file, code: broken(readFileSync(file, 'utf8'), mutant) });
      const by = await run(modules);
      if (by !== undefined) return { suite, by };
    } catch (error) {
      return { suite, by: String((error as Error).stack ?? error).split('\n').slice(0, mutant ? 1 : 6).join('\n') };
    }
  }
  return {};
}

process.on('message', (trial: Trial) => void fateOf(trial).then(fate => process.send?.(fate)));
sandbox.load().load(join(__dirname, '../../src/index.ts'));
process.send?.('ready');
