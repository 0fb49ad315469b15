import { WhylightError } from '../errors';
import type { Graph, Operation } from './graph';

/** Length of one axis after a sliding window, torch's rule (in ceil mode the last window starts inside the padded map). */
export function slidingLength(
  length: number,
  kernel: number,
  stride: number,
  before: number,
  after: number,
  { dilation = 1, ceil = false }: { dilation?: number; ceil?: boolean } = {},
): number {
  const room = length + before + after - dilation * (kernel - 1) - 1;
  if (!ceil) return Math.floor(room / stride) + 1;
  const windows = Math.ceil(room / stride) + 1;
  return (windows - 1) * stride >= length + before ? windows - 1 : windows;
}

/**
 * Output shape of every node: `[H, W, C]` for maps, `[C]` for vectors.
 * @throws WhylightError naming the node whose input is too small or of the wrong kind.
 */
export function nodeShapes(graph: Graph, inputShape: readonly number[]): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const node of graph) {
    const inputs = node.inputs.map((name) => {
      const shape = shapes.get(name);
      if (shape === undefined)
        throw new WhylightError(`node ${node.name} reads ${name}, which does not come before it`);
      return shape;
    });
    const shape = outputShape(node.name, node.operation, inputs, inputShape);
    if (shape.some((length) => length < 1)) {
      throw new WhylightError(`the input ${inputShape.join('×')} is too small: nothing is left at ${node.name}`);
    }
    shapes.set(node.name, shape);
  }
  return shapes;
}

function outputShape(
  name: string,
  operation: Operation,
  inputs: readonly (readonly number[])[],
  inputShape: readonly number[],
): readonly number[] {
  const first = inputs[0] ?? [];
  const [height = 0, width = 0, channels = 0] = first;
  switch (operation.kind) {
    case 'input':
      return inputShape;
    case 'conv2d':
    case 'maxPool':
    case 'avgPool': {
      const { kernel, stride, padding } = operation;
      const dilation = operation.kind === 'conv2d' ? operation.dilation : ([1, 1] as const);
      const ceil = operation.kind !== 'conv2d' && operation.ceil;
      return [
        slidingLength(height, kernel[0], stride[0], padding[0], padding[1], { dilation: dilation[0], ceil }),
        slidingLength(width, kernel[1], stride[1], padding[2], padding[3], { dilation: dilation[1], ceil }),
        operation.kind === 'conv2d' ? operation.filters : channels,
      ];
    }
    case 'pad':
      return [
        height + operation.padding[0] + operation.padding[1],
        width + operation.padding[2] + operation.padding[3],
        channels + operation.channels[0] + operation.channels[1],
      ];
    case 'subsample':
      return [Math.ceil(height / operation.stride[0]), Math.ceil(width / operation.stride[1]), channels];
    case 'add':
    case 'concat': {
      const fits = (other: readonly number[]) =>
        other.every((length, axis) => length === first[axis] || (operation.kind === 'concat' && axis === 2));
      if (!inputs.every(fits)) {
        throw new WhylightError(`${name} joins maps that do not fit: ${inputs.map((s) => s.join('×')).join(' and ')}`);
      }
      if (operation.kind === 'add') return first;
      return [height, width, inputs.reduce((sum, shape) => sum + shape[2]!, 0)];
    }
    case 'adaptiveAvgPool':
      return [...operation.size, channels];
    case 'globalAvgPool':
    case 'globalMaxPool':
      return [channels];
    case 'flatten':
      return [height * width * channels];
    case 'dense':
      return [operation.units];
    default:
      return first;
  }
}
