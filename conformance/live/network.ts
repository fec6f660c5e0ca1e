import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PolicySet } from 'cdk8s-zero-trust';
import { Failure, Outcome } from './checks';
import { renderedWorlds } from './network-twins';
import { NetworkWorld, networkWorld, Place } from './network-worlds';
import { Random } from './random';
import { Rendered } from './rendered';

const PROGRAM = join(__dirname, '..', 'network');

/** What Cyclonus says of one connection. */
interface Answer { readonly ingress: boolean; readonly egress: boolean }

/** Why the API server refuses policies of a world, and what those that it takes let pass. */
interface Verdict { readonly refused: readonly string[]; readonly answers: readonly Answer[] }

/** Random NetworkPolicies of all fields, and those that apps render: the API server takes them, and of each connection the evaluator says what Cyclonus says. */
export function networkOutcomes(rendered: readonly Rendered[], count: number, seed: number): Outcome[] {
  const random = new Random(seed);
  const [drawn, ofApps] = [random.times(count, () => networkWorld(random)), renderedWorlds(rendered, seed)];
  const verdicts = ask([...drawn, ...ofApps]);
  return [
    admission('the API server: random NetworkPolicies', drawn, verdicts.slice(0, count)),
    admission('the API server: NetworkPolicies that apps render', ofApps, verdicts.slice(count)),
    evaluation('Cyclonus: what random NetworkPolicies let pass', drawn, verdicts.slice(0, count)),
    evaluation('Cyclonus: what NetworkPolicies that apps render let pass', ofApps, verdicts.slice(count)),
  ];
}

function admission(title: string, worlds: readonly NetworkWorld[], verdicts: readonly Verdict[]): Outcome {
  const failures = verdicts.flatMap(({ refused }, index) => refused.map(reason => ({ where: 'NetworkPolicy', text: JSON.stringify(worlds[index].policies), reason })));
  const asked = worlds.reduce((sum, { policies }) => sum + policies.length, 0);
  return { title, passed: asked - failures.length, failures };
}

function evaluation(title: string, worlds: readonly NetworkWorld[], verdicts: readonly Verdict[]): Outcome {
  const answers = verdicts.map(one => one.answers);
  const failures = worlds.flatMap((world, index) => disagreements(world, answers[index]));
  const asked = worlds.reduce((sum, { connections }) => sum + connections.length, 0);
  const refused = answers.flat().filter(({ ingress, egress }) => !ingress || !egress).length;
  const lopsided: Failure[] = refused * 10 < asked || refused * 10 > asked * 9 ? [{ where: 'worlds', text: '', reason: `a tenth must pass and a tenth be refused, got ${refused} of ${asked} refused` }] : [];
  return { title, passed: asked - failures.length, failures: [...failures, ...lopsided] };
}

function ask(worlds: readonly NetworkWorld[]): Verdict[] {
  const folder = mkdtempSync(join(tmpdir(), 'network-'));
  try {
    const binary = join(folder, 'network');
    execFileSync('go', ['build', '-o', binary, '.'], { cwd: PROGRAM, stdio: ['ignore', 'pipe', 'inherit'] });
    const input = worlds.map(world => `${JSON.stringify(askedOf(world))}\n`).join('');
    return execFileSync(binary, { input, encoding: 'utf8', maxBuffer: 1e9 }).trim().split('\n').map(line => JSON.parse(line) as Verdict);
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
