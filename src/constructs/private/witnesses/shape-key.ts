import { accountsNamed, namespacesOfCallers, Sender, sendersOf } from './senders';
import { Surroundings } from './surroundings';
import { callerName, ServiceAccountCaller } from '../../../intent/caller';
import { GatewayData, Intent, namespaceOf, targetOf } from '../../../intent/intent';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { SYSTEM_NAMESPACES } from '../../../policy/workloads/injection-webhooks';
import { GATEWAY_NAME } from '../../../policy/workloads/label-names';
import { PROXY_ID } from '../../../policy/workloads/proxy-identity';
import { kept } from '../../../util/kept';
import { carries } from '../../../util/labels';
import { isOfIstio } from '../../../validation/ports';
import { Shapes } from '../../../validation/shape';
import { World } from '../index/world';

/**
 * Keys of the shape of intents and of all that their witnesses meet beside them: two of one key are judged alike. Names and numbers are taken out of
 * an intent, but not of the words by which namespaces, pods and Services speak of the mesh, nor where the mesh goes by them.
 */
export class ShapeKeys {
  private readonly shapes = new Shapes();
  private readonly ofTargets = new WeakMap<WorkloadFacts, string>();
  private readonly ofNamespaces = new Map<string, string>();
  private readonly ofSenders = new Map<string, string>();

  public constructor(private readonly world: World, private readonly surroundings: Surroundings, private readonly gateways: readonly GatewayData[]) {}

  public of(intent: Intent, api: Intent | undefined): string {
    const namespaces = namespacesOfCallers(intent).map(name => this.labels(name));
    const senders = accountsNamed(intent).map(caller => this.senders(caller));
    const target = targetOf(intent);
    const names = target ? namesThatCount(intent, target, senders) : [];
    return [this.shapes.of(intent, api), ...namespaces, ...senders, ...this.place(intent), ...names].join('|');
  }

  private senders(caller: ServiceAccountCaller): string {
    return kept(this.ofSenders, callerName(caller), () => JSON.stringify(sendersOf(caller, this.world).map(meshWords)));
  }

  /** A namespace with a waypoint is told from all others, as the waypoint may be its own, and may admit it by its name; and one waypoint of it from the others. */
  private place(intent: Intent): string[] {
    const [namespace, target] = [namespaceOf(intent), targetOf(intent)];
    if (!namespace) { return []; }
    const { name, waypoint } = namespace;
    return [waypoint ? `${name} ${waypoint.namespace}/${waypoint.name}` : '', this.labels(name), target ? kept(this.ofTargets, target, () => this.target(target)) : ''];
  }

  private labels(namespace: string): string {
    return kept(this.ofNamespaces, namespace, () => JSON.stringify([wordsOf(this.surroundings.labelsOf(namespace)), this.isSpecial(namespace) ? namespace : '', this.world.migrating(namespace)?.stage]));
  }

  /** Whether the mesh goes by the name of a namespace. */
  private isSpecial(namespace: string): boolean { return namespace === this.world.mesh.rootNamespace || SYSTEM_NAMESPACES.includes(namespace); }

  private target(target: WorkloadFacts): string {
    const { path, pod, services } = target;
    const own = this.surroundings.workload(path);
    const said = [own && meshWords(own), wordsOf(pod.labels)];
    // what pods say of the mesh may be about some ports only
    const ports = portsOf(target).filter(port => isOfIstio(port) || meshWords({ pod, podSpec: own?.podSpec }) !== '');
    const isGateway = this.gateways.map(gateway => gateway.kind === 'classic' && carries(pod.labels, gateway.labels));
    const ofServices = services.map(({ labels, annotations }) => [wordsOf(labels), wordsOf(annotations)]);
    return JSON.stringify([said, ports, isGateway, ofServices]);
  }
}

/** What senders say of the mesh may be about some ports only, and what Services say about some namespaces. */
function namesThatCount(intent: Intent, target: WorkloadFacts, senders: readonly string[]): string[] {
  const isSaidOfServices = target.services.some(({ annotations }) => Object.keys(wordsOf(annotations)).length > 0);
  return [
    ...senders.some(words => words.includes('istio')) ? [portsOf(target).join()] : [],
    ...isSaidOfServices ? [target.namespace, ...namespacesOfCallers(intent)] : [],
  ];
}

/** The ports of pods and of their Services. */
function portsOf({ ports, services }: WorkloadFacts): number[] {
  return [...ports.map(({ number }) => number), ...services.flatMap(service => service.ports.map(({ port }) => port))];
}

const AS_PROXY = new RegExp(`"runAs(User|Group)":${PROXY_ID}\\b`);

/** What pods say of the mesh themselves, by labels, annotations, containers and the network they use; empty where they say nothing. */
export function meshWords({ pod: { labels, annotations, hostNetwork }, podSpec }: Speaking): string {
  // as whom other containers run tells something only where some run as the proxy
  const runsAsProxy = AS_PROXY.test(JSON.stringify(podSpec) ?? '');
  const spoken = runsAsProxy ? /istio|securityContext/ : /istio/;
  const containers = [...podSpec?.containers ?? [], ...podSpec?.initContainers ?? []].filter(container => spoken.test(JSON.stringify(container)));
  const ofPod = runsAsProxy ? podSpec?.securityContext ?? [] : [];
  const words = [...Object.entries(wordsOf(labels)), ...Object.entries(wordsOf(annotations)), ...containers, ...hostNetwork ? ['hostNetwork'] : [], ofPod].flat();
  return words.length === 0 ? '' : JSON.stringify(words);
}

interface Speaking extends Pick<Sender, 'pod'> { readonly podSpec?: Sender['podSpec'] }

function wordsOf(labels: Labels): Labels { return Object.fromEntries(Object.entries(labels).filter(([name]) => name.includes('istio') || name === GATEWAY_NAME)); }
