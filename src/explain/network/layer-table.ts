import type { Operation } from './graph';
import type { Network } from './network';
import { nodeShapes } from './node-shapes';
import { descriptionOf } from './operations';
import { numbersIn } from './operations/operation';
import { graphWeights, ownerOf } from './parameter-shapes';

/** One row of a network's layer table. */
export interface LayerRow {
  /** What `--layer` and `at` take. */
  readonly name: string;
  readonly kind: Operation['kind'];
  /** The operation in words: `3×3 convolution, stride 2`. */
  readonly title: string;
  readonly inputs: readonly string[];
  /** Output: `[H, W, C]` of a map, `[C]` of a vector. */
  readonly shape: readonly number[];
  /** Numbers stored for it: weights, biases, and a batch norm's running statistics. */
  readonly parameters: number;
  /** Multiplications with a weight on one image; padding counts. 0 for all but convolutions and dense layers. */
  readonly multiplyAdds: number;
}

/** Every node of a network in the order of evaluation: its name, output shape, parameters and cost. */
export function layerTable({ graph, inputShape }: Pick<Network, 'graph' | 'inputShape'>): LayerRow[] {
  const shapes = nodeShapes(graph, inputShape);
  const counts = new Map<string, number>();
  for (const [name, { shape }] of graphWeights(graph, inputShape)) {
    counts.set(ownerOf(name), (counts.get(ownerOf(name)) ?? 0) + numbersIn(shape));
  }
  return graph.map((node) => {
    const { name, operation, inputs } = node;
    const { kind, title, multiplyAdds } = descriptionOf(node);
    const shape = shapes.get(name)!;
    return {
      name,
      kind,
      title: title(operation),
      inputs,
      shape,
      parameters: counts.get(name) ?? 0,
      multiplyAdds: numbersIn(shape) * multiplyAdds(operation, shapes.get(inputs[0]!) ?? []),
    };
  });
}
