import { IngressGatewayData, IngressServerData, listeningPort } from '../intent/ingress-intent';
import { MeshFacts } from '../intent/mesh';
import { GATEWAY_API_GROUP } from '../istio/manifest';
import { PolicyTargetReference, WorkloadSelector } from '../istio/selection';
import { quoted, unique } from '../util/text';

/** How policies are attached to a gateway: to the pods of a classic one, to the Gateway of one of the Gateway API. */
export type IngressScope = { readonly selector: WorkloadSelector } | { readonly targetRefs: PolicyTargetReference[] };

/** In the root namespace a selector would find pods of every namespace. */
export function ingressScope({ pods, name }: Pick<IngressGatewayData, 'pods' | 'name'>, { rootNamespace }: MeshFacts, problems: string[]): IngressScope {
  if (!pods) { return { targetRefs: [{ group: GATEWAY_API_GROUP, kind: 'Gateway', name }] }; }
  if (pods.namespace === rootNamespace) {
    problems.push(`${quoted(pods.path)} is in the root namespace ${quoted(rootNamespace)}, where a policy selects the pods of every namespace by their labels; move the gateway to a namespace of its own`);
  }
  return { selector: { matchLabels: { ...pods.selectorLabels } } };
}

/** The ports that the gateway listens on for these servers, as its policies number them. */
export function policyPorts(gateway: Pick<IngressGatewayData, 'pods'>, servers: readonly Pick<IngressServerData, 'port'>[], problems: string[]): string[] {
  return unique(servers.flatMap(({ port }) => {
    const listening = listeningPort(gateway, port);
    if (listening === undefined) { problems.push(unknownPort(gateway, port)); }
    return listening === undefined ? [] : [String(listening)];
  }));
}

function unknownPort({ pods }: Pick<IngressGatewayData, 'pods'>, port: number): string {
  const { path, services } = pods!;
  const known = services.flatMap(({ name, ports }) => ports.map(one => `${one.port} of ${quoted(name)}`));
  return `port ${port} must be one of a Service of the gateway ${quoted(path)}, by which it is known on which port of its pods policies hold; there ${known.length === 0 ? 'is none' : `are ${known.join(', ')}`}: `
    + 'name one of these, add the port to the Service, or describe a Service that something else makes by Workload.fromPods(…, { services: [{ … }] })';
}
