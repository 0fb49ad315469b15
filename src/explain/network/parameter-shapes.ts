import type { Graph } from './graph';
import { nodeShapes } from './node-shapes';

/** Every parameter a graph needs, with its shape in PyTorch's order. */
export function parameterShapes(graph: Graph, inputShape: readonly number[]): Map<string, readonly number[]> {
  const shapes = nodeShapes(graph, inputShape);
  const result = new Map<string, readonly number[]>();
  for (const { name, operation, inputs } of graph) {
    const input = shapes.get(inputs[0] ?? '') ?? [];
    if (operation.kind === 'conv2d') {
      result.set(`${name}.weight`, [operation.filters, input[2]! / operation.groups, ...operation.kernel]);
      if (operation.bias) result.set(`${name}.bias`, [operation.filters]);
    } else if (operation.kind === 'batchNorm') {
      for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
        result.set(`${name}.${part}`, [input.at(-1)!]);
    } else if (operation.kind === 'dense') {
      result.set(`${name}.weight`, [operation.units, input[0]!]);
      if (operation.bias) result.set(`${name}.bias`, [operation.units]);
    }
  }
  return result;
}
