import { WhylightError } from '../../errors';
import type { Pair } from '../graph';
import { activate } from '../keras/activations';
import { type Arithmetic, combine, isValue, type Operand, perChannel } from '../tensorflow/arithmetic';
import { convolve, dense, pool, type Sliding } from '../tensorflow/convolution';
import { concatenate, globalPool, permuted, pickChannels, reshaped } from '../tensorflow/shaping';
import {
  type Constant,
  channelsOf,
  inOrder,
  type TensorFlowGraph,
  tensorShape,
  type Value,
  vector,
} from '../tensorflow/tensorflow-graph';
import { quoteName } from '../weights/quote-name';
import { shapeOperations } from './constant-operations';
import type { GraphNodeDef } from './graph-def';

/** Adds one of TensorFlow's operations to the graph, or computes it where all that it reads is fixed. */
export type GraphOperation = (graph: TensorFlowGraph, node: GraphNodeDef, inputs: readonly Operand[]) => Operand;

function value({ name, op }: GraphNodeDef, operand: Operand | undefined): Value {
  if (operand !== undefined && isValue(operand)) return operand;
  throw new WhylightError(`node ${name} (${op}) reads fixed numbers where a value of the network is expected`);
}

function constant({ name, op }: GraphNodeDef, operand: Operand | undefined, what: string): Constant {
  if (operand !== undefined && !isValue(operand)) return operand;
  throw new WhylightError(`node ${name} (${op}): its ${what} is computed, not fixed`);
}

const integers = (node: GraphNodeDef, operand: Operand | undefined, what: string) =>
  Array.from(constant(node, operand, what).values, Number);

const same: GraphOperation = (_, __, [x]) => x!;

/** Kinds of real numbers, by name and by number. */
const realKinds = ['DT_FLOAT', 'DT_DOUBLE', 'DT_HALF', 'DT_BFLOAT16', '1', '2', '19', '14'];

const cast: GraphOperation = (_, node, [x]) => {
  const kind = node.attributes.kind('DstT');
  if (!isValue(x!) || kind === null || realKinds.includes(kind)) return x!;
  throw new WhylightError(`node ${node.name} (Cast) makes ${quoteName(kind, 40)} of a value (allowed: real numbers)`);
};

const activation =
  (name: string): GraphOperation =>
  (graph, node, [x]) =>
    activate(graph, node.name, name, value(node, x), 2);

const arithmetic =
  (kind: Arithmetic): GraphOperation =>
  (graph, node, [first, second]) =>
    combine(graph, node.name, kind, first!, second!);

/** Rows and columns of a list of four numbers, one an axis. */
function spatial(node: GraphNodeDef, x: Value, list: readonly number[] | null, otherwise: number): Pair {
  if (list === null) return [otherwise, otherwise];
  const [at, rest] = x.channelsFirst ? [2, [0, 1]] : [1, [0, 3]];
  if (list.length !== 4 || rest.some((axis) => list[axis] !== 1)) {
    throw new WhylightError(`node ${node.name} (${node.op}) steps over ${list.join(', ')} (allowed: rows and columns)`);
  }
  return [list[at]!, list[at + 1]!];
}

function sliding(node: GraphNodeDef, x: Value): Sliding {
  const { attributes, name, op } = node;
  const format = attributes.text('data_format', 'NHWC');
  if (x.map !== null && format !== (x.channelsFirst ? 'NCHW' : 'NHWC')) {
    throw new WhylightError(`node ${name} (${op}) reads axes as ${format}, and they lie otherwise`);
  }
  const padding = attributes.text('padding', 'VALID');
  const stride = spatial(node, x, attributes.numbers('strides'), 1);
  const dilation = spatial(node, x, attributes.numbers('dilations'), 1);
  if (padding === 'EXPLICIT') {
    const edges = attributes.numbers('explicit_paddings') ?? [];
    const at = x.channelsFirst ? 4 : 2;
    const [top, bottom, left, right] = edges.slice(at, at + 4) as [number, number, number, number];
    return { stride, dilation, padding: [top, bottom, left, right] };
  }
  if (padding !== 'SAME' && padding !== 'VALID') throw new WhylightError(`node ${name} (${op}): padding ${padding}`);
  return { stride, dilation, padding: padding === 'SAME' ? 'same' : 'valid' };
}

const convolution =
  (depthwise: boolean): GraphOperation =>
  (graph, node, [input, filter, ...more]) => {
    const x = value(node, input);
    const kernel = constant(node, filter, 'kernel');
    return fused(graph, node, more, (name, bias) =>
      convolve(graph, name, x, kernel, bias, sliding(node, x), depthwise),
    );
  };

const product: GraphOperation = (graph, node, [input, second, ...more]) => {
  const x = value(node, input);
  const { attributes, name } = node;
  const { shape, values } = constant(node, second, 'matrix');
  if (attributes.flag('transpose_a') || attributes.flag('adj_x') || shape.length !== 2) {
    throw new WhylightError(
      `node ${name} (${node.op}) turns what it reads, or multiplies by ${shape.join('×')} numbers`,
    );
  }
  const turned = attributes.flag('transpose_b') || attributes.flag('adj_y');
  const matrix = turned ? transposed(shape as Pair, values) : { shape, values };
  return fused(graph, node, more, (own, bias) => dense(graph, own, x, matrix, bias));
};

function transposed([rows, columns]: Pair, values: ArrayLike<number>): Constant {
  const result = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c]!;
  return { shape: [columns, rows], values: result };
}

const activations: Readonly<Record<string, string>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Elu: 'elu',
  Sigmoid: 'sigmoid',
  Tanh: 'tanh',
  Selu: 'selu',
};

/** What an optimiser has put into a convolution or product: a bias, then an activation. */
function fused(
  graph: TensorFlowGraph,
  node: GraphNodeDef,
  more: readonly Operand[],
  apply: (name: string, bias: Constant | null) => Value,
): Value {
  const words = node.attributes.texts('fused_ops');
  const [first, second] = words;
  const biasFirst = first === 'BiasAdd';
  const bias = biasFirst ? constant(node, more[0], 'bias') : null;
  const last = biasFirst ? second : first;
  if (last === undefined) return apply(node.name, bias);
  const x = apply(`${node.name}.linear`, bias);
  if (words.length <= 2 && last === 'LeakyRelu') {
    return graph.add(node.name, { kind: 'leakyRelu', slope: node.attributes.number('leakyrelu_alpha', 0.2) }, [x]);
  }
  if (words.length <= 2 && last === 'Prelu') return prelu(graph, node, x, constant(node, more[1], 'slope'));
  if (words.length > 2 || !Object.hasOwn(activations, last)) {
    throw new WhylightError(
      `node ${node.name} (${node.op}) joins ${words.join(', ')} (allowed: BiasAdd, then an activation)`,
    );
  }
  return activate(graph, node.name, activations[last]!, x, 2);
}

function prelu(graph: TensorFlowGraph, { name }: GraphNodeDef, x: Value, slope: Constant): Value {
  const numbers = perChannel(name, x, slope);
  const weight = typeof numbers === 'number' ? new Float32Array(channelsOf(x)).fill(numbers) : inOrder(numbers, x);
  return graph.add(name, { kind: 'prelu' }, [x], { weight: vector(weight) });
}

const batchNorm: GraphOperation = (graph, node, [input, ...rest]) => {
  const x = value(node, input);
  const { attributes, name, op } = node;
  if (attributes.flag('is_training'))
    throw new WhylightError(`node ${name} (${op}) normalises by the batch, as in training`);
  const weights = rest.map((operand) => Float32Array.from(constant(node, operand, 'statistics').values));
  if (weights.length < 4 || weights.slice(0, 4).some(({ length }) => length !== channelsOf(x))) {
    throw new WhylightError(`node ${name} (${op}) has other numbers of weights than its ${channelsOf(x)} channels`);
  }
  const [weight, bias, mean, variance] = weights.map(vector);
  return graph.add(name, { kind: 'batchNorm', epsilon: attributes.number('epsilon', 1e-4) }, [x], {
    weight: weight!,
    bias: bias!,
    running_mean: mean!,
    running_var: variance!,
  });
};

const pooled =
  (kind: 'maxPool' | 'avgPool'): GraphOperation =>
  (graph, node, [input]) => {
    const x = value(node, input);
    const kernel = spatial(node, x, node.attributes.numbers('ksize'), 1);
    return pool(graph, node.name, x, kind, kernel, sliding(node, x));
  };

const reduced =
  (kind: 'globalAvgPool' | 'globalMaxPool'): GraphOperation =>
  (graph, node, [input, axes]) => {
    const x = value(node, input);
    const rank = tensorShape(x).length + 1;
    const own = integers(node, axes, 'axes').map((axis) => (axis < 0 ? axis + rank : axis));
    const spatialAxes = x.channelsFirst ? '2,3' : '1,2';
    if (own.sort((a, b) => a - b).join() !== spatialAxes) {
      throw new WhylightError(
        `node ${node.name} (${node.op}) is over the axes ${own.join(', ')} (allowed: rows and columns)`,
      );
    }
    return globalPool(graph, node.name, x, kind, node.attributes.flag('keep_dims'));
  };

const pad: GraphOperation = (graph, node, [input, edges, filling]) => {
  const x = value(node, input);
  const around = integers(node, edges, 'padding');
  const zero = filling === undefined || integers(node, filling, 'filling').every((number) => number === 0);
  const axes = x.channelsFirst ? [2, 3, 1] : [1, 2, 3];
  const [rows, columns, channels] = axes.map((axis) => [around[2 * axis]!, around[2 * axis + 1]!] as const);
  if (around.length !== 8 || around[0] !== 0 || around[1] !== 0 || !zero) {
    throw new WhylightError(`node ${node.name} (${node.op}) pads otherwise than with zeros around a map`);
  }
  const padding = [rows![0], rows![1], columns![0], columns![1]] as const;
  return graph.add(node.name, { kind: 'pad', padding, channels: [channels![0], channels![1]] }, [x]);
};

const resize =
  (mode: 'nearest' | 'bilinear'): GraphOperation =>
  (graph, node, [input, target]) => {
    const x = value(node, input);
    const [rows, columns] = integers(node, target, 'size');
    const half = node.attributes.flag('half_pixel_centers');
    const corners = node.attributes.flag('align_corners');
    if (x.channelsFirst)
      throw new WhylightError(`node ${node.name} (${node.op}) reads axes as NHWC, and they lie otherwise`);
    // There the nearest is rounded to, and elsewhere the one before.
    if (corners && mode === 'nearest')
      throw new WhylightError(`node ${node.name} (${node.op}) aligns corners (allowed: of a bilinear resize)`);
    const coordinates = half ? 'half-pixel' : corners ? 'align-corners' : 'asymmetric';
    return graph.add(node.name, { kind: 'upsample', size: [rows!, columns!], mode, coordinates }, [x]);
  };

const concat: GraphOperation = (graph, node, inputs) => {
  const axis = integers(node, inputs.at(-1), 'axis')[0]!;
  return concatenate(
    graph,
    node.name,
    inputs.slice(0, -1).map((operand) => value(node, operand)),
    axis,
  );
};

/** Every operation that has a counterpart in the graph. */
export const graphOperations: Readonly<Record<string, GraphOperation>> = {
  Identity: same,
  StopGradient: same,
  Snapshot: same,
  CheckNumerics: same,
  Cast: cast,
  Conv2D: convolution(false),
  _FusedConv2D: convolution(false),
  DepthwiseConv2dNative: convolution(true),
  DepthwiseConv2d: convolution(true),
  FusedDepthwiseConv2dNative: convolution(true),
  MatMul: product,
  _FusedMatMul: product,
  BatchMatMulV2: product,
  BiasAdd: arithmetic('add'),
  BiasAddV1: arithmetic('add'),
  Add: arithmetic('add'),
  AddV2: arithmetic('add'),
  Sub: arithmetic('subtract'),
  Mul: arithmetic('multiply'),
  RealDiv: arithmetic('divide'),
  Div: arithmetic('divide'),
  Maximum: arithmetic('maximum'),
  Minimum: arithmetic('minimum'),
  AddN: (graph, node, inputs) => inputs.reduce((sum, next) => combine(graph, node.name, 'add', sum, next)),
  Neg: (graph, node, [x]) => combine(graph, node.name, 'multiply', value(node, x), { shape: [], values: [-1] }),
  Square: (graph, node, [x]) => combine(graph, node.name, 'multiply', value(node, x), value(node, x)),
  FusedBatchNorm: batchNorm,
  FusedBatchNormV2: batchNorm,
  FusedBatchNormV3: batchNorm,
  Relu: activation('relu'),
  Relu6: activation('relu6'),
  Elu: activation('elu'),
  Selu: activation('selu'),
  Sigmoid: activation('sigmoid'),
  Tanh: activation('tanh'),
  Softplus: activation('softplus'),
  Softmax: activation('softmax'),
  LogSoftmax: activation('log_softmax'),
  LeakyRelu: (graph, node, [x]) =>
    graph.add(node.name, { kind: 'leakyRelu', slope: node.attributes.number('alpha', 0.2) }, [value(node, x)]),
  Prelu: (graph, node, [x, slope]) => prelu(graph, node, value(node, x), constant(node, slope, 'slope')),
  ClipByValue: (graph, node, [x, low, high]) => {
    const [least, most] = [integers(node, low, 'bound')[0]!, integers(node, high, 'bound')[0]!];
    return graph.add(node.name, least === 0 && most === 6 ? { kind: 'relu6' } : { kind: 'clip', least, most }, [
      value(node, x),
    ]);
  },
  MaxPool: pooled('maxPool'),
  AvgPool: pooled('avgPool'),
  Mean: reduced('globalAvgPool'),
  Max: reduced('globalMaxPool'),
  Pad: pad,
  PadV2: pad,
  ConcatV2: concat,
  ResizeBilinear: resize('bilinear'),
  ResizeNearestNeighbor: resize('nearest'),
  Transpose: (_, node, [x, axes]) => {
    const order = integers(node, axes, 'order of axes');
    if (order[0] !== 0) throw new WhylightError(`node ${node.name} (Transpose) moves the batch`);
    return permuted(
      node.name,
      value(node, x),
      order.slice(1).map((axis) => axis - 1),
    );
  },
  Reshape: (graph, node, [x, shape]) => {
    if (!isValue(x!)) return { shape: integers(node, shape, 'shape'), values: x!.values };
    return reshaped(graph, node.name, x, integers(node, shape, 'shape').slice(1));
  },
  Squeeze: (graph, node, [x]) => {
    if (!isValue(x!)) return x!;
    const dims = node.attributes.numbers('squeeze_dims') ?? node.attributes.numbers('axis') ?? [];
    const own = tensorShape(x);
    const gone = new Set(dims.map((axis) => (axis < 0 ? axis + own.length + 1 : axis) - 1));
    return reshaped(
      graph,
      node.name,
      x,
      own.filter((length, i) => (gone.size === 0 ? length !== 1 : !gone.has(i))),
    );
  },
  ExpandDims: (graph, node, [x, axis]) => {
    if (!isValue(x!)) return { shape: [1, ...x!.shape], values: x!.values };
    const own = tensorShape(x);
    const [at] = integers(node, axis, 'axis') as [number];
    const place = (at < 0 ? at + own.length + 2 : at) - 1;
    return reshaped(graph, node.name, x, [...own.slice(0, place), 1, ...own.slice(place)]);
  },
  StridedSlice: (graph, node, inputs) => {
    const [x, ...bounds] = inputs;
    if (!isValue(x!)) return shapeOperations.StridedSlice(node, inputs);
    const [begin, end, step] = bounds.map((operand) => integers(node, operand, 'bounds'));
    const [begins, ends] = ['begin_mask', 'end_mask'].map((name) => node.attributes.number(name, 0));
    const channels = channelsOf(x);
    const free = (axis: number) => ((begins! >> axis) & 1) === 1 && ((ends! >> axis) & 1) === 1 && step![axis] === 1;
    const others = ['ellipsis_mask', 'new_axis_mask', 'shrink_axis_mask'].some(
      (name) => node.attributes.number(name, 0) !== 0,
    );
    if (x.map === null || x.channelsFirst || begin!.length !== 4 || others || ![0, 1, 2].every(free)) {
      throw new WhylightError(`node ${node.name} (StridedSlice) takes a part of a value (allowed: of the channels)`);
    }
    const by = step![3]!;
    const all = Array.from({ length: channels }, (_, i) => i);
    const bound = (number: number) => (number < 0 ? number + channels : number);
    const from = (begins! >> 3) & 1 ? (by < 0 ? channels - 1 : 0) : bound(begin![3]!);
    const to = (ends! >> 3) & 1 ? (by < 0 ? -1 : channels) : bound(end![3]!);
    const picked = (by < 0 ? all.reverse() : all).filter(
      (i) => (by < 0 ? i <= from && i > to : i >= from && i < to) && (i - from) % by === 0,
    );
    return pickChannels(graph, node.name, x, picked);
  },
  Shape: (_, node, [x]) => {
    const lengths = [-1, ...tensorShape(value(node, x))];
    return { shape: [lengths.length], values: lengths };
  },
  Pack: (_, node, inputs) => shapeOperations.Pack(node, inputs),
  Prod: (_, node, inputs) => shapeOperations.Prod(node, inputs),
};
