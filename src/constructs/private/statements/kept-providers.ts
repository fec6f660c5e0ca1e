import { dnsLabel, listOf } from '../../../util/given';
import { nearest } from '../../../util/nearest';
import { quoted } from '../../../util/text';
import { World } from '../index/world';

/** Providers of access logs that every mesh has. */
const BUILT_IN = ['envoy', 'stackdriver'];

/** Names of access logs that go on beside that of a provider: a Telemetry takes the place of those of the mesh. */
export function keptProvidersOf(given: readonly string[] | undefined, provider: string): string[] {
  const kept = given === undefined ? [] : listOf('keepProviders', given).map((name, i) =>
    dnsLabel(`keepProviders[${i}]`, name, "name a provider of the mesh, such as 'envoy', or leave it out"));
  if (kept.includes(provider)) { throw new Error(`keepProviders must be other ones, got ${quoted(provider)}, the provider of this; leave it out`); }
  return kept;
}

/** A log that nobody writes ends in silence; where settings are rendered, they may still say more by a patch. */
export function checkKeptProviders(names: readonly string[], { settingsOutput, mergedMeshConfig: { config } }: World): string[] {
  if (!settingsOutput) { return []; }
  const { extensionProviders = [] } = config;
  const known = [...BUILT_IN, ...extensionProviders.filter(({ kind }) => kind === 'accessLog').map(({ name }) => name)];
  return names.flatMap((name, i) => {
    const meant = known.includes(name) ? undefined : nearest(name, known);
    return meant === undefined ? [] : [`keepProviders[${i}] must be a provider of the mesh, got ${quoted(name)}, which its settings do not have; did you mean ${quoted(meant)}?`];
  });
}
