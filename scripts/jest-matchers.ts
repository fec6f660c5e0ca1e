import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import * as ts from 'typescript';

/** Compiles `cdk8s-zero-trust/jest`, which is no part of the jsii API, beside its source: it is to use the library as it is published. */

const LIBRARY = 'cdk8s-zero-trust';
const source = join(__dirname, '..', 'jest', 'index.ts');

buildSync({
  entryPoints: [source],
  outfile: source.replace(/ts$/, 'js'),
  bundle: true,
  packages: 'external',
  alias: { [LIBRARY]: '..' },
  external: ['..'],
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  logLevel: 'error',
});

const compilerOptions: ts.CompilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.Node16 };
const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(source, 'utf8'), { fileName: source, compilerOptions });
const problems = diagnostics?.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')) ?? [];
if (problems.length > 0) { throw new Error(problems.join('\n')); }
writeFileSync(source.replace(/ts$/, 'd.ts'), outputText.replace(`'${LIBRARY}'`, "'..'"));
