import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

const SRC = join(__dirname, '../../src');

/** What each folder may import. Two walls matter most: render and policy know nothing of each other, nor do constructs and cli. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  util: [],
  istio: ['util'],
  intent: ['util'],
  render: ['intent', 'istio', 'util'],
  policy: ['istio', 'util'],
  analysis: ['policy', 'intent', 'istio', 'util'],
  validation: ['intent', 'istio', 'policy', 'analysis', 'util'],
  plan: ['analysis', 'policy', 'intent', 'util'],
  report: ['analysis', 'validation', 'policy', 'util'],
  constructs: ['intent', 'render', 'istio', 'policy', 'analysis', 'plan', 'validation', 'util'],
  cli: ['istio', 'policy', 'analysis', 'validation', 'report', 'util'],
};

/**
 * The rooms of folders that have some, in the order of the data: what each may import of the others. A file can be a room of its own. What stands at the top of
 * its folder and is no room may import all of them, and none of them imports it.
 */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  policy: {
    request: [],
    matching: ['request'],
    resources: ['matching', 'request'],
    workloads: ['resources', 'matching', 'request'],
    services: ['workloads', 'resources', 'matching', 'request'],
    clients: ['services', 'workloads', 'resources', 'matching', 'request'],
    gateways: ['clients', 'services', 'workloads', 'resources', 'matching', 'request'],
    way: ['gateways', 'clients', 'services', 'workloads', 'resources', 'matching', 'request'],
    token: ['resources', 'matching', 'request'],
    network: ['way', 'clients', 'services', 'workloads', 'resources', 'matching', 'request'],
    proxies: ['token', 'way', 'gateways', 'clients', 'services', 'workloads', 'resources', 'matching', 'request'],
  },
  constructs: {
    'private/reading': [],
    'workload-options': [],
    'private/index': ['workload-options', 'private/reading'],
    'workload': ['private/index', 'workload-options', 'private/reading'],
    'principal': ['workload', 'private/reading'],
    'private/witnesses': ['private/index', 'private/reading'],
    'private/findings': ['private/witnesses', 'private/index', 'private/reading'],
    'private/statements': ['private/findings', 'private/witnesses', 'principal', 'workload', 'private/index', 'private/reading'],
  },
};

/** Packages that only some folders may import; everything else from outside is refused too. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'cdk8s': ['constructs'],
  'constructs': ['constructs'],
  're2js': ['istio'],
  'yaml': ['istio'],
  'crypto': ['istio', 'render'],
  'net': ['util'],
  'util': ['policy'],
  'node:fs': ['cli'],
  'node:path': ['cli'],
};

/** Packages of which folders may import types, and nothing that is there at run time: see docs/adr/0006. */
const TYPES: Readonly<Record<string, readonly string[]>> = { constructs: ['policy'] };

interface SourceFile {
  /** Relative to `src`, such as `render/access.ts`. */
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  /** As written: `../util/text`, `cdk8s`. */
  readonly imports: readonly string[];
}

function sources(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts')).sort().map(path => {
    const text = readFileSync(join(SRC, path), 'utf8');
    return { path, folder: path.includes('/') ? path.split('/')[0] : '', text, imports: importsOf(text) };
  });
}

/** Every module that is imported or re-exported, types included. */
export function importsOf(text: string): string[] {
  return [...text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s+['"]([^'"]+)['"]|^import\s+['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gm)]
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic);
}

/** Whether every import of a module says that it is for types. */
function importsTypesOnly(text: string, imported: string): boolean {
  return importsOf(text.replace(/^import type [^;]*;/gm, '')).every(other => other !== imported);
}

/** The file that an import leads to, relative to `src`; nothing for a package. */
function targetOf(file: SourceFile, imported: string): string | undefined {
  return imported.startsWith('.') ? `${relative(SRC, join(SRC, dirname(file.path), imported))}.ts` : undefined;
}

function violations(file: SourceFile): string[] {
  return file.imports.flatMap(imported => {
    const target = targetOf(file, imported);
    if (target === undefined) {
      return PACKAGES[imported]?.includes(file.folder) || (TYPES[imported]?.includes(file.folder) && importsTypesOnly(file.text, imported)) ? [] : [`${file.path}: ${file.folder}/ may not import the package ${imported}`];
    }
    const folder = target.split('/')[0];
    const allowed = file.path === 'index.ts' || folder === file.folder || LAYERS[file.folder]?.includes(folder);
    return allowed ? [] : [`${file.path}: ${file.folder}/ may not import ${folder}/`];
  });
}

/** `gateways` for `policy/gateways/listener.ts`; empty at the top of the house or of a folder, and in folders without rooms. */
function roomOf(path: string): string {
  const [folder, ...rest] = path.replace(/\.ts$/, '').split('/');
  const place = rest.join('/');
  return Object.keys(ROOMS[folder] ?? {}).find(room => place === room || place.startsWith(`${room}/`)) ?? '';
}

/** Whether a file is in a room that nobody knows. */
function isAstray({ path, folder }: SourceFile): boolean { return folder in ROOMS && path.split('/').length > 2 && roomOf(path) === ''; }

/** Imports of a room that it may not see: those of rooms above it, and of the top. */
function peeks(file: SourceFile): string[] {
  const room = roomOf(file.path);
  if (room === '') return [];
  const targets = file.imports.flatMap(imported => targetOf(file, imported) ?? []).filter(target => target.startsWith(`${file.folder}/`));
  return targets.filter(target => roomOf(target) !== room && !ROOMS[file.folder][room].includes(roomOf(target))).map(target => `${file.path}: may not import ${target}`);
}

/** The first ring of imports that a file is part of, as `a.ts > b.ts > a.ts`. */
function cycle(graph: ReadonlyMap<string, readonly string[]>): string | undefined {
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string | undefined => {
    if (trail.includes(path)) { return [...trail.slice(trail.indexOf(path)), path].join(' > '); }
    if (done.has(path)) { return undefined; }
    for (const next of graph.get(path) ?? []) {
      const found = visit(next, [...trail, path]);
      if (found) { return found; }
    }
    done.add(path);
    return undefined;
  };
  return [...graph.keys()].map(path => visit(path, [])).find(found => found !== undefined);
}

/** Lines that are neither blank nor comment. */
export function linesOfCode(text: string): number {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').split('\n').filter(line => line.trim() !== '' && !line.trim().startsWith('//')).length;
}

const FILES = sources();

describe('The house', () => {
  test('is found', () => {
    expect(FILES.map(({ path }) => path)).toEqual(expect.arrayContaining(['index.ts', 'render/access.ts', 'constructs/private/statements/state.ts']));
  });

  test('has folders that are known', () => {
    expect([...new Set(FILES.map(({ folder }) => folder))].filter(folder => folder !== '' && !(folder in LAYERS))).toEqual([]);
  });

  test('has imports that point down only', () => {
    expect(FILES.flatMap(violations)).toEqual([]);
  });

  test('has rooms that are known', () => {
    expect(FILES.filter(isAstray).map(({ path }) => path)).toEqual([]);
  });

  test('has rooms that import none above them', () => {
    expect(FILES.flatMap(peeks)).toEqual([]);
  });

  test('imports files that are there', () => {
    const known = new Set(FILES.map(({ path }) => path));

    const targets = FILES.flatMap(file => file.imports.flatMap(imported => targetOf(file, imported) ?? []));

    expect(targets.filter(target => !known.has(target))).toEqual([]);
  });

  test('has no cycles of imports, types included', () => {
    const graph = new Map(FILES.map(file => [file.path, file.imports.flatMap(imported => targetOf(file, imported) ?? [])]));

    expect(cycle(graph)).toBeUndefined();
  });

  test('has no file of more than 250 lines of code', () => {
    expect(FILES.filter(({ text }) => linesOfCode(text) > 250).map(({ path, text }) => `${path}: ${linesOfCode(text)}`)).toEqual([]);
  });

  test('has an index of named exports only', () => {
    const { text } = FILES.find(({ path }) => path === 'index.ts')!;
    const statements = text.replace(/\/\/.*$/gm, '').split(';').map(statement => statement.trim()).filter(statement => statement !== '');

    expect(statements.filter(statement => !/^export (type )?\{[^*]*\} from '\.\/[^']+'$/.test(statement))).toEqual([]);
  });
});

test('The matchers for jest use the library as its users do, and its words for messages', () => {
  const imports = importsOf(readFileSync(join(SRC, '../jest/index.ts'), 'utf8'));

  expect(new Set(imports)).toEqual(new Set(['node:fs', 'node:path', 'cdk8s-zero-trust', 'constructs', '../src/util/given', '@jest/globals']));
});

describe('The reader of imports', () => {
  test.each([
    ["import { a } from '../util/a';", ['../util/a']],
    ["import type { A } from './a';\nimport * as b from \"b\";", ['./a', 'b']],
    ["export { a } from './a';\nexport type {\n  B,\n} from './b';\nexport * from './c';", ['./a', './b', './c']],
    ["import './side';\nconst x = require('./late'); const y = import('./lazy');", ['./side', './late', './lazy']],
    ["/** import of things from 'nowhere' */\nconst from = 'x';", []],
  ])('finds those of %j', (text, imports) => {
    expect(importsOf(text)).toEqual(imports);
  });

  test.each([
    ["import type { A } from 'a';", true],
    ["import type { A } from 'a';\nimport { a } from 'a';", false],
    ["export { a } from 'a';", false],
  ])('knows whether %j is for types', (text, isForTypes) => {
    expect(importsTypesOnly(text, 'a')).toBe(isForTypes);
  });

  test('finds a ring', () => {
    expect(cycle(new Map([['a', ['b']], ['b', ['c']], ['c', ['b']]]))).toBe('b > c > b');
  });
});
