import type { GraphNode, Operation } from './graph';
import type { Network } from './network';
import { nodeShapes } from './node-shapes';
import { parameterShapes } from './parameter-shapes';

/** One row of a network's layer table. */
export interface LayerRow {
  /** What `--layer` and `at` take. */
  readonly name: string;
  readonly kind: Operation['kind'];
  readonly inputs: readonly string[];
  /** Output: `[H, W, C]` of a map, `[C]` of a vector. */
  readonly shape: readonly number[];
  /** Numbers stored for it: weights, biases, and a batch norm's running statistics. */
  readonly parameters: number;
  /** Multiplications with a weight on one image; padding counts. 0 for all but convolutions and dense layers. */
  readonly multiplyAdds: number;
}

const product = (lengths: readonly number[]) => lengths.reduce((size, length) => size * length, 1);

/** Every node of a network in the order of evaluation: its name, output shape, parameters and cost. */
export function layerTable({ graph, inputShape }: Pick<Network, 'graph' | 'inputShape'>): LayerRow[] {
  const shapes = nodeShapes(graph, inputShape);
  const counts = new Map<string, number>();
  for (const [name, shape] of parameterShapes(graph, inputShape)) {
    const owner = name.slice(0, name.lastIndexOf('.'));
    counts.set(owner, (counts.get(owner) ?? 0) + product(shape));
  }
  return graph.map((node) => ({
    name: node.name,
    kind: node.operation.kind,
    inputs: node.inputs,
    shape: shapes.get(node.name)!,
    parameters: counts.get(node.name) ?? 0,
    multiplyAdds: multiplyAdds(node, shapes),
  }));
}

function multiplyAdds({ name, operation, inputs }: GraphNode, shapes: ReadonlyMap<string, readonly number[]>): number {
  const input = shapes.get(inputs[0] ?? '') ?? [];
  if (operation.kind === 'dense') return operation.units * input[0]!;
  if (operation.kind !== 'conv2d') return 0;
  return product(shapes.get(name)!) * product(operation.kernel) * (input[2]! / operation.groups);
}
