import { roleOfPods, workloadsRunningAs } from './gateway-pods';
import { Workload } from './workload';
import { proxyOfWorkload } from './workload-proxy';
import { clientNamespace } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** How a client meets waypoints: clients in ambient mode use them, gateways where they are told to, all others go past them. */
export type Passage = 'ambient' | 'gateway' | 'past';

/** A client, as far as waypoints go. */
export interface Client {
  readonly passage: Passage;
  /** Undefined where it is not known. */
  readonly namespace?: string;
  /** What must be so for this passage, where it may be another. */
  readonly if?: string;
  /** What was assumed. */
  readonly note?: string;
}

/** How a workload that sends requests meets waypoints. */
export function clientOfWorkload(inventory: Inventory, mesh: Mesh, workload: Workload): Client {
  return { passage: passageOf(inventory, mesh, workload), namespace: workload.namespace };
}

function passageOf(inventory: Inventory, mesh: Mesh, workload: Workload): Passage {
  const role = roleOfPods(inventory, workload);
  if (role !== undefined) return role === 'gateway' ? 'gateway' : 'past';
  const { kind } = proxyOfWorkload(inventory, mesh, workload);
  if (kind === ProxyKind.GATEWAY) return 'gateway';
  return kind === ProxyKind.ZTUNNEL ? 'ambient' : 'past';
}

/** Finds out how clients that are known by their identity only meet waypoints, and keeps what it found. */
export class WaypointClients {
  private readonly known = new Map<string, readonly Client[]>();

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {}

  /** The ways in which a client of an identity may meet waypoints; the empty identity is that of a plaintext client. */
  of(principal: string): readonly Client[] {
    const before = this.known.get(principal);
    if (before !== undefined) return before;
    const found = this.find(principal);
    this.known.set(principal, found);
    return found;
  }

  private find(principal: string): readonly Client[] {
    if (principal === '') return [{ passage: 'past' }];
    const account = this.accountOf(principal);
    const running = account ? workloadsRunningAs(this.inventory, account.namespace, account.name) : [];
    if (running.length === 0) return [this.byNamespace(principal)];
    const clients = running.map(workload => ({ workload, passage: passageOf(this.inventory, this.mesh, workload) }));
    return [...new Set(clients.map(({ passage }) => passage))].map(passage => {
      const names = clients.filter(client => client.passage === passage).map(({ workload }) => fullName(workload));
      return { passage, namespace: account?.namespace, if: `it is sent by '${names.join("' or '")}'` };
    });
  }

  /** What is said of the namespace of a client of which no manifest tells. */
  private byNamespace(principal: string): Client {
    const namespace = clientNamespace(principal) ?? '';
    const isKnown = this.inventory.namespaceLabels(namespace) !== undefined;
    const { kind } = isKnown ? proxyOfWorkload(this.inventory, this.mesh, { kind: 'Pod', namespace, name: '', labels: {}, annotations: {}, ips: [] }) : {};
    if (kind !== undefined) return { passage: kind === ProxyKind.ZTUNNEL ? 'ambient' : 'past', namespace };
    return { passage: 'ambient', namespace, note: `nothing in the manifests runs as '${principal}'; it is taken to be in ambient mode, so that it uses waypoints` };
  }

  private accountOf(principal: string): { readonly namespace: string; readonly name: string } | undefined {
    const [, domain, namespace, name] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal) ?? [];
    return domain !== undefined && this.mesh.trustDomains.includes(domain) ? { namespace, name } : undefined;
  }
}
