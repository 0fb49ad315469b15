import { type GraphNode, readersOf } from './graph';
import type { Network } from './network';
import { descriptionOf } from './operations';
import { fittingParameter, graphWeights, ownerOf } from './parameter-shapes';

/** A network with batch norm folded into convolutions, and the way back. */
export interface FoldedNetwork {
  readonly network: Network;
  /** The network as it was: folding is undone by using this. */
  readonly unfolded: Network;
  /** Convolutions whose own output no longer exists as a node. */
  readonly folded: readonly string[];
}

const cache = new WeakMap<Network, Map<string, FoldedNetwork>>();

/**
 * Folds every batch norm (or other affine function of each channel) that alone reads a convolution into that convolution:
 * its node becomes a convolution with bias under its own name, and the convolution's node disappears. Outputs stay equal to
 * float32 rounding.
 *
 * @param keep convolutions whose own output must stay a node.
 */
export function foldBatchNorm(network: Network, keep: Iterable<string> = []): FoldedNetwork {
  const protectedNodes = new Set(keep);
  const relevant = network.graph.filter((node) => protectedNodes.has(node.name) && descriptionOf(node).absorb !== null);
  const key = relevant.map(({ name }) => name).join('\n');
  const before = cache.get(network)?.get(key);
  if (before !== undefined) return before;
  const result = fold(network, protectedNodes);
  const byKey = cache.get(network) ?? new Map<string, FoldedNetwork>();
  byKey.set(key, result);
  cache.set(network, byKey);
  return result;
}

function fold(network: Network, protectedNodes: ReadonlySet<string>): FoldedNetwork {
  const nodes = new Map(network.graph.map((node) => [node.name, node]));
  const readers = readersOf(network.graph);
  const weights = graphWeights(network.graph, network.inputShape);
  const parametersOf = (node: GraphNode) => (part: string) => {
    const name = `${node.name}.${part}`;
    return fittingParameter(network.parameters, name, weights.get(name)?.shape);
  };
  const parameters = new Map(network.parameters);
  const folded: string[] = [];
  const replaced = new Map<string, GraphNode>();
  for (const node of network.graph) {
    const { affine } = descriptionOf(node);
    const before = nodes.get(node.inputs[0]!);
    const absorb = before && descriptionOf(before).absorb;
    if (!affine || !absorb || readers.get(before.name)!.length > 1 || protectedNodes.has(before.name)) continue;
    const values = affine(node.operation, (part) => parametersOf(node)(part).values);
    const joined = absorb(before.operation, parametersOf(before), values);
    for (const name of parameters.keys()) {
      if (ownerOf(name) === before.name || ownerOf(name) === node.name) parameters.delete(name);
    }
    for (const [part, parameter] of Object.entries(joined.parameters))
      parameters.set(`${node.name}.${part}`, parameter);
    replaced.set(node.name, { ...node, operation: joined.operation, inputs: before.inputs });
    folded.push(before.name);
  }
  const gone = new Set(folded);
  const graph = network.graph.filter(({ name }) => !gone.has(name)).map((node) => replaced.get(node.name) ?? node);
  return { network: { ...network, graph, parameters }, unfolded: network, folded };
}
