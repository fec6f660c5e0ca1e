import { IConstruct } from 'constructs';
import { DEFAULT_MESH } from '../../../intent/mesh';
import { quoted } from '../../../util/text';
import { Borders } from '../index/borders';
import { World } from '../index/world';

/** The root namespace, for objects there of a construct that is not the mesh: by the ZeroTrustMesh that there is so far, and checked against the one that there is at last. */
export interface RootNamespace {
  readonly name: string;
  readonly check: (world: World) => string[];
}

export function rootNamespaceFor(construct: IConstruct): RootNamespace {
  const borders = new Borders(construct.node.root.node.findAll());
  const name = borders.meshOf(borders.scopeOf(construct)!)?.mesh.rootNamespace ?? DEFAULT_MESH.rootNamespace;
  const check = ({ mesh: { rootNamespace } }: World) => rootNamespace === name ? []
    : [`objects must be in the root namespace ${quoted(rootNamespace)}, which the ZeroTrustMesh said only after ${quoted(construct.node.path)} was made; state the ZeroTrustMesh before it`];
  return { name, check };
}
