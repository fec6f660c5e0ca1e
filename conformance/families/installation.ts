import { MeshSettings } from 'cdk8s-zero-trust';
import { Mesh, resolveMesh } from '../../src/policy/request/mesh-settings';
import { Inventory } from '../../src/policy/resources/inventory';
import { ISTIO_VALUES, settingsOfValues } from '../../src/policy/resources/istio-values';
import { meshSettingsOf } from '../../src/policy/resources/mesh-config';
import { findWorkload, Workload } from '../../src/policy/workloads/workload';

/** How Istio was installed in a recorded world. */
export interface RecordedInstallation {
  readonly istiod: {
    readonly revisions: string[];
    readonly tags: { [tag: string]: string };
    readonly enableNamespacesByDefault: boolean;
    readonly policy: string;
    readonly explicitDefaultRevision?: boolean;
  };
  /** Helm's values for istiod, where they are not those of the chart. */
  readonly values?: unknown;
  readonly meshConfig?: unknown;
  readonly cni?: { readonly excludeNamespaces: string[] };
  readonly install?: { readonly defaultValidatorRevision: string };
}

export function installedSettings({ istiod, values, meshConfig, cni, install }: RecordedInstallation): MeshSettings {
  const [ofValues, ofMesh] = [settingsOfValues(ISTIO_VALUES(values) ?? {}), meshSettingsOf(meshConfig)];
  const defined = (settings: object = {}) => Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return {
    ...ofMesh,
    revisions: istiod.revisions,
    revisionTags: istiod.tags,
    defaultRevision: install?.defaultValidatorRevision,
    ambientExcludedNamespaces: cni?.excludeNamespaces,
    injection: {
      ...defined(ofMesh.injection),
      ...defined(ofValues.injection),
      automatic: istiod.policy === 'enabled',
      inEveryNamespace: istiod.enableNamespacesByDefault,
      defaultByName: istiod.explicitDefaultRevision,
    },
  };
}

export function installedMesh(world: RecordedInstallation, settings: MeshSettings = {}): Mesh {
  return resolveMesh({ ...installedSettings(world), ...settings });
}

/** A workload that a question names as `KIND/NAMESPACE/NAME`. */
export function workloadIn(inventory: Inventory, name: string): Workload {
  const [, namespace, own] = name.split('/');
  const found = findWorkload(inventory, namespace, own);
  if (!found) throw new Error(`the world must have ${name}`);
  return found;
}
