import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { AccessRequest, MeshSettings } from 'cdk8s-zero-trust';
import { readDocuments } from '../../src/istio/documents';
import { meshSettingsOf } from '../../src/policy/resources/mesh-config';
import { casesOf, decision } from '../families/decision';
import { World } from '../families/world';

export interface Manifest {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
}

/** A recorded world as a mesh, and those of its requests that an analysis is about. */
export interface AnalyzedWorld {
  readonly id: string;
  readonly objects: readonly Manifest[];
  readonly settings: MeshSettings;
  readonly requests: readonly AccessRequest[];
  /** Requests that are left out, by the reason. */
  readonly leftOut: ReadonlyMap<string, number>;
}

const CORPUS = join(__dirname, '../corpus');

/** The lines of the recordings of decisions, as text. */
export function recordedDecisions(): string[] {
  return readdirSync(CORPUS).filter(file => file.endsWith('.jsonl.gz')).sort().flatMap(file => {
    const lines = gunzipSync(readFileSync(join(CORPUS, file))).toString('utf8').trim().split('\n');
    return decision.families.includes((JSON.parse(lines[0]) as World).family) ? lines : [];
  });
}

export function analyzedWorld(line: string): AnalyzedWorld {
  const world = JSON.parse(line) as World;
  const objects = readDocuments(world.manifests).objects.map(({ object }) => withProxies(object as Manifest, world));
  const leftOut = new Map<string, number>();
  const requests = casesOf(world).flatMap(({ request }) => {
    const reason = outside(request);
    if (reason === undefined) return asked(request);
    leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
    return [];
  });
  return { id: world.id, objects, settings: meshSettingsOf(world.meshConfig), requests, leftOut };
}

/** What is recorded of one proxy has it whatever labels say. An analysis asks what is deployed, so the labels and addresses that this takes are there. */
function withProxies(object: Manifest, { family, destination }: World): Manifest {
  const { kind, metadata, spec } = object;
  if (family === 'sidecar' && kind === 'Namespace' && metadata?.name === destination?.namespace) {
    return { ...object, metadata: { ...metadata, labels: { ...metadata?.labels, 'istio-injection': 'enabled' } } };
  }
  if (family === 'waypoint' && kind === 'Gateway' && spec?.gatewayClassName !== undefined) {
    return { ...object, status: { addresses: [{ type: 'IPAddress', value: '10.96.250.1' }] } } as Manifest;
  }
  return object;
}

/** Why an analysis is not about a request; see docs/analysis.md. */
function outside({ source, http, tokens = [] }: AccessRequest): string | undefined {
  if (tokens.length > 1) return 'several tokens';
  if (source?.alpn !== undefined) return 'protocols offered in TLS';
  return http?.path?.includes('?') ? 'a query' : undefined;
}

/** To what is deployed, without answers of authorizers: these are a decision of their own. A server name is one that the client gives, or none. */
function asked({ destination: { namespace, workload, service, serviceEntry, gateway, port }, source, authorizerAnswers, ...request }: AccessRequest): AccessRequest {
  const called = { ...service === undefined ? {} : { service }, ...serviceEntry === undefined ? {} : { serviceEntry } };
  const name = Object.keys(called).length > 0 ? called : { workload, gateway };
  const isPlaintext = source?.principal === undefined && source?.transport === undefined;
  return { ...request, source: isPlaintext ? source : { ...source, sni: source.sni ?? '' }, destination: { namespace, ...name, port } };
}
