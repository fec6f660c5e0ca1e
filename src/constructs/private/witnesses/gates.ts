import { IConstruct } from 'constructs';
import { Surroundings } from './surroundings';
import { AccessGate, AccessViolation } from '../../../analysis/access-gate';
import { linesOf } from '../../../analysis/lines';
import { PolicySet } from '../../../policy/policy-set';
import { messagesOf } from '../../../util/together';
import { Complaint, complaintOf } from '../index/complaint';
import { World } from '../index/world';

/** What the gates of a mesh do not let pass, of all that its cluster renders: it is read as `PolicySet.fromApp` reads it, so that a test is told the same. */
export function gateComplaints(world: World): [IConstruct, readonly Complaint[]][] {
  const { tree, declarations: { meshes } } = world;
  const asking = meshes.filter(({ gates }) => gates.length > 0);
  if (asking.length === 0) { return []; }
  const manifests = tree.objects.flatMap(object => tree.manifest(object) ?? []);
  const policies = PolicySet._ofConstructs(manifests, tree.constructs, new Surroundings(world).settings);
  return asking.flatMap(({ path, gates }): [IConstruct, readonly Complaint[]][] => {
    const complaints = gates.flatMap((gate, i) => problemsOf(gate, `gates[${i}]`, policies)).map(complaintOf);
    const construct = tree.constructs.find(({ node }) => node.path === path);
    return construct && complaints.length > 0 ? [[construct, complaints]] : [];
  });
}

function problemsOf(gate: AccessGate, prop: string, policies: PolicySet): string[] {
  try {
    const violations = gate.violations(policies);
    return violations.length === 0 ? [] : [`${prop} must hold (${gate.toString()}), got what it does not let pass; close it, or say at the gate that it is meant:\n${told(violations)}`];
  } catch (error) {
    return messagesOf(error).map(message => `${prop} (${gate.toString()}): ${message}`);
  }
}

/** How many lines are told of one gate. */
const TOLD = 20;

/** What is open, a line each, and how the first is answered. */
function told([first, ...others]: readonly AccessViolation[]): string {
  const [, ...answer] = first.explanation.split('\n');
  const lines = linesOf([first, ...others].map(({ destination, message }) => ({ destination, toString: () => message })));
  const also = lines.slice(1, TOLD).map(line => `also ${line}`);
  return [lines[0], ...answer, ...also, ...lines.length > TOLD ? [`and ${lines.length - TOLD} more`] : []].join('\n');
}
