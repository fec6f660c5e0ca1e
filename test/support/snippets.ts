import * as fs from 'node:fs';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk8s from 'cdk8s';
import * as kplus from 'cdk8s-plus-28';
import * as zeroTrust from 'cdk8s-zero-trust';
import * as zeroTrustJest from 'cdk8s-zero-trust/jest';
import * as constructs from 'constructs';
import * as ts from 'typescript';
import { pageOf, programOf, ROOT, Snippet } from '../../scripts/snippets';

/** What snippets may import. */
const MODULES: Readonly<Record<string, unknown>> = {
  'fs': fs, 'cdk8s': cdk8s, 'cdk8s-plus-28': kplus, 'cdk8s-zero-trust': zeroTrust, 'cdk8s-zero-trust/jest': zeroTrustJest, 'constructs': constructs,
};

interface Outcome { readonly objects: readonly string[]; readonly printed: string; readonly error?: string }

/** What the next block should show, given what the snippet renders or throws now. Where the page shows nothing, that is nothing. */
export function shownBy(snippet: Snippet): string {
  const { objects, printed, error } = run(snippet);
  if (error !== undefined) { return error; }
  const pieces = snippet.expected?.text.split(/^---\n/m).map(identity);
  switch (snippet.expected?.kind) {
    case 'objects': return objects.filter(isOurs).join('---\n');
    case 'excerpt': return objects.filter(object => pieces!.includes(identity(object))).join('---\n');
    default: return printed;
  }
}

/** Makes the next block of the page show what is rendered now. */
export function rewrite(snippet: Snippet, text: string): void {
  const path = join(ROOT, snippet.page);
  const page = readFileSync(path, 'utf8');
  const start = page.indexOf(snippet.code) + snippet.code.length;
  writeFileSync(path, page.slice(0, start) + page.slice(start).replace(/(^```(?:yaml|text).*\n)[^]*?(^```$)/m, (_, open, close) => open + text + close));
}

/** Objects that the library made say so. */
function isOurs(object: string): boolean { return /^ {4}cdk8s-zero-trust\/construct: /m.test(object); }

/** Kind and name of an object, the hash of its construct path left out. */
function identity(object: string): string {
  return `${/^kind: .*$/m.exec(object)?.[0]} ${/^ {2}name: .*$/m.exec(object)?.[0].replace(/-c8[0-9a-f]{6}$/, '')}`;
}

/** Runs a snippet in a folder of its own that holds the files of its page. */
function run(snippet: Snippet): Outcome {
  const folder = mkdtempSync(join(tmpdir(), 'cdk8s-zero-trust-'));
  const before = { folder: process.cwd(), outdir: process.env.CDK8S_OUTDIR };
  try {
    for (const [name, text] of Object.entries(pageOf(snippet.page).files)) { writeFileSync(join(folder, name), text); }
    mkdirSync(join(folder, 'dist'));
    process.env.CDK8S_OUTDIR = join(folder, 'dist');
    process.chdir(folder);
    const printed = evaluate(snippet).printed;
    return { printed, objects: readdirSync('dist').sort().flatMap(name => readFileSync(join('dist', name), 'utf8').split(/^---\n/m)) };
  } catch (error) {
    return { objects: [], printed: '', error: `${(error as Error).message}\n` };
  } finally {
    process.chdir(before.folder);
    if (before.outdir === undefined) { delete process.env.CDK8S_OUTDIR; } else { process.env.CDK8S_OUTDIR = before.outdir; }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Its tests, where it has some, run at once; a local import is another snippet of the page. */
function evaluate(snippet: Snippet): { readonly exports: unknown; readonly printed: string } {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  const { outputText } = ts.transpileModule(programOf(snippet).source, { compilerOptions: options });
  const module = { exports: {} };
  const load = (name: string): unknown => name.startsWith('./') ? evaluate(named(snippet.page, `${name.slice(2)}.ts`)).exports : MODULES[name];
  const lines: string[] = [];
  const log = { log: (line: string) => lines.push(`${line}\n`) };
  new Function('require', 'module', 'exports', 'test', 'expect', 'console', outputText)(
    load, module, module.exports, (_: string, body: () => void) => body(), expect, log);
  return { exports: module.exports, printed: lines.join('') };
}

function named(page: string, name: string): Snippet {
  const found = pageOf(page).snippets.find(snippet => snippet.name === name);
  if (!found) { throw new Error(`${page} has no snippet named '${name}'`); }
  return found;
}
