import { ChildProcess, fork } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import { join, relative } from 'path';
import { Mutant, mutantsOf } from './mutants/generate';
import { Fate } from './mutants/worker';

/**
 * Breaks the evaluator in small ways, one at a time, and shows that a test or a recording notices: `npm run mutants [-- --every N] [--offset K] [--skip M] [--take L] [--only TEXT|TEXT]`.
 * Every N-th way is tried, by default every 6th; N = 1 tries all. Survivors are explained in `mutants.md`, or there is a test missing; exits with 1 if one is neither.
 */

const ROOT = join(__dirname, '..');
/** What the evaluator uses besides its own folder. */
const UTIL = ['src/util/ip.ts', 'src/util/shape.ts', 'src/util/truth.ts'];
const EXPLAINED = join(__dirname, 'mutants.md');
/** A mutant that takes longer hangs, and has thereby been noticed. */
const LIMIT_MS = 180_000;

function allMutants(): Mutant[] {
  const files = [...readdirSync(join(ROOT, 'src/policy'), { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts')).map(file => `src/policy/${file}`), ...UTIL].map(file => join(ROOT, file));
  return files.flatMap(file => mutantsOf(file, readFileSync(file, 'utf8')));
}

/** Runs mutants one after the other, in a process that is replaced when one does not come back. */
class Runner {
  private worker?: ChildProcess;

  async run(mutant?: Mutant): Promise<Fate> {
    const worker = this.worker ?? await this.start();
    worker.send(mutant ?? {});
    const fate = await answer<Fate>(worker, LIMIT_MS);
    if (fate !== undefined) return fate;
    this.stop();
    return { suite: 'time', by: 'it does not come back' };
  }

  stop(): void {
    this.worker?.kill('SIGKILL');
    this.worker = undefined;
  }

  private async start(): Promise<ChildProcess> {
    const worker = fork(join(__dirname, 'mutants/worker.ts'), { execArgv: ['--import', 'tsx'], env: { ...process.env, TSX_TSCONFIG_PATH: join(ROOT, 'test/tsconfig.json') } });
    await answer(worker, LIMIT_MS);
    this.worker = worker;
    return worker;
  }
}

function answer<T>(worker: ChildProcess, limit: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const failed = (code: unknown) => reject(new Error(`the process must answer, but ended: ${String(code)}`));
    const timer = setTimeout(() => { worker.off('exit', failed); resolve(undefined); }, limit);
    worker.once('exit', failed);
    worker.once('message', message => {
      clearTimeout(timer);
      worker.off('exit', failed);
      resolve(message as T);
    });
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
  const whole = await runner.run();
  if (whole.suite !== undefined) throw new Error(`without a mutant, ${whole.suite} must pass, got ${String(whole.by)}`);
  const counts = new Map<string, number>();
  let unexplained = 0;
  for (const mutant of chosen) {
    const { suite = entriesOf(mutant).some(entry => explained.has(entry)) ? 'survived, explained' : 'survived', by } = await runner.run(mutant);
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
