import { STATUS } from './injection';
import { AskedPod } from './injection-webhooks';
import { DATAPLANE_MODE } from './label-names';
import { parseBool } from '../../util/go/bool';
import { IpBits, ipBits } from '../../util/ip';
import { Mesh } from '../request/mesh-settings';
import { Labels } from '../resources/inventory';


/** Whether ztunnel captures a pod. */
export function isEnrolled(mesh: Mesh, { namespace, namespaceLabels, labels, annotations, hostNetwork }: AskedPod, isInjected: boolean): boolean {
  if (hostNetwork || isInjected || annotations[STATUS] !== undefined) return false;
  if (mesh.ambientExcludedNamespaces.includes(namespace) && mesh.has('ambientExclusions')) return false;
  return labels[DATAPLANE_MODE] === 'ambient' || namespaceLabels[DATAPLANE_MODE] === 'ambient' && labels[DATAPLANE_MODE] !== 'none';
}

/** Whether a pod takes what comes in itself, but for what comes through a tunnel. */
export function bypassesZtunnel(annotations: Labels): boolean {
  return parseBool(annotations['ambient.istio.io/bypass-inbound-capture']) === true;
}

/** The port on which ztunnel takes tunnels, in the pod itself: nothing else can be reached there. */
export const TUNNEL_PORT = 15008;

/** What a pod sees in place of the address of a process on its own node, the kubelet first of all. */
export const PROBE_ADDRESSES = ['169.254.7.127', 'fd16:9254:7127:1337:ffff:ffff:ffff:ffff'];
const PROBES: readonly (IpBits | undefined)[] = PROBE_ADDRESSES.map(ipBits);

/** Why a connection to a pod in ambient mode is not led to ztunnel, by its rules in their order. */
export type Uncaptured = 'no-rule' | 'probe-address' | 'hbone-port';

interface Entrance {
  readonly takesTunnelsOnly?: boolean;
  readonly port: number;
}

/** Why a new connection is not led to ztunnel; undefined if it is. On the port of the tunnels ztunnel listens itself. */
export function whyUncaptured({ takesTunnelsOnly, port }: Entrance, sourceIp: IpBits | undefined): Uncaptured | undefined {
  if (takesTunnelsOnly) return 'no-rule';
  if (sourceIp !== undefined && PROBES.includes(sourceIp)) return 'probe-address';
  return port === TUNNEL_PORT ? 'hbone-port' : undefined;
}
