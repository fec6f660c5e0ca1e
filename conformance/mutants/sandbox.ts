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
  /** Modules of the library as it is, which is loaded once. */
  private readonly whole: LoadedModules = new Map();
  /** Who imports a module. */
  private readonly importers = new Map<string, Set<string>>();

  /** The modules; `replaced` is the code of one file instead of what it holds. What does not import it, by whichever way, stays the same copy, and thereby quick. */
  load(replaced?: { readonly file: string; readonly code: string }): Modules {
    const modules = replaced === undefined ? this.whole : this.without(replaced.file);
    const load = (path: string): object => {
      const known = modules.get(path);
      if (known !== undefined) return known.exports;
      const module = { exports: {} };
      modules.set(path, module);
      const run = replaced?.file === path ? compile(replaced.code, path) : this.compiledFile(path);
      run(module.exports, name => resolve(name, path, imported => this.noteImport(path, imported), load), module);
      return module.exports;
    };
    return { load };
  }

  /** The modules but those that import one. */
  private without(path: string): LoadedModules {
    const modules = new Map(this.whole);
    this.withImporters(path).forEach(importer => modules.delete(importer));
    return modules;
  }

  private noteImport(by: string, path: string): void {
    const known = this.importers.get(path) ?? new Set();
    this.importers.set(path, known.add(by));
  }

  private withImporters(path: string, found = new Set<string>()): ReadonlySet<string> {
    if (found.has(path)) return found;
    found.add(path);
    this.importers.get(path)?.forEach(importer => this.withImporters(importer, found));
    return found;
  }

  private compiledFile(path: string): ModuleFunction {
    const known = this.compiled.get(path) ?? compile(readFileSync(path, 'utf8'), path);
    this.compiled.set(path, known);
    return known;
  }
}

type LoadedModules = Map<string, { exports: object }>;

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
function resolve(name: string, from: string, note: (path: string) => void, load: (path: string) => object): unknown {
  if (name === 'cdk8s-zero-trust') {
    note(INDEX);
    return libraryApi(load);
  }
  if (!name.startsWith('.')) return createRequire(from)(name) as unknown;
  const path = join(dirname(from), name);
  const file = [`${path}.ts`, join(path, 'index.ts')].find(candidate => existsSync(candidate));
  if (file === undefined) throw new Error(`'${name}' of ${from} is not there`);
  note(file);
  return load(file);
}

const INDEX = join(SRC, 'index.ts');
const EVALUATOR = ['policy-set', ...['decision', 'request', 'request-token', 'mesh-settings', 'injection-settings'].map(name => `request/${name}`)];

/** What of the API is the evaluator's is there at once; everything else takes loading all of it, when first asked for. */
function libraryApi(load: (path: string) => object): object {
  const evaluator = Object.assign({}, ...EVALUATOR.map(name => load(join(SRC, 'policy', `${name}.ts`)))) as object;
  return new Proxy(evaluator, { get: (known, name) => Reflect.get(name in known ? known : load(INDEX), name) as unknown });
}
