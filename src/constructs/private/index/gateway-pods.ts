import { AppWorkload } from './app-workloads';
import { World } from './world';
import { GatewayData } from '../../../intent/intent';
import { selects } from '../../../intent/ports';
import { PodFacts, WorkloadFacts } from '../../../intent/workload';
import { GATEWAY_NAME, TEMPLATES } from '../../../policy/workloads/label-names';
import { kept } from '../../../util/kept';
import { carries } from '../../../util/labels';
import { commaSeparated, unique } from '../../../util/text';

/** What is looked at of pods. */
interface Pods {
  readonly pod: Pick<PodFacts, 'annotations'>;
  readonly podSpec: { readonly containers: readonly Container[] };
}

interface Container { readonly name?: unknown; readonly args?: unknown }

/** Whether Istio runs its proxy in pods as that of a gateway, which takes nothing of what comes to other containers, and nothing of what they send. */
export function runsGateway({ pod: { annotations }, podSpec }: Pods): boolean {
  return commaSeparated(annotations[TEMPLATES]).includes('gateway')
    || podSpec.containers.some(({ args }) => Array.isArray(args) && args.includes('router'));
}

/** Whether pods are a gateway and nothing else, as those of Istio's charts: a label alone makes none, and what runs beside one is a workload like any other. */
export function isGatewayAlone(pods: Pods): boolean {
  return runsGateway(pods) && pods.podSpec.containers.every(({ name }) => name === PROXY);
}

const PROXY = 'istio-proxy';

/** Whether pods are those that Istio makes for a Gateway: its proxy, and nothing that has but the label. */
export function isMadeFor(gateway: string, { pod: { labels }, podSpec: { containers } }: AppWorkload): boolean {
  const isProxy = ({ name, args }: Container) => name === PROXY && Array.isArray(args) && args.some(arg => arg === 'router' || arg === 'waypoint');
  return labels[GATEWAY_NAME] === gateway && containers.length > 0 && containers.every(isProxy);
}

/** The ports at which pods are the gateway that an IngressGateway, an EgressGateway or a PublicGateway states: what comes there is asked for by these. None for all other pods, whatever they look like. */
export function servedPorts({ namespace, path, pod }: AppWorkload, world: World): readonly number[] {
  const isOf = (facts: WorkloadFacts) => facts.kind === 'Pods' ? facts.namespace === namespace && selects(facts.selectorLabels, pod.labels) : facts.path === path;
  const isPublic = (gateway: GatewayData) => gateway.kind === 'classic' && gateway.namespace === namespace && carries(pod.labels, gateway.labels);
  const { meshes, namespaces } = world.declarations;
  return unique([
    ...servers(world).filter(({ pods }) => isOf(pods)).flatMap(({ ports }) => ports),
    ...[...meshes, ...namespaces].flatMap(({ gateways }) => gateways.filter(isPublic).flatMap(({ ports }) => ports)),
  ]);
}

interface Server { readonly pods: WorkloadFacts; readonly ports: readonly number[] }

const known = new WeakMap<World, readonly Server[]>();

/** The pods of stated gateways; of those that cannot be read their constructs tell. */
function servers(world: World): readonly Server[] {
  return kept(known, world, () => world.declarations.ingresses.flatMap(({ workload, ports }) => {
    try {
      return workload && ports ? [{ pods: workload(), ports: ports() }] : [];
    } catch {
      return [];
    }
  }));
}
