import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { ApiServer, refusals } from './api-server';
import { Rendered } from './rendered';
import { admit, isAccepted } from '../../src/istio/admission';
import { readDocuments } from '../../src/istio/documents';
import { resourceKindOf } from '../../src/istio/resource-kinds';
import { isAtLeast, unknownTo, VersionedManifest } from '../../src/istio/versions';

const RECORDINGS = ['admission', 'admission-other', 'admission-envoy-filter'].map(name => join(__dirname, '..', 'corpus', `${name}.jsonl.gz`));

/** Answers that were compared. */
export interface Outcome {
  readonly title: string;
  readonly passed: number;
  readonly failures: readonly Failure[];
}

export interface Failure {
  readonly where: string;
  readonly text: string;
  readonly reason: string;
}

/** The rules of this library accept every object as it is written out, in full and for the version it is for. */
export function ownAdmission(objects: readonly Rendered[]): Outcome {
  const failures = objects.flatMap(({ text, object, origin, istioVersion }) => {
    const { objects: [read], problems } = readDocuments(text);
    const admission = read === undefined ? undefined : admit(read.object, read.problems);
    const refused = [
      ...problems, ...admission === undefined || isAccepted(admission) ? [] : admission.problems,
      ...unknownTo(istioVersion, object as unknown as VersionedManifest),
    ];
    return refused.length === 0 ? [] : [{ where: origin, text, reason: refused.map(({ field, message }) => `${field} ${message}`).join('\n') }];
  });
  return { title: 'our admission rules', passed: objects.length - failures.length, failures };
}

/** An API server stores every object of an app for its version or an older one, and any other that this library says it knows. */
export async function liveAdmission(objects: readonly Rendered[], server: ApiServer): Promise<Outcome> {
  const asked = objects.filter(({ object, istioVersion }) => isAtLeast(server.version, minor(istioVersion)) || isKnown(object, server));
  const verdicts = await server.admit(asked.map(({ text }) => text));
  const failures = asked.flatMap(({ text, origin }, index) => {
    const refused = refusals(verdicts[index]);
    return refused.length === 0 ? [] : [{ where: origin, text, reason: refused.join('\n') }];
  });
  return { title: `API ${server.version}: what is rendered`, passed: asked.length - failures.length, failures };
}

function minor(istioVersion: string): string { return istioVersion.split('.').slice(0, 2).join('.'); }

function isKnown(object: unknown, { version }: ApiServer): boolean { return unknownTo(version, object as VersionedManifest).length === 0; }

interface Recording {
  readonly id: string;
  readonly resource: string;
  readonly verdict: { readonly accepted: boolean; readonly schema?: readonly string[]; readonly unknownFields?: readonly string[] };
}

export function readRecordings(): Recording[] {
  const lines = RECORDINGS.flatMap(file => gunzipSync(readFileSync(file)).toString('utf8').split('\n'));
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Recording);
}

/** The newest API server refuses what was recorded as refused, by schema and by unknown fields, and nothing else: it does not just say yes. */
export async function recordedAdmission(recordings: readonly Recording[], server: ApiServer): Promise<Outcome> {
  const verdicts = await server.admit(recordings.map(({ resource }) => resource));
  const failures = recordings.flatMap(({ id, resource, verdict }, index) => {
    const live = { schema: verdicts[index].ignored ? ['it is of no kind that is asked about'] : [], unknownFields: [], ...verdicts[index] };
    const recorded = { schema: verdict.schema ?? [], unknownFields: verdict.unknownFields ?? [] };
    const differing = (['schema', 'unknownFields'] as const).filter(layer => (live[layer].length === 0) !== (recorded[layer].length === 0));
    return differing.map(layer => ({ where: id, text: resource, reason: `${layer}: recorded ${JSON.stringify(recorded[layer])}, live ${JSON.stringify(live[layer])}` }));
  });
  return { title: `API ${server.version}: what was recorded`, passed: recordings.length - failures.length, failures };
}

/** An older API server stores what was recorded as stored, unless this library says that the version does not know it. */
export async function recordedForOlder(recordings: readonly Recording[], server: ApiServer): Promise<Outcome> {
  const known = recordings.filter(({ resource, verdict }) => {
    const [read] = verdict.accepted ? readDocuments(resource).objects : [];
    return read !== undefined && resourceKindOf(read.object) !== undefined && isKnown(read.object, server);
  });
  const verdicts = await server.admit(known.map(({ resource }) => resource));
  const failures = known.flatMap(({ id, resource }, index) => {
    const refused = refusals(verdicts[index]);
    return refused.length === 0 ? [] : [{ where: id, text: resource, reason: refused.join('\n') }];
  });
  return { title: `API ${server.version}: what was recorded as stored, and is known to it`, passed: known.length - failures.length, failures };
}
