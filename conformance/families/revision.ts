import { Check, Family, Recorded } from './family';
import { installedMesh, RecordedInstallation } from './installation';
import { compared } from './verdicts';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { owners, readBy } from '../../src/policy/workloads/revision';

/** A recorded world of policies, and of control planes that may read them. */
interface RevisionWorld extends Recorded, RecordedInstallation {
  readonly manifests: readonly unknown[];
  readonly questions: readonly { readonly revision: string; readonly object: string; readonly verdict: object }[];
}

/** Which control planes read a policy, and which one an object of its labels belongs to. */
export const revision: Family = {
  families: ['revision'],
  undecidedAtMost: 0.01,
  replay: line => replay(line as RevisionWorld),
};

type PolicyKind = 'AuthorizationPolicy' | 'PeerAuthentication' | 'RequestAuthentication';

function* replay(world: RevisionWorld): Iterable<Check> {
  const inventory = new Inventory(takeManifests(world.manifests));
  const mesh = installedMesh(world);
  for (const question of world.questions) {
    const [kind, namespace, name] = question.object.split('/') as [PolicyKind, string, string];
    const labels = inventory.find(kind, namespace, name)?.meta.labels;
    const used = readBy(inventory, mesh, question.revision).find(kind, namespace, name) !== undefined;
    const isMine = owners(mesh, labels, inventory.namespaceLabels(namespace)).includes(question.revision);
    yield compared(world, question, question.verdict, { used, isMine });
  }
}
