import type { GraphNode } from './graph';
import { layerTable } from './layer-table';
import type { Network } from './network';
import { nodeShapes } from './node-shapes';
import { descriptionOf } from './operations';
import { numbersIn, type Precision } from './operations/operation';

/** Copies of one image in a batch, and batches, by which sizes are reckoned: what is done for each batch counts little. */
const LARGE = 16;

/** What a node holds beside its value and inputs, and which share of its multiply-adds it takes, in a long run. */
export function nodeCost(
  node: GraphNode,
  input: readonly number[],
  precision: Precision = 'float32',
): { bytes: number; share: number } {
  const { operation } = node;
  // The engine pads into a copy and lays patches out beside it: a second copy of the inputs.
  const bytes = 4 * numbersIn(input);
  const { longRun } = descriptionOf(node);
  const batch = [LARGE, ...input];
  const plan = { copies: LARGE ** 2, precision };
  const way = longRun?.way(operation, batch, plan) ?? null;
  if (longRun === null || way === null) return { bytes, share: 1 };
  return { bytes: bytes + longRun.bytes(operation, input, way), share: longRun.share(operation, batch, plan) };
}

/** Largest sum of a node's value and its inputs over the graph, in bytes per image: what a forward pass holds at once, about. */
export function bytesPerImage({ graph, inputShape }: Pick<Network, 'graph' | 'inputShape'>): number {
  const shapes = nodeShapes(graph, inputShape);
  const size = (name: string) => 4 * numbersIn(shapes.get(name)!);
  const lastUse = new Map<string, number>();
  graph.forEach((node, at) => {
    for (const input of node.inputs) lastUse.set(input, at);
  });
  let [held, most] = [0, 0];
  graph.forEach((node, at) => {
    held += size(node.name);
    const beside = node.inputs.reduce((sum, input) => sum + nodeCost(node, shapes.get(input)!).bytes, 0);
    most = Math.max(most, held + beside);
    for (const input of new Set(node.inputs)) if (lastUse.get(input) === at) held -= size(input);
  });
  return most;
}

/** A batch of this many multiply-adds takes about half a second on two cores: an interrupt is obeyed within it. */
export const BATCH_WORK = 50e9;

/**
 * Images in one batch: as many as fit into `memoryMB` of activations and into about half a second's work, 1–256.
 * A property of the network alone, so that the same call gives the same bytes.
 */
export function batchSize(network: Pick<Network, 'graph' | 'inputShape'>, memoryMB: number): number {
  const shapes = nodeShapes(network.graph, network.inputShape);
  const work = layerTable(network).reduce((sum, { multiplyAdds, inputs }, at) => {
    const input = shapes.get(inputs[0] ?? '') ?? [];
    return sum + multiplyAdds * nodeCost(network.graph[at]!, input).share;
  }, 1);
  const fits = Math.min(256, (memoryMB * 1e6) / bytesPerImage(network), BATCH_WORK / work);
  return Math.max(1, Math.floor(fits));
}

/** Images in one batch of gradients: every node's value is held until its gradient is there, and the work is threefold. */
export function gradientBatchSize(network: Pick<Network, 'graph' | 'inputShape'>, memoryMB: number): number {
  const shapes = nodeShapes(network.graph, network.inputShape);
  let held = 0;
  for (const shape of shapes.values()) held += 8 * numbersIn(shape);
  const work = layerTable(network).reduce((sum, { multiplyAdds }) => sum + 3 * multiplyAdds, 1);
  return Math.max(1, Math.floor(Math.min(64, (memoryMB * 1e6) / held, BATCH_WORK / work)));
}
