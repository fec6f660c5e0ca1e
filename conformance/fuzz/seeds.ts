import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { AccessRequest, MeshSettings } from 'cdk8s-zero-trust';
import { readDocuments } from '../../src/istio/documents';
import { meshSettingsOf } from '../../src/policy/resources/mesh-config';
import { casesOf } from '../families/decision';
import { World } from '../families/world';

/** A world that is sound, and requests to it. */
export interface Seed {
  readonly text: string;
  readonly objects: readonly unknown[];
  readonly settings?: MeshSettings;
  readonly requests: readonly AccessRequest[];
}

const CORPUS = join(__dirname, '../corpus');
const EXAMPLES = join(__dirname, '../../examples');
const WORLDS = ['minimal', 'minimal-ztunnel', 'sidecar', 'waypoint', 'gateway', 'ztunnel'];
const SMALL = 1_000;
const LARGE = 5_000;
const REQUESTS = 2;

/** Where mutated manifests come from: small worlds mostly, larger ones and the examples now and then. */
export interface Seeds {
  readonly common: readonly Seed[];
  readonly rare: readonly Seed[];
}

/** What the recordings do not have: workloads as clients, and what decides how they connect. Every 20th document. */
const CLIENTS = new Array<Seed>(20).fill({
  ...sourcesOf(readFileSync(join(__dirname, 'clients.yaml'), 'utf8')),
  requests: [{ source: { workload: 'shop/web' }, destination: { namespace: 'shop', service: 'api', port: 80 }, http: {} }],
});

export function readSeeds(): Seeds {
  const all = WORLDS.flatMap(worlds);
  const small = all.filter(({ manifests }) => manifests.length <= SMALL);
  const large = all.filter(({ manifests }) => manifests.length > SMALL && manifests.length <= LARGE);
  return { common: [...small.map(seedOf), ...CLIENTS], rare: [...large.filter((_, index) => index % 50 === 0).map(seedOf), ...examples()] };
}

function worlds(file: string): World[] {
  const lines = gunzipSync(readFileSync(join(CORPUS, `${file}.jsonl.gz`))).toString('utf8').trim().split('\n');
  return lines.map(line => JSON.parse(line) as World);
}

function seedOf(world: World): Seed {
  const requests = casesOf(world).slice(0, REQUESTS).map(({ request }) => request);
  return { ...sourcesOf(world.manifests), settings: meshSettingsOf(world.meshConfig), requests };
}

function examples(): Seed[] {
  return readdirSync(EXAMPLES, { recursive: true, encoding: 'utf8' })
    .filter(file => file.includes('expected') && file.endsWith('.yaml') && !file.includes('node_modules'))
    .map(file => ({ ...sourcesOf(readFileSync(join(EXAMPLES, file), 'utf8')), requests: [] }))
    .map(seed => ({ ...seed, requests: firstWorkload(seed.objects) }));
}

function firstWorkload(objects: readonly unknown[]): AccessRequest[] {
  const found = objects.map(object => object as { kind: string; metadata: { name: string; namespace: string } }).find(({ kind }) => kind === 'Deployment');
  if (!found) return [];
  const { name, namespace } = found.metadata;
  return [{ destination: { namespace, workload: name, port: 8080 }, source: { serviceAccount: `${namespace}/web` }, http: {} }];
}

function sourcesOf(text: string): { text: string; objects: readonly unknown[] } {
  return { text, objects: readDocuments(text).objects.map(({ object }) => object) };
}
