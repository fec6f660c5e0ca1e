import { existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Yaml } from 'cdk8s';
import { addGenerated, addWrittenByHand } from './apps';
import { Random } from './random';
import { World } from '../../src/constructs/private/index/world';
import { OLDEST_VERSION } from '../../src/istio/versions';

const EXAMPLES = join(__dirname, '..', '..', 'examples');
const ENTRIES = ['main', 'ambient'];

/** Kinds of Kubernetes itself are not what this library is about, but for NetworkPolicies, and an IstioOperator is for istioctl: no API server takes it. */
const NOT_ASKED = ['v1', 'apps/v1', 'batch/v1', 'policy/v1', 'install.istio.io/v1alpha1'];

/** One object as it is written out; objects of several apps that are the same to the letter count once. */
export interface Rendered {
  readonly text: string;
  readonly object: Readonly<Record<string, unknown>>;
  /** The app and the construct. */
  readonly origin: string;
  /** Version of Istio that the app says it is for. */
  readonly istioVersion: string;
}

/** What comes of apps. */
export class Renderings {
  readonly objects = new Map<string, Rendered>();
  /** Apps that this library refuses, with its message. */
  readonly refused: string[] = [];
  apps = 0;

  /** Renders an app as `synth` does, but into memory. */
  add(name: string, build: (app: App) => void): void {
    this.apps++;
    try {
      const app = new App({ outdir: join(tmpdir(), 'never-written') });
      build(app);
      const problems = app.node.findAll().flatMap(construct => construct.node.validate().map(problem => `[${construct.node.path}] ${problem}`));
      if (problems.length > 0) { throw new Error(problems.join('\n')); }
      this.addObjects(name, app);
    } catch (error) {
      this.refused.push(`${name}: ${(error as Error).message}`);
    }
  }

  private addObjects(name: string, app: App): void {
    const { istioVersion = OLDEST_VERSION } = World.of(app).mesh;
    for (const construct of app.node.findAll()) {
      const object = construct instanceof ApiObject && !NOT_ASKED.includes(construct.apiVersion) ? construct.toJson() as Rendered['object'] : undefined;
      const key = `${istioVersion} ${JSON.stringify(object)}`;
      if (object && !this.objects.has(key)) {
        this.objects.set(key, { text: Yaml.stringify(object), object, origin: `${name}, ${construct.node.path}`, istioVersion });
      }
    }
  }
}

export function addExamples(renderings: Renderings): void {
  const modules = readdirSync(EXAMPLES).flatMap(folder => ENTRIES.map(entry => join(EXAMPLES, folder, `${entry}.ts`))).filter(existsSync).sort();
  for (const file of modules) {
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { build } = require(file) as { build(app: App): void };
    renderings.add(file.slice(EXAMPLES.length + 1), build);
  }
}

/** Which of the generated apps: each follows from the seed and its number. */
interface Slice { readonly first: number; readonly count: number; readonly seed: number }

/** Apps of intents, which take most of the time, are one of so many; resources by hand take many for each of their fields to be drawn. */
const STATED_OF = 3;

export function addGeneratedApps(renderings: Renderings, { first, count, seed }: Slice): void {
  for (let number = first; number < first + count; number++) {
    const [name, random] = [`app ${seed + number}`, new Random(seed + number)];
    if (number % STATED_OF === 0) { renderings.add(name, app => addGenerated(app, random)); }
    renderings.add(`${name}, by hand`, app => addWrittenByHand(app, random));
  }
}
