import { IConstruct } from 'constructs';
import { ownDomains } from '../../../intent/merged-mesh-config';
import { settingsNamed } from '../../../intent/mesh-config';
import { Complaint } from '../index/complaint';
import { MeshContributor } from '../index/mesh-contributions';
import { World } from '../index/world';

/** Constructs whose settings of the mesh nobody sees to. */
export function contributionComplaints({ declarations: { meshes }, contributors }: World): Map<IConstruct, Complaint[]> {
  return new Map(meshes.length > 0 ? [] : contributors.map(contributor => [contributor.construct, [withoutMesh(contributor)]]));
}

/** What is wrong with the settings of the mesh as all constructs state them. */
export function checkMeshConfig({ mesh, mergedMeshConfig: { config, contradictions } }: World): string[] {
  return [...contradictions, ...ownDomains(config, mesh)];
}

/** Somebody must see to it that istiod has them, and so the app must say who. */
function withoutMesh({ config }: MeshContributor): Complaint {
  const message = `the mesh must have ${settingsNamed(config).join(', ')} for this, but the app has no ZeroTrustMesh that says how it gets there; `
    + 'add one: new ZeroTrustMesh(chart, \'mesh\', { settings: MeshSettingsOutput.istioOperator() }), or { exists: true } where another app sets up the mesh with it';
  return { message, cause: 'settings without a ZeroTrustMesh' };
}
