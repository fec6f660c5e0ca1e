import { proxyOfClient } from './client-proxy';
import { groupedBy } from '../../util/grouped';
import { kept } from '../../util/kept';
import { namespaceInMesh } from '../request/connection';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';
import { madePods } from '../workloads/gateway-pods';
import { Workload, workloadsOf } from '../workloads/workload';
import { proxyOfWorkload } from '../workloads/workload-proxy';

/** How a client meets waypoints: clients in ambient mode use them, gateways where they are told to, all others go past them. */
export type Passage = 'ambient' | 'gateway' | 'past';

/** A client, as far as waypoints go. */
export interface WaypointClient {
  readonly passage: Passage;
  /** Undefined where it is not known. */
  readonly namespace?: string;
  /** What must be so for this passage, where it may be another. */
  readonly if?: string;
  /** What was assumed. */
  readonly notes?: readonly string[];
}

/** How a workload that sends requests meets waypoints. */
export function clientOfWorkload(inventory: Inventory, mesh: Mesh, workload: Workload): WaypointClient {
  const { kind, notes } = proxyOfClient(inventory, mesh, workload);
  return { passage: PASSAGES.get(kind) ?? 'past', namespace: workload.namespace, notes };
}

const PASSAGES: ReadonlyMap<ProxyKind | undefined, Passage> = new Map([[ProxyKind.ZTUNNEL, 'ambient'], [ProxyKind.GATEWAY, 'gateway']]);

/** Workloads by the service accounts that they run as. */
type Accounts = ReadonlyMap<string | undefined, readonly Workload[]>;

/** Finds out how clients that are known by their identity only meet waypoints, and keeps what it found. */
export class WaypointClients {
  private readonly known = new Map<string, readonly WaypointClient[]>();
  private readonly accounts = new Map<string, Accounts>();

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {}

  /** The ways in which a client of an identity may meet waypoints; the empty identity is that of a plaintext client. */
  of(principal: string): readonly WaypointClient[] {
    return kept(this.known, principal, () => this.find(principal));
  }

  private find(principal: string): readonly WaypointClient[] {
    if (principal === '') return [{ passage: 'past' }];
    const running = this.runningAs(principal);
    if (running.length === 0) return [this.byNamespace(principal)];
    const clients = running.map(workload => ({ name: fullName(workload), ...clientOfWorkload(this.inventory, this.mesh, workload) }));
    return [...new Set(clients.map(({ passage }) => passage))].map(passage => {
      const alike = clients.filter(client => client.passage === passage);
      const notes = [...new Set(alike.flatMap(client => client.notes ?? []))];
      return { passage, namespace: alike[0].namespace, if: `it is sent by '${alike.map(({ name }) => name).join("' or '")}'`, notes };
    });
  }

  /** The workloads that run as an identity. */
  runningAs(principal: string): readonly Workload[] {
    const [, domain, namespace, account] = /^spiffe:\/\/([^/]+)\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal) ?? [];
    if (domain === undefined || !this.mesh.trustDomains.includes(domain)) return [];
    return kept(this.accounts, namespace, () => accountsOf(this.inventory, namespace)).get(account) ?? [];
  }

  /** The proxy that pods of a namespace have, if nothing is said of them; undefined for none, and where the manifests do not have the namespace. */
  proxyIn(namespace: string): ProxyKind | undefined {
    if (this.inventory.namespaceLabels(namespace) === undefined) return undefined;
    return proxyOfWorkload(this.inventory, this.mesh, { ...UNKNOWN, namespace }).kind;
  }

  /** What is said of the namespace of a client of which no manifest tells; one of another mesh is in none of the manifests. */
  private byNamespace(principal: string): WaypointClient {
    const namespace = namespaceInMesh(principal, this.mesh);
    const kind = namespace === undefined ? undefined : this.proxyIn(namespace);
    if (kind !== undefined) return { passage: PASSAGES.get(kind) ?? 'past', namespace };
    return { passage: 'ambient', namespace, notes: [`nothing in the manifests runs as '${principal}'; it is taken to be in ambient mode, so that it uses waypoints`] };
  }
}

/** Pods of which nothing is known. */
const UNKNOWN: Omit<Workload, 'namespace'> = { kind: 'Pod', name: '', labels: {}, annotations: {}, ips: [] };

function accountsOf(inventory: Inventory, namespace: string): Accounts {
  return groupedBy([...workloadsOf(inventory, namespace), ...madePods(inventory, namespace)], ({ serviceAccount }) => serviceAccount);
}
