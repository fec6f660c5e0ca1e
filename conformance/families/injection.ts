import { MeshSettings } from 'cdk8s-zero-trust';
import { Check, Family, Recorded } from './family';
import { installedMesh, RecordedInstallation, workloadIn } from './installation';
import { compared } from './verdicts';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { injectionOf, PodInjection } from '../../src/policy/workloads/injection';
import { askedPod } from '../../src/policy/workloads/workload-proxy';

/** A recorded world of pods that are created in a namespace. */
interface InjectionWorld extends Recorded, RecordedInstallation {
  readonly manifests: readonly unknown[];
  readonly questions: readonly { readonly workload: string; readonly verdict: object }[];
}

/** Which webhooks are called for each pod of a world, and what they make of it. */
export const injection: Family = {
  families: ['injection', 'injection-1.26'],
  undecidedAtMost: 0.01,
  replay: line => replay(line as InjectionWorld),
};

/** `injection-1.26` holds only what that version does otherwise. */
const VERSIONS: Readonly<Record<string, MeshSettings>> = { 'injection-1.26': { istioVersion: '1.26' } };

function* replay(world: InjectionWorld): Iterable<Check> {
  const inventory = new Inventory(takeManifests(world.manifests));
  const mesh = installedMesh(world, VERSIONS[world.family]);
  for (const question of world.questions) {
    const workload = workloadIn(inventory, question.workload);
    const found = injectionOf(mesh, askedPod(inventory.namespaceLabels(workload.namespace) ?? {}, workload));
    yield compared(world, question, question.verdict, { ...podVerdict(found), webhooks: found.webhooks.map(({ name }) => name) });
  }
}

/** What became of a pod, in the words of the recordings. */
export function podVerdict({ outcome, rejection, templates, by, role, interceptsInbound }: PodInjection): object {
  return { outcome, reason: rejection, templates, revision: by?.revision, proxyRole: role, interceptsInbound };
}
