import { WhylightError } from '../errors';
import type { Graph, GraphNode } from './graph';
import { descriptionOf } from './operations';
import type { Shape } from './operations/operation';

/**
 * Output shape of every node: `[H, W, C]` for maps, `[C]` for vectors.
 * @throws WhylightError naming the node whose operation is unknown, and the one whose inputs are too few or many, too
 * small or of the wrong kind.
 */
export function nodeShapes(graph: Graph, inputShape: Shape): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  for (const node of graph) {
    const inputs = inputShapes(node, shapes);
    const shape = descriptionOf(node).shape(node.operation, inputs.length > 0 ? inputs : [inputShape], node.name);
    if (shape.some((length) => length < 1)) {
      throw new WhylightError(`the input ${inputShape.join('×')} is too small: nothing is left at ${node.name}`);
    }
    shapes.set(node.name, shape);
  }
  return shapes;
}

/** Shapes of the values that a node reads, checked against what its operation takes. */
function inputShapes(node: GraphNode, shapes: ReadonlyMap<string, Shape>): Shape[] {
  const { arity, reads, kind } = descriptionOf(node);
  const { name, inputs } = node;
  const [least, most] = arity;
  if (inputs.length < least || inputs.length > most) {
    const allowed =
      least === most ? `${least}` : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    throw new WhylightError(`node ${name} (${kind}) reads ${inputs.length} values (allowed: ${allowed})`);
  }
  return inputs.map((input) => {
    const shape = shapes.get(input);
    if (shape === undefined) throw new WhylightError(`node ${name} reads ${input}, which does not come before it`);
    if (reads !== 'either' && (shape.length === 3) !== (reads === 'maps')) {
      throw new WhylightError(`node ${name} (${kind}) reads ${input}, which is ${shape.join('×')} (allowed: ${reads})`);
    }
    return shape;
  });
}
