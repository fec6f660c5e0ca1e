import { IConstruct } from 'constructs';
import { checkWithEachValidation } from './validation';
import { MeshConfigData } from '../../../intent/mesh-config';
import { contribute } from '../index/mesh-contributions';

/**
 * Adds to the settings of the mesh what a construct needs: they are rendered with those of the ZeroTrustMesh, and the rest of the app goes by them. What others say
 * differently, and an app that has no ZeroTrustMesh, is told at the construct.
 */
export function contributeToMesh(construct: IConstruct, config: MeshConfigData): void {
  contribute(construct, config);
  checkWithEachValidation(construct.node.root);
}
