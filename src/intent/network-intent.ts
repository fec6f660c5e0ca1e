import { MeshFacts, NamespaceFacts } from './mesh';
import { Labels } from './workload';

/** Who is at one end of a connection, as far as the network can tell it. */
export type NetworkParty =
  /** Pods of a namespace that carry some labels. */
  | { readonly kind: 'pods'; readonly namespace: string; readonly labels: Labels; readonly name: string }
  /** Any pod of a namespace. */
  | { readonly kind: 'namespace'; readonly namespace: string }
  /** Addresses, as a CIDR block. */
  | { readonly kind: 'block'; readonly cidr: string }
  | { readonly kind: 'anywhere' };

/** A port below the mesh, which knows no UDP. */
export interface NetworkPortData {
  readonly number: number;
  readonly transport: 'TCP' | 'UDP';
}

/** Connections that what is stated comes to. */
export interface NetworkFlow {
  readonly from: NetworkParty;
  readonly to: NetworkParty;
  /** Those of the pods that take the connections; absent for all, and none where it is empty. */
  readonly ports?: readonly NetworkPortData[];
}

/** Where names are asked for. */
export interface NetworkDns {
  readonly parties: readonly NetworkParty[];
  readonly ports: readonly number[];
}

/** Which NetworkPolicies stand beside the policies of the mesh. */
export interface NetworkTwins {
  /** Where pods that connect to others ask for names; undefined where nothing is said of whom they connect to. */
  readonly egress?: NetworkDns;
  /** Addresses that callers come from whose pods are in no namespace of this cluster. */
  readonly otherClusters: readonly string[];
}

/** Pods that a quarantine cuts off. */
export interface NetworkCut {
  readonly namespace: string;
  /** Labels that select them. */
  readonly labels: Labels;
  readonly podLabels: Labels;
  /** Whether they carry no other labels. */
  readonly isKnown: boolean;
  /** Whether nothing comes in, either, and no names and no control plane are left to them. */
  readonly isWhole: boolean;
}

/** What the network lets pass to, and from, the pods of a namespace. */
export interface NetworkIntent {
  readonly kind: 'network';
  readonly mesh: MeshFacts;
  readonly namespace: NamespaceFacts;
  /** Undefined where there are none. */
  readonly twins?: NetworkTwins;
  /** What may connect to pods of the namespace. */
  readonly ingress: readonly NetworkFlow[];
  /** Where its pods may connect to; empty where nothing is said of that. */
  readonly egress: readonly NetworkFlow[];
  /** What flows do not reach, and do not start from, while a quarantine lasts. */
  readonly cuts: readonly NetworkCut[];
}

/** A party, told from all others. */
export function partyKey(party: NetworkParty): string {
  switch (party.kind) {
    case 'pods': return `pods ${party.namespace} ${labelsKey(party.labels)}`;
    case 'namespace': return `namespace ${party.namespace}`;
    case 'block': return `block ${party.cidr}`;
    case 'anywhere': return 'anywhere';
  }
}

/** Labels in one order, as text. */
export function labelsKey(labels: Labels): string { return Object.entries(labels).map(pair => pair.join('=')).sort().join(); }

/** Ports of TCP. */
export function tcpPorts(...numbers: readonly number[]): NetworkPortData[] { return numbers.map(number => ({ number, transport: 'TCP' })); }
