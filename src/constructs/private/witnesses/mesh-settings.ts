import { DataPlane, MeshFacts } from '../../../intent/mesh';
import { MeshSettings } from '../../../policy/request/mesh-settings';
import { ProxyKind } from '../../../policy/request/request';

/** What the evaluator needs to know of the mesh. */
export function meshSettings({ trustDomain, trustDomainAliases, rootNamespace, istioVersion, dataPlane }: MeshFacts): MeshSettings {
  const defaultProxy = dataPlane === DataPlane.AMBIENT ? ProxyKind.ZTUNNEL : ProxyKind.SIDECAR;
  return { trustDomain, trustDomainAliases: [...trustDomainAliases], rootNamespace, istioVersion, defaultProxy };
}
