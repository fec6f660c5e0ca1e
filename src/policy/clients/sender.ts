import { EnvoyClient } from './client';
import { proxyOfClient } from './client-proxy';
import { WaypointClient, clientOfWorkload } from './waypoint-clients';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind, RequestSource } from '../request/request';
import { Inventory, Labels } from '../resources/inventory';
import { fullName } from '../resources/policy';
import { findMadePods } from '../workloads/gateway-pods';
import { insteadOf } from '../workloads/missing';
import { findWorkloads, Workload, WORKLOAD_KINDS } from '../workloads/workload';

/** A workload that sends requests. */
export interface Sender {
  readonly workload: Workload;
  /** The labels of its pods, with those that injection adds. */
  readonly labels: Labels;
  /** Undefined for none: it sends plaintext. */
  readonly proxy?: ProxyKind;
  /** Of the control plane that tells its proxy what there is; undefined where that is not known. */
  readonly revision?: string;
  readonly notes: readonly string[];
  /** What must be so for this one to send, where there are several of its name. */
  readonly if?: string;
}

/** The workloads of a source that names one: pods, or a Gateway, which stands for those that Istio makes for it. */
export function sendersOf(inventory: Inventory, mesh: Mesh, { workload: path = '', principal, serviceAccount }: RequestSource): Sender[] {
  if (principal !== undefined || serviceAccount !== undefined) {
    throw new Error(`source must have a workload or an identity, got both '${path}' and '${principal ?? serviceAccount}'; leave one out`);
  }
  const [namespace, name, ...rest] = path.split('/');
  const isName = name !== undefined && rest.length === 0;
  const found = isName ? findWorkloads(inventory, namespace, name) : [];
  const all = isName && found.length === 0 ? [findMadePods(inventory, namespace, name) ?? []].flat() : found;
  if (all.length === 0) {
    const instead = rest.length > 0 ? '' : insteadOf(inventory, WORKLOAD_KINDS, name === undefined ? '' : namespace, name ?? namespace);
    throw new Error(`source.workload must be the NAMESPACE/NAME of a workload of the manifests, got '${path}'; add its manifest, or state its serviceAccount${instead}`);
  }
  const isOne = all.length === 1;
  return all.map(workload => ({ ...senderAs(inventory, mesh, workload), if: isOne ? undefined : `it is sent by '${workload.kind} ${fullName(workload)}'` }));
}

function senderAs(inventory: Inventory, mesh: Mesh, workload: Workload): Sender {
  const { kind, why, broken, notes, labels, revision } = proxyOfClient(inventory, mesh, workload);
  if (kind) return { workload, labels, revision, proxy: kind, notes };
  return { workload, labels, notes: [...notes, `${why ?? broken}: it sends plaintext, without identity`] };
}

/** How a sender meets waypoints; what was assumed is said of the sender. */
export function clientOf(inventory: Inventory, mesh: Mesh, { workload }: Sender): WaypointClient {
  return { ...clientOfWorkload(inventory, mesh, workload), notes: [] };
}

/** A sender whose proxy is Envoy. */
export function envoyClient({ workload: { namespace }, labels, proxy }: Sender): EnvoyClient | undefined {
  return proxy === undefined || proxy === ProxyKind.ZTUNNEL ? undefined : { kind: proxy, namespace, labels };
}
