import { WhylightError } from '../errors';
import type { Graph } from './graph';

/**
 * The graph with another ε in all of its batch norms: frameworks differ in it, and a weights file does not tell.
 * @throws WhylightError where the graph has no batch norm.
 */
export function withBatchNormEpsilon(graph: Graph, epsilon: number): Graph {
  if (!graph.some(({ operation }) => operation.kind === 'batchNorm')) {
    throw new WhylightError(`batchNormEpsilon: ${epsilon}, and the network has no batch norm`);
  }
  return graph.map((node) =>
    node.operation.kind === 'batchNorm' ? { ...node, operation: { ...node.operation, epsilon } } : node,
  );
}
