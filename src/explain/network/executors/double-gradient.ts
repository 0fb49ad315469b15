import { layerTable } from '../layer-table';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import { descriptionOf } from '../operations';
import type { Doubles, ReluRule } from '../operations/operation';

/** Multiply-adds of a network that plain loops are asked for: some seconds. */
const MOST = 1e9;

/** Raw outputs, and the gradient of a weighted sum of them with respect to the input. */
export interface DoubleGradient {
  readonly outputs: Float64Array;
  /** H×W×C. */
  readonly gradient: Float64Array;
}

/** Why a network's gradient cannot be had in double precision: a clause; null where it can. */
export function doubleObstacle(network: Network): string | null {
  const missing = network.graph.find((node) => node.inputs.length > 0 && descriptionOf(node).double === undefined);
  if (missing !== undefined) return `${missing.operation.kind} is not computed in double precision`;
  const work = layerTable(network).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
  return work > MOST ? `${(work / 1e9).toFixed(1)} billion multiply-adds are too many for plain loops` : null;
}

/**
 * The gradient of outputWeights · outputs with respect to the input, every operation and its slope in double precision: what
 * rounding makes of the engine's float32 shows beside it. The weights are the same float32 numbers. Plain loops, one image.
 * @param values H×W×C, normalised.
 */
export function doubleGradient(
  network: Network,
  values: ArrayLike<number>,
  outputWeights: ArrayLike<number>,
  reluRule: ReluRule = 'gradient',
): DoubleGradient {
  const { graph, inputShape, parameters } = network;
  const shapes = nodeShapes(graph, inputShape);
  const results = new Map<string, Doubles>();
  const parts = graph.map((node) => ({
    ...node,
    own: descriptionOf(node).double,
    weight: (part: string) => parameters.get(`${node.name}.${part}`)!.values,
  }));
  for (const { name, operation, own, inputs, weight } of parts) {
    const shape = shapes.get(name)!;
    const read = inputs.map((input) => results.get(input)!);
    results.set(name, { shape, values: own?.forward(operation, read, weight, shape) ?? Float64Array.from(values) });
  }
  const last = graph.at(-1)!.name;
  const slopes = new Map<string, Float64Array>([[last, Float64Array.from(outputWeights)]]);
  for (const { name, operation, own, inputs, weight } of [...parts].reverse()) {
    const slope = slopes.get(name);
    if (own === undefined || slope === undefined) continue;
    const read = inputs.map((input) => results.get(input)!);
    const dy = { shape: shapes.get(name)!, values: slope };
    own.backward(operation, { inputs: read, dy, weight, rule: reluRule }).forEach((part, i) => {
      const before = slopes.get(inputs[i]!);
      slopes.set(inputs[i]!, before === undefined ? part : before.map((value, at) => value + part[at]!));
    });
  }
  return { outputs: results.get(last)!.values, gradient: slopes.get(graph[0]!.name)! };
}
