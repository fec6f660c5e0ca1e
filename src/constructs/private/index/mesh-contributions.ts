import { IConstruct } from 'constructs';
import { Borders } from './borders';
import { MeshContribution } from '../../../intent/merged-mesh-config';
import { MeshConfigData } from '../../../intent/mesh-config';

/** What a construct of the app states of the mesh. */
export interface MeshContributor extends MeshContribution { readonly construct: IConstruct }

const CONTRIBUTION = Symbol.for('cdk8s-zero-trust.mesh-contribution');

/** Adds to the settings of the mesh what a construct needs of them, or says of them. */
export function contribute(construct: IConstruct, config: MeshConfigData): void { Object.defineProperty(construct, CONTRIBUTION, { value: config }); }

/** What all of a cluster state by now, also where the index of the app is not up to date. */
export function contributorsIn(cluster: IConstruct): MeshContributor[] {
  const constructs = cluster.node.root.node.findAll();
  const borders = new Borders(constructs);
  return contributorsAmong(constructs.filter(construct => borders.scopeOf(construct) === cluster));
}

/** What all of some constructs state, in their order. */
export function contributorsAmong(constructs: readonly IConstruct[]): MeshContributor[] {
  return constructs.flatMap(construct => {
    const config = (construct as { [CONTRIBUTION]?: MeshConfigData })[CONTRIBUTION];
    return config === undefined ? [] : { construct, path: construct.node.path, config };
  });
}
