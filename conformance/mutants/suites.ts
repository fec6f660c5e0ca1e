import { readFileSync } from 'fs';
import { createRequire } from 'module';
import { basename, join } from 'path';
import { gunzipSync } from 'zlib';
import { AccessRequest, AuthorizationResponse, MeshSettings, PolicySet } from 'cdk8s-zero-trust';
import { Modules } from './sandbox';
import { readDocuments } from '../../src/istio/documents';
import { casesOf } from '../families/decision';
import { Family, Recorded } from '../families/family';
import { World } from '../families/world';

/** What a process that tries mutants says while it is at work: one that says nothing for long hangs. */
export const ALIVE = 'alive';
const EVERY_MS = 1_000;
let last = 0;

function showLife(): void {
  if (Date.now() - last < EVERY_MS) return;
  last = Date.now();
  process.send?.(ALIVE);
}

/** Something that a broken library may fail. Says what disagrees first; undefined if nothing does. */
export type Suite = (modules: Modules) => Promise<string | undefined> | string | undefined;

interface ReadWorld {
  readonly world: World;
  readonly manifests: readonly object[];
  readonly cases: readonly Case[];
}

interface Case {
  readonly request: AccessRequest;
  agrees(response: AuthorizationResponse): boolean;
}

const CORPUS = join(__dirname, '../corpus');
const SRC = join(__dirname, '../../src');

export function readWorlds(files: readonly string[]): ReadWorld[] {
  return files.flatMap(file => gunzipSync(readFileSync(join(CORPUS, `${file}.jsonl.gz`))).toString('utf8').trim().split('\n')
    .map(line => JSON.parse(line) as World)
    .map(world => ({ world, manifests: readDocuments(world.manifests).objects.map(({ object }) => object), cases: casesOf(world) })));
}

/** The recorded decisions of some worlds. */
export function recordings(worlds: readonly ReadWorld[]): Suite {
  return modules => {
    const { PolicySet: Policies } = modules.load(join(SRC, 'policy/policy-set.ts')) as { PolicySet: typeof PolicySet };
    const { meshSettingsOf } = modules.load(join(SRC, 'policy/resources/mesh-config.ts')) as { meshSettingsOf: (config: unknown) => MeshSettings };
    for (const { world, manifests, cases } of worlds) {
      showLife();
      const policies = Policies.fromManifests([...manifests], meshSettingsOf(world.meshConfig));
      for (const [index, { request, agrees }] of cases.entries()) {
        if (!agrees(policies.isAuthorized(request))) return `${world.id} #${index}`;
      }
    }
    return undefined;
  };
}

export function readLines(files: readonly string[]): Recorded[] {
  return files.flatMap(file => gunzipSync(readFileSync(join(CORPUS, `${file}.jsonl.gz`))).toString('utf8').trim().split('\n').map(line => JSON.parse(line) as Recorded));
}

/** A share of what is asked of the way of requests. */
const UNDECIDED_AT_MOST = 0.01;

/** The recorded ways of some worlds: which proxies stand on them, and what these are told. */
export function ways(lines: readonly Recorded[]): Suite {
  return modules => {
    const { FAMILIES } = modules.load(join(__dirname, '../families/index.ts')) as { FAMILIES: readonly Family[] };
    let [asked, undecided] = [0, 0];
    for (const line of lines) {
      showLife();
      for (const { apart, disagreement } of FAMILIES.find(({ families }) => families.includes(line.family))!.replay(line)) {
        if (disagreement !== undefined) return disagreement.where;
        asked++;
        if (apart !== undefined) undecided++;
      }
    }
    return undecided > asked * UNDECIDED_AT_MOST ? `${undecided} of ${asked} are undecided` : undefined;
  };
}

type Body = (...args: unknown[]) => unknown;

/** Tests as jest would run them, without jest: what these files use of it. The file that noticed last goes first: the next mutant is mostly a neighbour. */
export function tests(files: readonly string[]): Suite {
  const order = [...files];
  return async modules => {
    for (const [index, file] of order.entries()) {
      const { found, after } = collect(modules, file);
      const failed = await firstFailure(found);
      after.forEach(tidy => tidy());
      if (failed === undefined) continue;
      order.unshift(...order.splice(index, 1));
      return `${basename(file)} ${failed}`;
    }
    return undefined;
  };
}

interface Test {
  readonly name: string;
  readonly body: () => unknown;
}

async function firstFailure(found: readonly Test[]): Promise<string | undefined> {
  for (const { name, body } of found) {
    showLife();
    try {
      await body();
    } catch (error) {
      return `'${name}': ${(error as Error).message.split('\n')[0]}`;
    }
  }
  return undefined;
}

function collect(modules: Modules, file: string): { found: readonly Test[]; after: readonly Body[] } {
  const [found, after]: [Test[], Body[]] = [[], []];
  const add = (name: string, body: Body) => void found.push({ name, body });
  const each = (table: readonly unknown[]) => (name: string, body: Body) => table.forEach((row, index) => add(`${name} (row ${index + 1})`, () => body(...argumentsOf(row))));
  const describe = (_: string, body: Body) => void body();
  const describeEach = (table: readonly unknown[]) => (_: string, body: Body) => table.forEach(row => body(...argumentsOf(row)));
  const { expect } = createRequire(__filename)('expect') as { expect: unknown };
  const afterAll = (body: Body) => void after.push(body);
  Object.assign(globalThis, { describe: Object.assign(describe, { each: describeEach }), test: Object.assign(add, { each }), expect, afterAll });
  modules.load(file);
  return { found, after };
}

function argumentsOf(row: unknown): unknown[] {
  return Array.isArray(row) ? row as unknown[] : [row];
}
