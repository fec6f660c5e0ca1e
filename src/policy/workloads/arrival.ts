import { annotatedUncaptured, isCaptured } from './sidecar-capture';
import { FoundProxy } from './workload-proxy';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';

/** What becomes of connections to a port of a pod before any policy: a proxy gets them, or the pod, or nobody. */
export interface Arrival {
  /** The proxy that gets them; undefined where none does, or it is not known. */
  readonly kind?: ProxyKind;
  readonly notes: readonly string[];
  readonly broken?: string;
  readonly unknown?: string;
}

export function arrivalAt(found: FoundProxy, port: number | undefined, mesh: Mesh): Arrival {
  const { kind, why, notes, broken, unknown } = found;
  if (broken !== undefined || unknown !== undefined) return { notes, broken, unknown };
  if (kind === undefined) return { notes: [...notes, `${why}: no proxy enforces policy for it`] };
  return port === undefined ? { notes, unknown: UNKNOWN_PORT } : atProxy(kind, found, port, mesh);
}

/** What becomes of connections where the request names the proxy that gets them. */
export function arrivalAtNamed(kind: ProxyKind, port: number | undefined): Arrival {
  return port === undefined ? { notes: [], unknown: UNKNOWN_PORT } : { kind, notes: [] };
}

const UNKNOWN_PORT = 'the container port that the Service leads to is not in the manifests';

function atProxy(kind: ProxyKind, found: FoundProxy, port: number, mesh: Mesh): Arrival {
  const { notes } = found;
  switch (kind) {
    case ProxyKind.SIDECAR: return atSidecar(found, port, mesh);
    case ProxyKind.ZTUNNEL:
    case ProxyKind.GATEWAY: return { kind, notes };
    case ProxyKind.WAYPOINT: return { notes, unknown: 'what a waypoint does with what is sent to its own pods is not evaluated' };
  }
}

function atSidecar({ capture, notes }: FoundProxy, port: number, { injection }: Mesh): Arrival {
  if (!capture || !isCaptured(capture, port)) {
    const annotation = capture && annotatedUncaptured(capture, port);
    const by = annotation === undefined ? '' : `, by annotation ${annotation}`;
    return { notes: [...notes, `port ${port} is not captured by the sidecar${by}: no proxy enforces policy for it`] };
  }
  if (capture.to !== injection.listeningPort) {
    return { notes, broken: `connections are led to port ${capture.to}, and the sidecar listens on ${injection.listeningPort}: meshConfig.proxyInboundListenPort does not hold for Istio's network plugin` };
  }
  if (port === capture.to) return { notes, broken: `port ${port} is the sidecar's own: nothing of the workload is reached there` };
  return { kind: ProxyKind.SIDECAR, notes };
}
