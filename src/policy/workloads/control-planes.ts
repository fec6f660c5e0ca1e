import { Proxy } from './proxy';
import { hasLabelled, isDiscovered, owners, readBy } from './revision';
import { Workload } from './workload';
import { kept } from '../../util/kept';
import { Mesh } from '../request/mesh-settings';
import { ProxyKind } from '../request/request';
import { Inventory } from '../resources/inventory';
import { fullName } from '../resources/policy';

/** Which control plane serves a proxy, and what that one reads of the manifests: found once for each. */
export class ControlPlanes {
  private readonly read = new Map<string | undefined, Inventory>();

  constructor(private readonly inventory: Inventory, private readonly mesh: Mesh) {}

  /** The revision that something belongs to by its labels, or by those of its namespace; undefined where that is not known. */
  ownerOf({ labels, namespace }: Partial<Pick<Workload, 'labels' | 'namespace'>> = {}): string | undefined {
    const found = owners(this.mesh, labels, namespace === undefined ? undefined : this.inventory.namespaceLabels(namespace));
    return found.length === 1 ? found[0] : undefined;
  }

  /** What a control plane tells its proxies of. */
  readBy(revision: string | undefined): Inventory {
    return kept(this.read, revision, () => readBy(this.inventory, this.mesh, revision));
  }

  /** Why it is not known what a proxy is told, where that matters. */
  whyUnknown(proxy: Pick<Proxy, 'kind' | 'namespace' | 'name' | 'revision'>): string | undefined {
    const name = `'${fullName(proxy)}'`;
    if (proxy.kind === ProxyKind.ZTUNNEL && !isDiscovered(this.inventory, this.mesh, proxy.namespace)) {
      return `the control plane does not read namespace '${proxy.namespace}': what ztunnel does for ${name}, of which it is not told, is not evaluated`;
    }
    const isOpen = proxy.revision === undefined && this.inventory.once(hasLabelled);
    return isOpen ? `it is not known which control plane serves ${name}, and some objects are labelled istio.io/rev for one only` : undefined;
  }
}
