import { Observation } from './observation';

/** ZT112: workloads that are said to be outside the mesh, and are in it; with the construct that says so. */
export function needlesslyOutside(workloads: readonly string[], path: string): Observation[] {
  return workloads.map(workload => ({
    rule: 'ZT112',
    path,
    message: `outsideMesh names '${workload}', which is in the mesh and refuses plaintext at each of its ports; leave it out`,
  }));
}
