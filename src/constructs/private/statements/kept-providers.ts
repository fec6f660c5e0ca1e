import { dnsLabel, listOf } from '../../../util/given';
import { quoted } from '../../../util/text';

/** Names of access logs that go on beside that of a provider: a Telemetry takes the place of those of the mesh. */
export function keptProvidersOf(given: readonly string[] | undefined, provider: string): string[] {
  const kept = given === undefined ? [] : listOf('keepProviders', given).map((name, i) =>
    dnsLabel(`keepProviders[${i}]`, name, "name a provider of the mesh, such as 'envoy', or leave it out"));
  if (kept.includes(provider)) { throw new Error(`keepProviders must be other ones, got ${quoted(provider)}, the provider of this; leave it out`); }
  return kept;
}
