import { existsSync, readFileSync } from 'fs';
import { createRequire } from 'module';
import { dirname, join, relative } from 'path';
import { Script } from 'vm';
import ts from 'typescript';

type ModuleFunction = (exports: object, require: (name: string) => unknown, module: { exports: object }) => void;

const SRC = join(__dirname, '../../src');

/** Loads TypeScript of this project as it is, or with one file replaced, again and again and quickly. */
export class Sandbox {
  private readonly compiled = new Map<string, ModuleFunction>();

  /** A fresh copy of the modules; `replaced` is the code of one file instead of what it holds. */
  load(replaced?: { readonly file: string; readonly code: string }): Modules {
    const modules = new Map<string, { exports: object }>();
    const load = (path: string): object => {
      const known = modules.get(path);
      if (known !== undefined) return known.exports;
      const module = { exports: {} };
      modules.set(path, module);
      const run = replaced?.file === path ? compile(replaced.code, path) : this.compiledFile(path);
      run(module.exports, name => resolve(name, path, load), module);
      return module.exports;
    };
    return { load };
  }

  private compiledFile(path: string): ModuleFunction {
    const known = this.compiled.get(path) ?? compile(readFileSync(path, 'utf8'), path);
    this.compiled.set(path, known);
    return known;
  }
}

export interface Modules {
  load(path: string): object;
}

function compile(code: string, path: string): ModuleFunction {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  const { outputText } = ts.transpileModule(code, { compilerOptions });
  const script = new Script(`(function (exports, require, module, __dirname) {${outputText}\n})`, { filename: relative(SRC, path) });
  const run = script.runInThisContext() as (...args: unknown[]) => void;
  return (exports, load, module) => run(exports, load, module, dirname(path));
}

/** The library's name stands for its API; other packages are shared by all copies. */
function resolve(name: string, from: string, load: (path: string) => object): unknown {
  if (name === 'cdk8s-zero-trust') return libraryApi(load);
  if (!name.startsWith('.')) return createRequire(from)(name) as unknown;
  const path = join(dirname(from), name);
  const file = [`${path}.ts`, join(path, 'index.ts')].find(candidate => existsSync(candidate));
  if (file === undefined) throw new Error(`'${name}' of ${from} is not there`);
  return load(file);
}

const EVALUATOR = ['policy-set', ...['decision', 'request', 'request-token', 'mesh-settings', 'injection-settings'].map(name => `request/${name}`)];

/** What of the API is the evaluator's is there at once; everything else takes loading all of it, when first asked for. */
function libraryApi(load: (path: string) => object): object {
  const evaluator = Object.assign({}, ...EVALUATOR.map(name => load(join(SRC, 'policy', `${name}.ts`)))) as object;
  return new Proxy(evaluator, { get: (known, name) => Reflect.get(name in known ? known : load(join(SRC, 'index.ts')), name) as unknown });
}
