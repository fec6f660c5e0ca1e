import { Decision, PolicySet } from 'cdk8s-zero-trust';
import { Check, Family, Recorded, UNDECIDED } from './family';
import { podVerdict } from './injection';
import { installedMesh, installedSettings, RecordedInstallation, workloadIn } from './installation';
import { compared } from './verdicts';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { takeManifests } from '../../src/policy/resources/manifest-reader';
import { injectionOf } from '../../src/policy/workloads/injection';
import { isCaptured, sidecarCapture, whyNoStart } from '../../src/policy/workloads/sidecar-capture';
import { askedPod } from '../../src/policy/workloads/workload-proxy';

interface Question {
  readonly kind: 'pod' | 'inbound';
  readonly workload: string;
  readonly port: number;
  readonly verdict: object;
}

/** A recorded world of pods, and of connections that come in. */
interface CaptureWorld extends Recorded, RecordedInstallation {
  readonly manifests: readonly unknown[];
  readonly questions: readonly Question[];
}

/** What sidecars take of the connections to their pods. */
export const capture: Family = {
  families: ['capture'],
  undecidedAtMost: 0.01,
  replay: line => replay(line as CaptureWorld),
};

function* replay(world: CaptureWorld): Iterable<Check> {
  const inventory = new Inventory(takeManifests(world.manifests));
  const mesh = installedMesh(world);
  const policies = PolicySet.fromManifests([...world.manifests], installedSettings(world));
  for (const question of world.questions) {
    if (question.kind === 'pod') yield compared(world, question, question.verdict, podOf(inventory, mesh, question));
    else yield* inboundChecks(world, policies, question, inbound(inventory, mesh, question));
  }
}

function podOf(inventory: Inventory, mesh: Mesh, { workload: name }: Question): object {
  const workload = workloadIn(inventory, name);
  const found = injectionOf(mesh, askedPod(inventory.namespaceLabels(workload.namespace) ?? {}, workload));
  if (found.outcome !== 'injected') return podVerdict(found);
  if (whyNoStart(mesh, workload.annotations, found) !== undefined) return { outcome: 'cannot-start', reason: 'cni-rejects-annotation' };
  return { ...podVerdict(found), rules: sidecarCapture(mesh, workload.annotations, found)?.rules ?? 'none' };
}

function inbound(inventory: Inventory, mesh: Mesh, { workload: name, port }: Question): object {
  const workload = workloadIn(inventory, name);
  const found = injectionOf(mesh, askedPod(inventory.namespaceLabels(workload.namespace) ?? {}, workload));
  const rules = found.outcome === 'injected' ? sidecarCapture(mesh, workload.annotations, found) : undefined;
  return rules && isCaptured(rules, port) ? { captured: true, by: rules.mode, toPort: rules.to } : { captured: false };
}

/** The rules are compared, and that the answer to a request says the same; what is captured may still arrive nowhere. */
function* inboundChecks(world: CaptureWorld, policies: PolicySet, question: Question, ours: object): Iterable<Check> {
  const [, namespace, workload] = question.workload.split('/');
  const { hops, decision } = policies.isAuthorized({ destination: { namespace, workload, port: question.port } });
  const captured = hops.some(({ proxy }) => proxy.startsWith('sidecar')) || hops.length === 0 && decision === Decision.DENY;
  const check = compared(world, question, question.verdict, { ...ours, ...decision === Decision.UNDECIDED ? {} : { captured } });
  yield decision === Decision.UNDECIDED ? { ...check, apart: UNDECIDED } : check;
}
