import { isDeepStrictEqual } from 'util';
import { Recorded } from './family';
import { Mesh, resolveMesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { meshSettingsOf } from '../../src/policy/resources/mesh-config';

/** A recorded world of whole objects, and what istiod makes of it. */
export interface MeshWorld<Q = unknown> extends Recorded {
  readonly meshConfig: Readonly<Record<string, unknown>> | null;
  readonly env: Readonly<Record<string, string>>;
  readonly manifests: readonly unknown[];
  readonly questions: readonly Q[];
}

/** What the evaluator reads of a world. */
export function readWorld({ manifests, meshConfig, env }: MeshWorld): { readonly inventory: Inventory; readonly mesh: Mesh } {
  return { inventory: new Inventory(takeManifests(manifests)), mesh: resolveMesh({ ...meshSettingsOf(meshConfig ?? {}), istiodEnvironment: env }) };
}

/** The fields in which two verdicts differ; those that only one of them has count as null. */
export function differences(ours: Readonly<Record<string, unknown>>, recorded: Readonly<Record<string, unknown>>, fields: readonly string[]): string[] {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));
  return fields.filter(field => !isDeepStrictEqual(plain(ours[field]), plain(recorded[field])));
}
