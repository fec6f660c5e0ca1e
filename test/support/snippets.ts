import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import * as zeroTrust from 'cdk8s-zero-trust';
import * as constructs from 'constructs';
import * as ts from 'typescript';
import { pageOf, programOf, Snippet } from '../../scripts/snippets';

/** What snippets may import. */
const MODULES: Readonly<Record<string, unknown>> = { 'cdk8s': cdk8s, 'cdk8s-plus-28': kplus, 'cdk8s-zero-trust': zeroTrust, 'constructs': constructs };

/** What a snippet came to: all objects it rendered, as text, or what it threw. */
export interface Outcome {
  readonly objects: readonly string[];
  readonly error?: string;
}

/** Runs a snippet in a folder of its own that holds the files of its page. */
export function run(snippet: Snippet): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-zero-trust-'));
  const before = { folder: process.cwd(), outdir: process.env.CDK8S_OUTDIR };
  try {
    for (const [name, text] of Object.entries(pageOf(snippet.page).files)) { writeFileSync(join(folder, name), text); }
    mkdirSync(join(folder, 'dist'));
    process.env.CDK8S_OUTDIR = join(folder, 'dist');
    process.chdir(folder);
    evaluate(snippet);
    return { objects: readdirSync('dist').sort().flatMap(name => readFileSync(join('dist', name), 'utf8').split(/^---\n/m)) };
  } catch (error) {
    return { objects: [], error: `${(error as Error).message}\n` };
  } finally {
    process.chdir(before.folder);
    if (before.outdir === undefined) { delete process.env.CDK8S_OUTDIR; } else { process.env.CDK8S_OUTDIR = before.outdir; }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Objects that the library made say so. */
export function isOurs(object: string): boolean { return /^ {4}cdk8s-zero-trust\/construct: /m.test(object); }

/** Its tests, where it has some, run at once; a local import is another snippet of the page. */
function evaluate(snippet: Snippet): unknown {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(programOf(snippet).source, { compilerOptions: options });
  const module = { exports: {} };
  const load = (name: string): unknown => name.startsWith('./') ? evaluate(named(snippet.page, `${name.slice(2)}.ts`)) : MODULES[name];
  new Function('require', 'module', 'exports', 'test', 'expect', outputText)(load, module, module.exports, (_: string, body: () => void) => body(), expect);
  return module.exports;
}

function named(page: string, name: string): Snippet {
  const found = pageOf(page).snippets.find(snippet => snippet.name === name);
  if (!found) { throw new Error(`${page} has no snippet named '${name}'`); }
  return found;
}
