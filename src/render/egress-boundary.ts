import { outOfAmbient } from './outside';
import { Rendering } from './rendering';
import { EgressBoundaryIntent, KnownHost } from '../intent/egress-intent';
import { DataPlane } from '../intent/mesh';
import { SidecarOutboundMode, SidecarSpec } from '../istio/sidecar';
import { quoted, unique } from '../util/text';

/**
 * Sidecars block what they do not know, and know what is listed, host by host: `./*` would let whoever may write ServiceEntries in the namespace open it. The namespace of the control plane
 * is known as a whole.
 */
export function renderEgressBoundary({ mesh, within, dataPlane, pods, hosts }: EgressBoundaryIntent): Rendering {
  const { rootNamespace } = mesh;
  const known = hosts.filter(({ namespace }) => namespace !== rootNamespace).map(host => written(host, within));
  const sidecar: SidecarSpec = {
    ...pods ? { workloadSelector: { labels: { ...pods.selectorLabels } } } : {},
    outboundTrafficPolicy: { mode: SidecarOutboundMode.REGISTRY_ONLY },
    egress: [{ hosts: [...unique(known).sort(), `${rootNamespace}/*`] }],
  };
  return { specs: { sidecar }, problems: [...ofRoot(within, rootNamespace), ...ofAmbient(within, dataPlane)] };
}

function written({ namespace, host }: KnownHost, within: string): string { return `${namespace === within ? '.' : namespace}/${host}`; }

/** There it would be for all namespaces without one of their own. */
function ofRoot(within: string, rootNamespace: string): string[] {
  return within !== rootNamespace ? [] : [`namespace must not be the root namespace ${quoted(rootNamespace)}, whose Sidecar would be that of all namespaces without one; state it for each namespace, or have the mesh block `
    + 'what it does not know: new ZeroTrustMesh(…, { outboundTrafficPolicy: OutboundTrafficPolicy.REGISTRY_ONLY })'];
}

function ofAmbient(within: string, dataPlane: DataPlane): string[] {
  return dataPlane === DataPlane.AMBIENT ? [outOfAmbient(within)] : [];
}
