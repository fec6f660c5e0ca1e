import { BindingQuestion, replayBinding } from './binding';
import { namesAtZtunnel, namesOnChain } from './enforced-names';
import { Check, Family, UNDECIDED } from './family';
import { ListenersQuestion, replayListeners } from './gateway-listener';
import { differences, MeshWorld, readWorld } from './mesh-world';
import { Mesh } from '../../src/policy/request/mesh-settings';
import { ProxyKind } from '../../src/policy/request/request';
import { Inventory } from '../../src/policy/resources/inventory';
import { fullName } from '../../src/policy/resources/policy';
import { declaredProtocols } from '../../src/policy/services/declared-protocol';
import { Protocol, namedProtocol, servicePortProtocol } from '../../src/policy/services/protocol';
import { portsOf } from '../../src/policy/services/service';
import { Binding, bindingOfObject, bindingOfWorkload } from '../../src/policy/way/waypoint-binding';
import { convertedPolicies } from '../../src/policy/workloads/ambient-mutual-tls';
import { attachedPolicies } from '../../src/policy/workloads/attached-policies';
import { GATEWAY_NAME } from '../../src/policy/workloads/label-names';
import { Proxy } from '../../src/policy/workloads/proxy';
import { findWorkload, Workload } from '../../src/policy/workloads/workload';
import { proxyOfWorkload } from '../../src/policy/workloads/workload-proxy';

type Verdict = Readonly<Record<string, unknown>>;

/** Which policies a proxy has, for what it serves. */
interface AttachedQuestion {
  readonly q: 'attached';
  readonly proxy: { readonly kind: string; readonly pod?: string };
  readonly for: { readonly kind?: 'Service' | 'ServiceEntry'; readonly namespace?: string; readonly name?: string; readonly port?: number; readonly pod?: string };
  readonly verdict: Verdict;
}

/** The names of policies by action, on every filter chain that exists, and for every pod at ztunnel. */
export const attachment: Family = {
  families: ['attachment'],
  replay: line => {
    const world = line as MeshWorld<AttachedQuestion | BindingQuestion>;
    const { inventory, mesh } = readWorld(world);
    return world.questions.map(question => question.q === 'binding' ? replayBinding(world, inventory, mesh, question) : replay(world, inventory, mesh, question));
  },
};

const FIELDS = ['served', 'http', 'tcp', 'terminate', 'enrolled', 'policies'];

function replay(world: MeshWorld, inventory: Inventory, mesh: Mesh, question: AttachedQuestion): Check {
  const { proxy, verdict } = question;
  if (proxy.kind.startsWith('gateway')) return replayListeners(world, inventory, mesh, question as unknown as ListenersQuestion);
  const ours = answer(inventory, mesh, question);
  const features = [...world.features, `attached.${proxy.kind}`];
  if (ours === undefined) return { features, apart: UNDECIDED };
  const differs = differences(ours, verdict, FIELDS);
  if (differs.length === 0) return { features };
  const where = `${world.id} ${JSON.stringify(proxy)} for ${JSON.stringify(question.for)} (${differs.join(', ')})`;
  return { features, disagreement: { where, input: JSON.stringify(world.manifests), recorded: JSON.stringify(verdict), ours: JSON.stringify(ours) } };
}

function answer(inventory: Inventory, mesh: Mesh, { proxy: { kind, pod = '' }, for: asked }: AttachedQuestion): Verdict | undefined {
  const workload = (path: string) => findWorkload(inventory, path.split('/')[0], path.split('/')[1])!;
  switch (kind) {
    case 'sidecar': return atSidecar(inventory, mesh, workload(pod), asked.port ?? 0);
    case 'ztunnel': return atZtunnel(inventory, mesh, workload(asked.pod ?? ''));
    default: return atWaypoint(inventory, mesh, workload(pod), asked, asked.pod === undefined ? undefined : workload(asked.pod));
  }
}

function atSidecar(inventory: Inventory, mesh: Mesh, pods: Workload, port: number): Verdict {
  const { namespace, name, labels } = pods;
  const attached = attachedPolicies(inventory, { kind: ProxyKind.SIDECAR, namespace, name, labels }, mesh);
  const [{ protocol }] = declaredProtocols(inventory, mesh, pods, port);
  return { http: protocol === 'TCP' ? {} : namesOnChain(attached, 'HTTP', mesh), tcp: protocol === 'HTTP' ? {} : namesOnChain(attached, 'TCP', mesh) };
}

function atZtunnel(inventory: Inventory, mesh: Mesh, workload: Workload): Verdict {
  const { namespace, name } = workload;
  const { kind, labels } = proxyOfWorkload(inventory, mesh, workload);
  const names = namesAtZtunnel(attachedPolicies(inventory, { kind: ProxyKind.ZTUNNEL, namespace, name, labels }, mesh), mesh);
  const [converted] = convertedPolicies(inventory, mesh, namespace, labels);
  const denying = [...names.DENY ?? [], ...converted.map(policy => policy.name)].sort();
  return { enrolled: kind === ProxyKind.ZTUNNEL, policies: { ...names, ...denying.length > 0 ? { DENY: denying } : {} } };
}

function atWaypoint(inventory: Inventory, mesh: Mesh, { namespace, labels }: Workload, asked: AttachedQuestion['for'], pod: Workload | undefined): Verdict | undefined {
  const gatewayName = labels[GATEWAY_NAME];
  const proxy: Proxy = { kind: ProxyKind.WAYPOINT, namespace, name: gatewayName, gatewayName, labels };
  const isLayered = mesh.flag('ENABLE_LAYERED_WAYPOINT_AUTHORIZATION_POLICIES');
  const terminate = isLayered ? namesOnChain(attachedPolicies(inventory, { ...proxy, isEntrance: true }, mesh), 'TCP', mesh) : {};
  const { binding, protocol, object } = pod ? { binding: bindingOfWorkload(inventory, mesh, pod), protocol: 'AUTO' as const, object: undefined } : addressed(inventory, mesh, asked);
  if (binding.unknown !== undefined) return undefined;
  const isServed = binding.waypoint?.address !== undefined && fullName(binding.waypoint.gateway) === `${namespace}/${gatewayName}`;
  if (!isServed) return { served: false, terminate };
  const attached = attachedPolicies(inventory, { ...proxy, object }, mesh);
  return {
    served: true,
    terminate,
    http: protocol === 'TCP' ? undefined : namesOnChain(attached, 'HTTP', mesh),
    tcp: protocol === 'HTTP' ? undefined : namesOnChain(attached, 'TCP', mesh),
  };
}

function addressed(inventory: Inventory, mesh: Mesh, { kind = 'Service', namespace = '', name = '', port }: AttachedQuestion['for']): { readonly binding: Binding; readonly protocol: Protocol; readonly object: Proxy['object'] } {
  const object = { kind, namespace, name };
  if (kind === 'Service') {
    const service = inventory.find(kind, namespace, name)!;
    return { binding: bindingOfObject(inventory, mesh, { kind, object: service }), protocol: servicePortProtocol(portsOf(service).find(one => one.port === port)!), object };
  }
  const entry = inventory.find(kind, namespace, name)!;
  return { binding: bindingOfObject(inventory, mesh, { kind, object: entry }), protocol: namedProtocol(entry.spec.ports?.find(({ number }) => number === port)?.protocol ?? ''), object };
}
