import { callersIn, namespacesOfCallers, Sender, sendersOf } from './senders';
import { Surroundings } from './surroundings';
import { GatewayData, Intent } from '../../../intent/intent';
import { Labels, WorkloadFacts } from '../../../intent/workload';
import { kept } from '../../../util/kept';
import { Shapes } from '../../../validation/shape';
import { World } from '../index/world';

/**
 * Keys of the shape of intents and of all that their witnesses meet beside them: two of one key are judged alike. Names and numbers are taken out of
 * an intent, but not of the words by which namespaces, pods and Services speak of the mesh.
 */
export class ShapeKeys {
  private readonly shapes = new Shapes();
  private readonly ofTargets = new WeakMap<WorkloadFacts, string>();
  private readonly ofNamespaces = new Map<string, string>();
  private readonly ofSenders = new Map<string, string>();

  public constructor(private readonly world: World, private readonly surroundings: Surroundings, private readonly gateways: readonly GatewayData[]) {}

  public of(intent: Intent, api: Intent | undefined): string {
    const namespaces = namespacesOfCallers(intent).map(name => this.labels(name));
    const senders = callersIn(intent).map(caller => this.senders(caller));
    return [this.shapes.of(intent, api), ...namespaces, ...senders, ...this.place(intent)].join('|');
  }

  private senders(caller: ReturnType<typeof callersIn>[number]): string {
    return kept(this.ofSenders, `${caller.namespace}/${caller.name}`, () => sendersOf(caller, this.world).map(meshWords).join());
  }

  /** A namespace with a waypoint is told from all others, as the waypoint may be its own, and may admit it by its name. */
  private place(intent: Intent): string[] {
    if (intent.kind === 'mesh') { return []; }
    const { name, waypoint } = intent.namespace;
    return [waypoint ? name : '', this.labels(name), 'target' in intent ? kept(this.ofTargets, intent.target, () => this.target(intent.target)) : ''];
  }

  private labels(namespace: string): string {
    return kept(this.ofNamespaces, namespace, () => JSON.stringify(wordsOf(this.surroundings.labelsOf(namespace))));
  }

  private target({ path, pod, services }: WorkloadFacts): string {
    const own = this.surroundings.workload(path);
    const isGateway = this.gateways.map(gateway => gateway.kind === 'classic' && selects(gateway.labels, pod.labels));
    const ofServices = services.map(({ labels, annotations }) => [wordsOf(labels), wordsOf(annotations)]);
    return JSON.stringify([own && meshWords(own), wordsOf(pod.labels), isGateway, ofServices]);
  }
}

/** What pods say of the mesh themselves, by labels, annotations, containers and the network they use; empty where they say nothing. */
export function meshWords({ pod: { labels, annotations, hostNetwork }, podSpec }: Sender): string {
  const containers = [...podSpec.containers, ...podSpec.initContainers].filter(container => JSON.stringify(container).includes('istio'));
  const words = [...Object.entries(wordsOf(labels)), ...Object.entries(wordsOf(annotations)), ...containers, ...hostNetwork ? ['hostNetwork'] : []];
  return words.length === 0 ? '' : JSON.stringify(words);
}

function wordsOf(labels: Labels): Labels { return Object.fromEntries(Object.entries(labels).filter(([name]) => name.includes('istio'))); }

function selects(wanted: Labels, labels: Labels): boolean { return Object.entries(wanted).every(([name, value]) => labels[name] === value); }
