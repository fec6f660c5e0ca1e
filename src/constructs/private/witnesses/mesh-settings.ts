import { DataPlane, MeshFacts } from '../../../intent/mesh';
import { MeshSettings } from '../../../policy/request/mesh-settings';
import { ProxyKind } from '../../../policy/request/request';

/** What the evaluator needs to know of the mesh. Where no version is stated, it takes the newest. */
export function meshSettings({ trustDomain, trustDomainAliases, rootNamespace, istioVersion, dataPlane }: MeshFacts): MeshSettings {
  const defaultProxy = dataPlane === DataPlane.AMBIENT ? ProxyKind.ZTUNNEL : ProxyKind.SIDECAR;
  const version = istioVersion === undefined ? {} : { istioVersion };
  return { trustDomain, trustDomainAliases: [...trustDomainAliases], rootNamespace, ...version, defaultProxy };
}
