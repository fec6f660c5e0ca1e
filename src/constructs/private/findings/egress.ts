import { Intent } from '../../../intent/intent';
import { OutboundTrafficPolicy } from '../../../intent/mesh-config';
import { list, object, text } from '../../../util/shape';
import { Escaping, escaping, openSidecars, wideEntries } from '../../../validation/findings/egress';
import { Observation } from '../../../validation/findings/observation';
import { boundariesOf, boundedBy } from '../index/egress-boundaries';
import { runsGateway } from '../index/gateway-pods';
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
  return boundariesOf(world).flatMap(bounds => boundedBy(bounds, world).flatMap(workload => {
    const { path, podSpec, pod: { labels, annotations, hostNetwork } } = workload;
    const past = pastSidecar(annotations);
    const inject = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
    const how = hostNetwork ? 'has the network of its host'
      : runsGateway(workload) ? 'runs beside a gateway, whose proxy takes nothing of what it sends'
        : inject === 'false' || world.isOutside(workload) ? 'has no sidecar'
          : isUninjected(workload.namespace, world) && inject !== 'true' ? 'has no sidecar, as its namespace has no label for one'
            : past ? `lets connections past its sidecar by annotation ${past[0]}: '${past[1]}'` : pastByAnyUser(podSpec) ?? pastByCapability(podSpec);
    return how === undefined ? [] : [{ path, boundary: bounds.construct.node.path, how }];
  }));
}

/** Of a namespace that another app makes the labels are not known. */
function isUninjected(name: string, world: World): boolean {
  const written = world.tree.namespace(name);
  return written !== undefined && !isInjected(written.labels);
}
