import { IConstruct } from 'constructs';
import { IngressGatewayData, listeningPort } from '../../../intent/ingress-intent';
import { WorkloadFacts } from '../../../intent/workload';
import { carries } from '../../../util/labels';
import { listed, quoted } from '../../../util/text';
import { World } from '../index/world';

/** A gateway that a construct is for, and the ports that its clients call. */
interface StatedGateway extends Pick<IngressGatewayData, 'path' | 'namespace' | 'name' | 'pods'> {
  readonly isExisting?: boolean;
  readonly servers: readonly { readonly port: number }[];
}

/** What the app states beside a gateway that would open it: another for the same pods, pods elsewhere with the same labels, and that everybody may come in. */
export function checkGatewayBeside(gateway: StatedGateway, own: IConstruct, world: World): string[] {
  return [...twins(gateway, own, world), ...alsoServedBy(gateway, world), ...openedToAll(gateway, world)];
}

/** Their policies would be pooled, and what one does not admit the other may. */
function twins({ namespace, name, pods, isExisting }: StatedGateway, own: IConstruct, { declarations }: World): string[] {
  const isTwin = (other: typeof declarations.ingresses[number]) => other.path !== own.node.path && other.namespace === namespace
    && (other.workload ? pods !== undefined && isSame(other.workload(), pods) : !pods && other.name === name);
  const others = isExisting ? [] : declarations.ingresses.filter(isTwin);
  return others.length === 0 ? [] : [`a gateway must be stated by one IngressGateway or EgressGateway, got ${listed([own.node.path, ...others.map(({ path }) => path)].sort())}; state all of its servers by one of them`];
}

/** Workloads of the app are told apart by their paths, and pods that are elsewhere by their labels. */
function isSame(one: WorkloadFacts, other: WorkloadFacts): boolean {
  if (![one, other].some(({ kind }) => kind === 'Pods')) { return one.path === other.path; }
  return carries(one.podLabels, other.selectorLabels) || carries(other.podLabels, one.selectorLabels);
}

/** A Gateway selects pods of all namespaces, while the policies that go with it are for those of its own. */
function alsoServedBy({ namespace, path, pods }: StatedGateway, world: World): string[] {
  const others = pods ? world.workloads.selectedOutside(namespace, pods.selectorLabels).filter(workload => world.isGateway(workload)) : [];
  return others.length === 0 ? [] : [`the Gateway of ${quoted(path)} would have pods of other namespaces serve its hosts, got ${listed(others.map(other => other.path))}, which have the same labels; give the pods of each gateway a label of their own`];
}

/** Everyone may reach a public gateway, whatever accesses ask for. */
function openedToAll(gateway: StatedGateway, { declarations }: World): string[] {
  const ports = gateway.servers.flatMap(({ port }) => listeningPort(gateway, port) ?? []);
  return [...declarations.meshes, ...declarations.namespaces].flatMap(({ path, gateways }) => gateways.filter(other => {
    const isThis = other.namespace === gateway.namespace && (other.kind === 'classic' ? gateway.pods !== undefined && carries(gateway.pods.podLabels, other.labels) : !gateway.pods && other.name === gateway.name);
    return isThis && other.ports.some(port => ports.includes(port));
  }).map(() => `publicGateways of '${path}' admits everyone to what accesses through ${quoted(gateway.path)} name clients for; take it out there`));
}
