import { WhylightError } from '../../errors';
import type { Padding, Pair } from '../graph';
import { numbersIn } from '../operations/operation';
import { type Constant, inOrder, type TensorFlowGraph, type Value, vector } from './tensorflow-graph';

/** How a window slides over a map. */
export interface Sliding {
  readonly stride: Pair;
  readonly dilation: Pair;
  /** TensorFlow's word, or the cells. */
  readonly padding: 'same' | 'valid' | Padding;
}

const floats = ({ values }: Constant): Float32Array =>
  values instanceof Float32Array ? values : Float32Array.from(values);

/** TensorFlow's SAME: the odd row goes to the bottom, the odd column to the right. */
function paddingOf(map: readonly number[], kernel: Pair, { stride, dilation, padding }: Sliding): Padding {
  if (padding === 'valid') return [0, 0, 0, 0];
  if (padding !== 'same') return padding;
  const [rows, columns] = [0, 1].map((axis) => {
    const length = map[axis]!;
    const extent = (kernel[axis]! - 1) * dilation[axis]! + 1;
    return Math.max(0, (Math.ceil(length / stride[axis]!) - 1) * stride[axis]! + extent - length);
  }) as [number, number];
  return [rows >> 1, rows - (rows >> 1), columns >> 1, columns - (columns >> 1)];
}

/**
 * A convolution with TensorFlow's kernel, rows × columns × inputs a group × outputs (depthwise: × channels × multiplier).
 * On a map of one cell that is held as a vector it is a dense layer.
 */
export function convolve(
  graph: TensorFlowGraph,
  name: string,
  x: Value,
  kernel: Constant,
  bias: Constant | null,
  sliding: Sliding,
  depthwise = false,
): Value {
  checkKernel(name, x, kernel, depthwise);
  const [height, width, inputs, last] = kernel.shape as Kernel;
  if (x.map === null) return dense(graph, name, x, { shape: [inputs, last], values: kernel.values }, bias);
  const channels = x.map[2]!;
  const filters = depthwise ? inputs * last : last;
  const size: Pair = [height, width];
  const { stride, dilation } = sliding;
  return graph.add(
    name,
    {
      kind: 'conv2d',
      filters,
      kernel: size,
      stride,
      padding: paddingOf(x.map, size, sliding),
      dilation,
      groups: depthwise ? channels : channels / inputs,
      bias: bias !== null,
    },
    [x],
    {
      weight: { shape: [filters, depthwise ? 1 : inputs, height, width], values: turned(kernel, depthwise) },
      ...(bias && { bias: vector(floats(bias)) }),
    },
  );
}

type Kernel = [height: number, width: number, inputs: number, last: number];

function checkKernel(name: string, x: Value, { shape, values }: Constant, depthwise: boolean): void {
  const text = shape.join('×');
  if (shape.length !== 4 || numbersIn(shape) !== values.length) {
    throw new WhylightError(`${name}: a kernel of ${text} (allowed: rows × columns × inputs × outputs)`);
  }
  const [height, width, inputs, last] = shape as Kernel;
  if (x.map === null) {
    if (height === 1 && width === 1 && !depthwise && x.order === null && inputs === x.length) return;
    throw new WhylightError(`${name}: a convolution of ${text} on ${x.length} numbers (allowed: on a map; or 1×1)`);
  }
  const groups = x.map[2]! / inputs;
  if (depthwise ? groups === 1 : Number.isInteger(groups) && last % groups === 0) return;
  throw new WhylightError(`${name}: a kernel of ${text} on ${x.map[2]} channels`);
}

/** TensorFlow's order of a kernel's axes as PyTorch's. */
function turned({ shape, values }: Constant, depthwise: boolean): Float32Array {
  const [height, width, inputs, last] = shape as Kernel;
  const area = height * width;
  const weight = new Float32Array(values.length);
  for (let k = 0; k < area; k++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < last; o++) {
        const filter = depthwise ? i * last + o : o * inputs + i;
        weight[filter * area + k] = values[(k * inputs + i) * last + o]!;
      }
    }
  }
  return weight;
}

/** A matrix product with TensorFlow's matrix, inputs × units; of each cell where the value is a map. */
export function dense(graph: TensorFlowGraph, name: string, x: Value, matrix: Constant, bias: Constant | null): Value {
  const [inputs, units] = matrix.shape as [number, number];
  if (x.map !== null) {
    if (x.channelsFirst) throw new WhylightError(`${name}: a dense layer over the columns of a map`);
    const kernel = { shape: [1, 1, inputs, units], values: matrix.values };
    return convolve(graph, name, x, kernel, bias, { stride: [1, 1], dilation: [1, 1], padding: 'valid' });
  }
  if (inputs !== x.length || matrix.values.length !== inputs * units) {
    throw new WhylightError(`${name}: a matrix of ${matrix.shape.join('×')} for ${x.length} inputs`);
  }
  const weight = new Float32Array(inputs * units);
  const column = new Float32Array(inputs);
  for (let o = 0; o < units; o++) {
    for (let i = 0; i < inputs; i++) column[i] = matrix.values[i * units + o]!;
    weight.set(inOrder(column, x), o * inputs);
  }
  return graph.add(name, { kind: 'dense', units, bias: bias !== null }, [x], {
    weight: { shape: [units, inputs], values: weight },
    ...(bias && { bias: vector(floats(bias)) }),
  });
}

/** An average or maximum over windows; the mean over the whole map is the global average. */
export function pool(
  graph: TensorFlowGraph,
  name: string,
  x: Value,
  kind: 'maxPool' | 'avgPool',
  kernel: Pair,
  sliding: Sliding,
): Value {
  if (x.map === null) {
    if (x.pixel && kernel.every((length) => length === 1)) return x;
    throw new WhylightError(`${name}: a pool over ${x.length} numbers (allowed: over a map)`);
  }
  const padding = paddingOf(x.map, kernel, sliding);
  const whole = kernel[0] === x.map[0] && kernel[1] === x.map[1] && padding.every((length) => length === 0);
  if (whole && kind === 'avgPool') {
    return { ...graph.add(name, { kind: 'globalAvgPool' }, [x]), pixel: true, channelsFirst: x.channelsFirst };
  }
  const window = { kernel, stride: sliding.stride, padding, ceil: false };
  return graph.add(name, kind === 'maxPool' ? { kind, ...window } : { kind, countPadding: false, ...window }, [x]);
}
