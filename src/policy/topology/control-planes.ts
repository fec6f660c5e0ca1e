import { hasLabelled, owners, readBy } from './revision';
import { Workload } from './workload';
import { Mesh } from '../request/mesh-settings';
import { Inventory } from '../resources/inventory';

/** Which control plane serves a proxy, and what that one reads of the manifests: found once for each. */
export class ControlPlanes {
  private readonly read = new Map<string | undefined, Inventory>();
  private isLabelled?: boolean;

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {}

  /** The revision that something belongs to by its labels, or by those of its namespace; undefined where that is not known. */
  ownerOf({ labels, namespace }: Partial<Pick<Workload, 'labels' | 'namespace'>> = {}): string | undefined {
    const found = owners(this.mesh, labels, namespace === undefined ? undefined : this.inventory.namespaceLabels(namespace));
    return found.length === 1 ? found[0] : undefined;
  }

  /** What a control plane tells its proxies of. */
  readBy(revision: string | undefined): Inventory {
    const read = this.read.get(revision) ?? readBy(this.inventory, this.mesh, revision);
    this.read.set(revision, read);
    return read;
  }

  /** Why it matters that the control plane of a proxy is not known. */
  whyUnknown(proxy: string, revision: string | undefined): string | undefined {
    this.isLabelled ??= hasLabelled(this.inventory);
    return revision === undefined && this.isLabelled ? `it is not known which control plane serves '${proxy}', and some objects are labelled istio.io/rev for one only` : undefined;
  }
}
