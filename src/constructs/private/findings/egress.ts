import { Intent } from '../../../intent/intent';
import { OutboundTrafficPolicy } from '../../../intent/mesh-config';
import { PodFacts } from '../../../intent/workload';
import { flag, list, number, object, record, text } from '../../../util/shape';
import { Escaping, escaping, openSidecars, wideEntries } from '../../../validation/findings/egress';
import { Observation } from '../../../validation/findings/observation';
import { AppWorkload } from '../index/app-workloads';
import { boundariesOf, boundedBy, isBounded, StatedBounds } from '../index/egress-boundaries';
import { isGatewayAlone, runsGateway } from '../index/gateway-pods';
import { pastByAnyUser, pastByCapability, pastSidecar } from '../index/past-sidecars';
import { isInjected, World } from '../index/world';
import { OtherObject } from '../witnesses/other-objects';

const ENTRY = object({ hosts: list(text), addresses: list(text), resolution: text, ports: list(object({ protocol: text })) });
const SIDECAR = object({ outboundTrafficPolicy: object({ mode: text }) });

/** ZT117 to ZT119: ways out, in an app that cares for what leaves it. */
export function waysOut(world: World, intents: readonly Intent[], others: readonly OtherObject[]): Observation[] {
  const isBlockedByMesh = world.mergedMeshConfig.config.outboundTrafficPolicy === OutboundTrafficPolicy.REGISTRY_ONLY;
  if (!isBlockedByMesh && !intents.some(({ kind }) => kind === 'egress' || kind === 'egress-boundary')) { return []; }
  const entries = others.filter(({ kind }) => kind === 'ServiceEntry').map(other => {
    const { hosts = [], addresses = [], resolution, ports = [] } = ENTRY(other.manifest.spec) ?? {};
    return { ...other, hosts, addresses, resolution, protocols: ports.map(({ protocol = '' }) => protocol) };
  });
  const sidecars = others.filter(({ kind }) => kind === 'Sidecar').map(other => {
    const { outboundTrafficPolicy } = SIDECAR(other.manifest.spec) ?? {};
    // one without mode is REGISTRY_ONLY
    return { ...other, mode: outboundTrafficPolicy && (outboundTrafficPolicy.mode ?? 'REGISTRY_ONLY') };
  });
  return [...wideEntries(entries), ...openSidecars(sidecars, isBlockedByMesh), ...escaping(escapingIn(world))];
}

function escapingIn(world: World): Escaping[] {
  return boundariesOf(world).flatMap(bounds => [...boundedBy(bounds, world), ...madeWithin(bounds, world)].flatMap(pods => {
    const how = waySaidBy(pods, world);
    return how === undefined ? [] : [{ path: pods.path, boundary: bounds.construct.node.path, how }];
  }));
}

/** What is looked at of pods, whoever makes them. */
type Sending = Pick<AppWorkload, 'namespace' | 'path'> & { readonly pod: Omit<PodFacts, 'probes'>; readonly podSpec: Parameters<typeof pastByAnyUser>[0] };

function waySaidBy(pods: Sending, world: World): string | undefined {
  const { namespace, podSpec, pod: { labels, annotations, hostNetwork } } = pods;
  const past = pastSidecar(annotations);
  const inject = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  return hostNetwork ? 'has the network of its host'
    : runsGateway(pods) ? 'runs beside a gateway, whose proxy takes nothing of what it sends'
      : inject === 'false' || world.isOutside(pods) ? 'has no sidecar'
        : isUninjected(namespace, world) && inject !== 'true' ? 'has no sidecar, as its namespace has no label for one'
          : past ? `lets connections past its sidecar by annotation ${past[0]}: '${past[1]}'` : pastByAnyUser(podSpec) ?? pastByCapability(podSpec);
}

const SECURITY = object({ runAsUser: number, runAsGroup: number, privileged: flag, capabilities: object({ add: list(text) }) });
const CONTAINERS = list(object({ name: text, args: list(text), securityContext: SECURITY }));

const TEMPLATE = object({
  metadata: object({ labels: record(text), annotations: record(text) }),
  spec: object({ hostNetwork: flag, securityContext: SECURITY, containers: CONTAINERS, initContainers: CONTAINERS }),
});

/** Pods of a kind that only its controller knows, by their template. Gateways go by no boundary. */
function madeWithin(bounds: StatedBounds, world: World): Sending[] {
  return world.otherPods.in(bounds.within).flatMap(({ namespace, path, labels, template, serviceAccount = 'default' }) => {
    if (template === undefined) { return []; }
    const { metadata: { annotations = {} } = {}, spec = {} } = TEMPLATE(template) ?? {};
    const { hostNetwork = false, securityContext, containers = [], initContainers = [] } = spec;
    const podSpec = { serviceAccountName: serviceAccount, hostNetwork, securityContext, containers, initContainers };
    const made = { namespace, path, pod: { labels, annotations, hostNetwork }, podSpec };
    return isGatewayAlone(made) || !isBounded(made, bounds, world) ? [] : [made];
  });
}

/** Of a namespace that another app makes the labels are not known. */
function isUninjected(name: string, world: World): boolean {
  const written = world.tree.namespace(name);
  return written !== undefined && !isInjected(written.labels);
}
