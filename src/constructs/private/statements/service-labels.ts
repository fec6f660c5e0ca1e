import { ApiObject } from 'cdk8s';
import { Labels } from '../../../intent/workload';
import { USE_WAYPOINT } from '../../../policy/workloads/label-names';
import { Clusters } from '../index/clusters';
import { declarationsOf, NamespaceDeclaration } from '../index/declarations';
import { Tree } from '../index/tree';
import { labelsFor } from '../index/waypoint-labels';

/** Labels Services for the waypoints that are declared for them, as far as they say nothing themselves: the complete app shows which there are. Whether any was labelled. */
export function labelServices({ trees }: Clusters): boolean {
  const found = [...trees.values()].flatMap(tree => declarationsOf(tree.constructs).namespaces.flatMap(declared => unlabelled(declared, tree)));
  found.forEach(label);
  return found.length > 0;
}

interface Unlabelled { readonly object: ApiObject; readonly labels: Labels }

function unlabelled({ name, serviceWaypoints = [] }: NamespaceDeclaration, tree: Tree): Unlabelled[] {
  if (serviceWaypoints.length === 0) { return []; }
  const written = tree.objectsIn(name, 'core/Service').filter(({ metadata }) => metadata.getLabel(USE_WAYPOINT) === undefined);
  return serviceWaypoints.flatMap(declared => {
    const labels = labelsFor(declared, name);
    return written.filter(object => declared.services.includes(object.name)).map(object => ({ object, labels }));
  });
}

function label({ object, labels }: Unlabelled): void {
  for (const [name, value] of Object.entries(labels)) {
    if (object.metadata.getLabel(name) === undefined) { object.metadata.addLabel(name, value); }
  }
}
