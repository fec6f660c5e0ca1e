import { isLeaf, Node, Nodes } from './diagram';
import { kept } from '../util/kept';

/** A diagram with other answers: those that become the same are told apart no longer. */
export function projected(node: Node, nodes: Nodes, to: (answer: string) => string, known: Map<Node, Node>): Node {
  return kept(known, node, () => isLeaf(node)
    ? nodes.leaf(to(node.answer))
    : nodes.fork(node.axis, node.children.map(child => projected(child, nodes, to, known))));
}
