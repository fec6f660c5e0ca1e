import { isDeepStrictEqual } from 'util';
import { Check, Family, UNDECIDED } from './family';
import { evaluatedLines, RecordedListener, recordedLines } from './listeners';
import { MeshWorld, readWorld } from './mesh-world';
import { EnvoyQuestion, replayEnvoy } from './way-envoy';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';

/** What listens on the ports of a gateway. */
export interface ListenersQuestion {
  readonly q: 'listeners';
  readonly proxy: { readonly kind: string; readonly pod: string };
  readonly verdict: { readonly listeners: readonly RecordedListener[] };
}

/** Compared are the chains of every port (what they speak, for which names, how they take TLS, which policies they have, the trusted proxies), and where TLS that is passed on goes. */
export const gatewayListener: Family = {
  families: ['gateway-listener'],
  replay: line => {
    const world = line as MeshWorld<ListenersQuestion | EnvoyQuestion>;
    const { inventory, mesh } = readWorld(world);
    return world.questions.map(question => question.q === 'way'
      ? replayEnvoy(world, inventory, mesh, question)
      : replayListeners(world, inventory, mesh, question));
  },
};

/** Puts one question to the function that the evaluation itself uses. */
export function replayListeners(world: MeshWorld, inventory: Inventory, mesh: Mesh, { proxy: { kind, pod }, verdict }: Omit<ListenersQuestion, 'q'>): Check {
  const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
  const features = [...world.features, `listeners.${kind}`];
  const ours = evaluatedLines(inventory, mesh, world.manifests, pod);
  if (ours === undefined) return { features, apart: UNDECIDED };
  const recorded = recordedLines(verdict.listeners);
  if (isDeepStrictEqual(plain(ours), plain(recorded))) return { features };
  const shown = (lines: readonly unknown[]) => lines.map(one => JSON.stringify(one)).join('\n') || 'nothing';
  return { features, disagreement: { where: `${world.id} ${kind} ${pod}`, input: JSON.stringify(world.manifests), recorded: shown(recorded), ours: shown(ours) } };
}
