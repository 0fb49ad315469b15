import { foldBatchNorm } from '../fold-batch-norm';
import type { Graph } from '../graph';
import type { Network } from '../network';
import { activations } from './activations';
import { type ForwardOptions, type ForwardSession, openForward } from './forward';

/** Nodes before another one that nodes after it read: what shortcuts and parallel branches take past it. */
function nodesPast(graph: Graph, node: string): string[] {
  const at = graph.findIndex(({ name }) => name === node);
  const before = new Set(graph.slice(0, at).map(({ name }) => name));
  return [...new Set(graph.slice(at + 1).flatMap(({ inputs }) => inputs))].filter((name) => before.has(name));
}

/**
 * Opens a forward session that starts at any node, also at one that shortcuts bypass: what they take past it keeps its
 * value on one image.
 *
 * @param input that image, H×W×3 of the network's input.
 * @param options as of `openForward`; batches are compiled where nothing goes past the node.
 * @throws WhylightError for an unknown node.
 */
export function openForwardAround(
  network: Network,
  from: string,
  input: Float32Array,
  options: Pick<ForwardOptions, 'copies' | 'batch' | 'precision'> = {},
): ForwardSession {
  const { graph } = foldBatchNorm(network, [from]).network;
  const past = graph.some(({ name }) => name === from) ? nodesPast(graph, from) : [];
  if (past.length === 0) return openForward(network, { ...options, from });
  const { maps } = activations(network, input, past);
  const values = past.map((name) => [name, maps.get(name)!.values] as const);
  return openForward(network, { ...options, from, past: new Map(values) });
}
