import { Observation } from './observation';

/** A written object, as far as messages name it. */
interface Written {
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

/** A ServiceEntry that no intent makes. */
export interface WrittenEntry extends Written {
  readonly hosts: readonly string[];
  readonly addresses: readonly string[];
  /** Istio takes NONE where none is written. */
  readonly resolution?: string;
  readonly protocols: readonly string[];
}

/** A Sidecar that no intent makes. */
export interface WrittenSidecar extends Written {
  /** Undefined where it says nothing of what is not known, and the settings of the mesh count. */
  readonly mode?: string;
}

/** ZT117: entries by which more is reached than a host, where what is not known is blocked. */
export function wideEntries(entries: readonly WrittenEntry[]): Observation[] {
  return entries.flatMap(entry => {
    const why = widthOf(entry);
    const { namespace, name, path } = entry;
    return why === undefined ? [] : [{ rule: 'ZT117' as const, path, message: `ServiceEntry '${namespace}/${name}' ${why}; state what is called by an EgressAccess` }];
  });
}

function widthOf({ hosts, addresses, resolution = 'NONE', protocols }: WrittenEntry): string | undefined {
  const wildcard = hosts.find(host => host.includes('*'));
  if (wildcard !== undefined) { return `makes all hosts of '${wildcard}' known, as one of which anybody may be reached`; }
  const isTcp = protocols.some(protocol => /^(tcp|mongo|mysql|redis|udp)?$/i.test(protocol));
  if (isTcp && addresses.length === 0) { return 'has a TCP port without addresses, by which any address is reached on that port'; }
  return resolution === 'NONE' ? 'has resolution NONE, by which the proxy connects to whatever address its client chooses' : undefined;
}

/** ZT118: Sidecars that pass on what they do not know. */
export function openSidecars(sidecars: readonly WrittenSidecar[], isBlockedByMesh: boolean): Observation[] {
  return sidecars.filter(({ mode }) => mode === undefined ? !isBlockedByMesh : mode !== 'REGISTRY_ONLY').map(({ namespace, name, path, mode }) => ({
    rule: 'ZT118',
    path,
    message: `Sidecar '${namespace}/${name}' passes on what it does not know${mode === undefined ? ', as it has no outboundTrafficPolicy: its hosts alone close nothing' : `, by ${mode}`}; state an EgressBoundary in its place`,
  }));
}

/** A workload within a boundary, and how what it sends goes round its sidecar. */
export interface Escaping {
  readonly path: string;
  readonly boundary: string;
  readonly how: string;
}

/** ZT119: workloads that a boundary is for, and that are not kept in by it. */
export function escaping(workloads: readonly Escaping[]): Observation[] {
  return workloads.map(({ path, boundary, how }) => ({
    rule: 'ZT119', path, message: `'${path}' is within EgressBoundary '${boundary}', and ${how}, so that what it sends is not kept in; mend that, or keep it in by a NetworkPolicy`,
  }));
}
