import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicySet } from 'cdk8s-zero-trust';
import { Failure, Outcome } from './checks';
import { NetworkWorld, networkWorld, Place } from './network-worlds';
import { Random } from './random';

const PROGRAM = join(__dirname, '..', 'network');

/** What Cyclonus says of one connection. */
interface Answer { readonly ingress: boolean; readonly egress: boolean }

/** Worlds of pods and NetworkPolicies, of which Cyclonus says what passes, and the evaluator must say the same. */
export function networkOutcome(count: number, seed: number): Outcome {
  const random = new Random(seed);
  const worlds = random.times(count, () => networkWorld(random));
  const answers = ask(worlds);
  const failures = worlds.flatMap((world, index) => disagreements(world, answers[index]));
  const asked = worlds.reduce((sum, { connections }) => sum + connections.length, 0);
  const refused = answers.flat().filter(({ ingress, egress }) => !ingress || !egress).length;
  const lopsided: Failure[] = refused * 10 < asked || refused * 10 > asked * 9 ? [{ where: 'worlds', text: '', reason: `a tenth must pass and a tenth be refused, got ${refused} of ${asked} refused` }] : [];
  return { title: 'Cyclonus: what NetworkPolicies let pass', passed: asked - failures.length, failures: [...failures, ...lopsided] };
}

function ask(worlds: readonly NetworkWorld[]): Answer[][] {
  const folder = mkdtempSync(join(tmpdir(), 'network-'));
  try {
    const binary = join(folder, 'network');
    execFileSync('go', ['build', '-o', binary, '.'], { cwd: PROGRAM, stdio: ['ignore', 'pipe', 'inherit'] });
    const input = worlds.map(world => `${JSON.stringify(askedOf(world))}\n`).join('');
    return execFileSync(binary, { input, encoding: 'utf8', maxBuffer: 1e9 }).trim().split('\n').map(line => JSON.parse(line) as Answer[]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function askedOf({ policies, connections }: NetworkWorld): object {
  const connectionOf = ({ from, to, port }: NetworkWorld['connections'][number]) => ({
    source: peerOf(from), destination: peerOf(to), resolvedPort: port, resolvedPortName: to.pod?.ports.find(({ containerPort }) => containerPort === port)?.name ?? '', protocol: 'TCP',
  });
  return { policies, connections: connections.map(connectionOf) };
}

function peerOf({ ip, namespace, namespaceLabels, pod }: Place): object {
  return pod ? { ip, internal: { namespace, namespaceLabels: { ...namespaceLabels, 'kubernetes.io/metadata.name': namespace }, podLabels: pod.labels } } : { ip };
}

function disagreements({ manifests, policies, connections }: NetworkWorld, answers: readonly Answer[]): Failure[] {
  const set = PolicySet.fromManifests([...manifests, ...policies]);
  return connections.flatMap(({ from, to, port }, index) => {
    const { decision, connections: [network] } = set.isAuthorized({
      source: { workload: `${from.namespace}/${from.name}` }, destination: { namespace: to.namespace, workload: to.name, port },
    });
    const isLetOut = network?.egress?.startsWith('allowed') ?? true;
    const isLetIn = network?.ingress?.startsWith('allowed') ?? true;
    const { egress, ingress } = answers[index];
    const isSame = isLetOut === egress && isLetIn === ingress && decision === (egress && ingress ? 'ALLOW' : 'DENY');
    const reason = `${from.namespace}/${from.name} to ${to.namespace}/${to.name}, port ${port}: egress ${egress}, ingress ${ingress}, but ${decision}: ${JSON.stringify(network)}`;
    return isSame ? [] : [{ where: 'NetworkPolicy', text: JSON.stringify({ policies, manifests }), reason }];
  });
}
