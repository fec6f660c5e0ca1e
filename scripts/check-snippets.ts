/** `npm run snippets`: compiles every TypeScript block of README.md, of docs/ and of the doc comments. Needs the compiled library. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as ts from 'typescript';
import { allPages, programOf, ROOT, Snippet } from './snippets';

/** Sources by absolute path, in a folder per page that is there for the compiler only. */
type Sources = ReadonlyMap<string, { readonly source: string; readonly snippet: Snippet; readonly firstLine: number }>;

main();

function main(): void {
  const sources: Sources = new Map(allPages().flatMap(page => page.snippets).map(snippet =>
    [path.join(ROOT, `${snippet.page}.snippets`, snippet.name), { snippet, ...programOf(snippet) }]));
  const problems = problemsIn(sources);
  for (const problem of problems) { console.error(problem); }
  const isTranslated = extractWithRosetta();
  console.log(`${sources.size} snippets of README.md and docs/ compiled, ${problems.length} errors; README.md and doc comments by jsii-rosetta: ${isTranslated ? 'ok' : 'failed'}`);
  process.exit(problems.length === 0 && isTranslated ? 0 : 1);
}

function problemsIn(sources: Sources): string[] {
  const { config } = ts.readConfigFile(path.join(ROOT, 'test', 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, path.join(ROOT, 'test'));
  const program = ts.createProgram([...sources.keys()], { ...options, noEmit: true, noUnusedLocals: false, types: ['jest', 'node'] }, hostOf(sources, options));
  return ts.getPreEmitDiagnostics(program).map(diagnostic => {
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n');
    const file = diagnostic.file && sources.get(path.normalize(diagnostic.file.fileName));
    if (!diagnostic.file || !file) { return `${diagnostic.file?.fileName ?? ''}: ${text}`; }
    const { line } = diagnostic.file.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    return `${file.snippet.page}:${file.snippet.line + line - file.firstLine}: ${text}`;
  });
}

function hostOf(sources: Sources, options: ts.CompilerOptions): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, directoryExists, getSourceFile } = host;
  const sourceOf = (name: string) => sources.get(path.normalize(name))?.source;
  const folders = new Set([...sources.keys()].map(name => path.dirname(name)));
  return Object.assign(host, {
    fileExists: (name: string) => sourceOf(name) !== undefined || fileExists.call(host, name),
    readFile: (name: string) => sourceOf(name) ?? readFile.call(host, name),
    directoryExists: (name: string) => folders.has(path.normalize(name)) || directoryExists!.call(host, name),
    getSourceFile: (name: string, language: ts.ScriptTarget | ts.CreateSourceFileOptions) => {
      const source = sourceOf(name);
      return source === undefined ? getSourceFile.call(host, name, language) : ts.createSourceFile(name, source, language);
    },
  });
}

/** jsii-rosetta finds the library by its name: in a copy whose node_modules holds links, this library among them. */
function extractWithRosetta(): boolean {
  const copy = fs.mkdtempSync(path.join(os.tmpdir(), 'cdk8s-zero-trust-'));
  try {
    for (const part of ['package.json', '.jsii', 'lib', 'rosetta', 'README.md']) {
      if (!fs.existsSync(path.join(ROOT, part))) { throw new Error(`${part} is missing; run 'npx projen compile' first`); }
      fs.cpSync(path.join(ROOT, part), path.join(copy, part), { recursive: true });
    }
    const modules = path.join(ROOT, 'node_modules');
    fs.mkdirSync(path.join(copy, 'node_modules'));
    for (const name of fs.readdirSync(modules)) { fs.symlinkSync(path.join(modules, name), path.join(copy, 'node_modules', name)); }
    fs.symlinkSync(copy, path.join(copy, 'node_modules', 'cdk8s-zero-trust'));
    const rosetta = path.join(modules, 'jsii-rosetta', 'bin', 'jsii-rosetta');
    return spawnSync(process.execPath, [rosetta, 'extract', '--strict', '--directory', copy, copy], { stdio: 'inherit' }).status === 0;
  } finally {
    fs.rmSync(copy, { recursive: true, force: true });
  }
}
