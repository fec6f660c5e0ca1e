import { ChildProcess, fork } from 'child_process';
import { readFileSync } from 'fs';
import { join, relative } from 'path';
import { AREAS } from './mutants/areas';
import { Mutant, mutantsOf } from './mutants/generate';
import { ALIVE } from './mutants/suites';
import { Fate, Trial } from './mutants/worker';

/**
 * Breaks the evaluator and the analysis in small ways, one at a time, and shows that a test or a recording notices: `npm run mutants [-- --every N] [--offset K] [--skip M] [--take L] [--only TEXT|TEXT]`.
 * Every N-th way is tried, by default every 6th; N = 1 tries all. Survivors are explained in `mutants.md`, or there is a test missing; exits with 1 if one is neither.
 */

const ROOT = join(__dirname, '..');
const EXPLAINED = join(__dirname, 'mutants.md');
/** One of which no test or recorded world ends for so long hangs, and has thereby been noticed. */
const LIMIT_MS = 60_000;
/** What is whole is compiled, and run for the first time. */
const WHOLE_MS = 240_000;

function allMutants(): Mutant[] {
  return AREAS.flatMap(({ files }) => files.flatMap(file => mutantsOf(file, readFileSync(file, 'utf8'))));
}

/** Properties are tried on fewer cases than the gate does, which notice most as well, and sooner. */
const FEWER = { ANALYSIS_RUNS: '5', ANALYSIS_PAIRS: '15', BOX_RUNS: '300' };

/** Runs mutants one after the other, in a process that is replaced when one does not come back. */
class Runner {
  private worker?: ChildProcess;

  async run(trial: Trial): Promise<Fate> {
    const worker = this.worker ?? await this.start();
    worker.send(trial);
    const fate = await answer<Fate>(worker, trial.mutant ? LIMIT_MS : WHOLE_MS);
    if (fate !== undefined) return fate;
    this.stop();
    return { suite: 'time', by: 'it does not come back' };
  }

  stop(): void {
    this.worker?.kill('SIGKILL');
    this.worker = undefined;
  }

  private async start(): Promise<ChildProcess> {
    const worker = fork(join(__dirname, 'mutants/worker.ts'), { execArgv: ['--import', 'tsx'], env: { ...process.env, ...FEWER, TSX_TSCONFIG_PATH: join(ROOT, 'test/tsconfig.json') } });
    if (await answer(worker, WHOLE_MS) === undefined) throw new Error('the process that tries mutants must start, and did not');
    this.worker = worker;
    return worker;
  }
}

/** What a process answers; nothing if it hangs, or ends, as one does that runs out of memory. */
function answer<T>(worker: ChildProcess, limit: number): Promise<T | undefined> {
  return new Promise(resolve => {
    const settle = (message?: unknown) => {
      clearTimeout(timer);
      worker.off('exit', ended).off('message', heard);
      resolve(message as T | undefined);
    };
    const ended = () => settle();
    const heard = (message: unknown) => message === ALIVE ? timer.refresh() : settle(message);
    const timer = setTimeout(ended, limit);
    worker.on('exit', ended).on('message', heard);
  });
}

function nameOf({ file, line, what }: Mutant): string {
  return `${relative(join(ROOT, 'src'), file)}:${line} ${what}`;
}

/** How a survivor may be listed: without its line, which changes too often, by itself or with all of one name. */
function entriesOf({ file, what }: Mutant): string[] {
  const entry = (name: string) => `\`${relative(join(ROOT, 'src'), file)} ${name}\``.replace(/\|/g, '\\|');
  return [entry(what), entry(what.replace(/ \(\d+ of (\d+)\)$/, ' (each of $1)'))];
}

/** What is explained, as it is listed. */
function explainedEntries(mutants: readonly Mutant[]): ReadonlySet<string> {
  const listed = [...readFileSync(EXPLAINED, 'utf8').matchAll(/^\| (`.*?`) \| /gm)].map(([, entry]) => entry);
  const known = new Set(mutants.flatMap(entriesOf));
  const stale = listed.filter(entry => !known.has(entry));
  if (stale.length > 0) throw new Error(`mutants.md must list mutants that can be made, got ${stale.join(', ')}; drop them`);
  return new Set(listed);
}

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string): string | undefined => args.includes(`--${name}`) ? args[args.indexOf(`--${name}`) + 1] : undefined;
  const [every, offset, skip, only] = [Number(option('every') ?? 6), Number(option('offset') ?? 0), Number(option('skip') ?? 0), option('only')];
  const mutants = allMutants();
  const explained = explainedEntries(mutants);
  const chosen = mutants.filter(mutant => only === undefined || only.split('|').some(text => nameOf(mutant).includes(text))).filter((_, index) => index % every === offset)
    .slice(skip, skip + Number(option('take') ?? Infinity));
  const runner = new Runner();
  for (const { files: [file] } of AREAS.filter(({ files }) => chosen.some(mutant => files.includes(mutant.file)))) {
    const { suite, by } = await runner.run({ file });
    if (suite !== undefined) throw new Error(`without a mutant, ${suite} must pass, got ${String(by)}`);
  }
  const counts = new Map<string, number>();
  let unexplained = 0;
  for (const mutant of chosen) {
    const { suite = entriesOf(mutant).some(entry => explained.has(entry)) ? 'survived, explained' : 'survived', by } = await runner.run({ file: mutant.file, mutant });
    counts.set(suite, (counts.get(suite) ?? 0) + 1);
    if (suite === 'survived') unexplained++;
    if (suite === 'survived' || args.includes('--verbose')) console.log(`${suite}: ${nameOf(mutant)}${by === undefined ? '' : ` (${by.slice(0, 120)})`}`);
  }
  runner.stop();
  counts.forEach((count, suite) => console.log(`${suite}: ${count}`));
  console.log(`${chosen.length} mutants, ${unexplained} survived without explanation`);
  process.exitCode = unexplained > 0 ? 1 : 0;
}

void main(process.argv.slice(2));
