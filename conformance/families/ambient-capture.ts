import { PolicySet, ProxyKind } from 'cdk8s-zero-trust';
import { Check, Family, Recorded } from './family';
import { installedMesh, installedSettings, RecordedInstallation, workloadIn } from './installation';
import { compared } from './verdicts';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { PROBE_ADDRESSES, whyUncaptured } from '../../src/policy/workloads/ambient-enrolment';
import { FoundProxy, proxyOfWorkload } from '../../src/policy/workloads/workload-proxy';
import { ipBits } from '../../src/util/ip';

interface Question {
  readonly kind: 'proxy' | 'inbound';
  readonly workload: string;
  readonly from: string;
  readonly source: string;
  readonly port: number;
  readonly verdict: object;
}

/** A recorded world of pods in ambient mode, and of connections that come in. */
interface AmbientWorld extends Recorded, RecordedInstallation {
  readonly manifests: readonly unknown[];
  readonly questions: readonly Question[];
}

/** Which pods ztunnel captures, and which connections to them. */
export const ambientCapture: Family = {
  families: ['ambient-capture'],
  undecidedAtMost: 0.01,
  replay: line => replay(line as AmbientWorld),
};

function* replay(world: AmbientWorld): Iterable<Check> {
  const inventory = new Inventory(takeManifests(world.manifests));
  const mesh = installedMesh(world);
  const policies = PolicySet.fromManifests([...world.manifests], installedSettings(world));
  for (const question of world.questions) {
    const ours = question.kind === 'proxy' ? proxyVerdict(proxyOfWorkload(inventory, mesh, workloadIn(inventory, question.workload))) : inbound({ inventory, mesh, policies }, question);
    yield compared(world, question, question.verdict, ours);
  }
}

interface Asked {
  readonly inventory: Inventory;
  readonly mesh: Mesh;
  readonly policies: PolicySet;
}

function proxyVerdict({ kind, broken, injected = false }: FoundProxy): object {
  if (broken !== undefined) return { proxy: 'rejected', injected: false, ztunnel: false };
  const names: Partial<Record<ProxyKind, string>> = { [ProxyKind.SIDECAR]: 'sidecar', [ProxyKind.ZTUNNEL]: 'ztunnel', [ProxyKind.GATEWAY]: 'gateway' };
  return { proxy: kind === undefined ? injected ? 'injected-without-interception' : 'none' : names[kind], injected, ztunnel: kind === ProxyKind.ZTUNNEL };
}

/** What the rules say, and that the answer to a plaintext request says the same. */
function inbound({ inventory, mesh, policies }: Asked, { workload, port, from, source }: Question): object {
  const [, namespace, name] = workload.split('/');
  const seenFrom = from === 'process-on-the-pods-node' ? PROBE_ADDRESSES.find(address => address.includes(':') === source.includes(':'))! : source;
  const why = whyUncaptured({ port, ...proxyOfWorkload(inventory, mesh, workloadIn(inventory, workload)) }, ipBits(seenFrom));
  const { hops } = policies.isAuthorized({ source: { ip: seenFrom }, destination: { namespace, workload: name, port } });
  const captured = hops.some(hop => hop.proxy.startsWith('ztunnel'));
  return { captured, why, seenFrom, toPort: captured ? 15006 : undefined };
}
