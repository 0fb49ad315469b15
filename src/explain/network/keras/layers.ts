import { WhylightError } from '../../errors';
import type { Padding, Pair } from '../graph';
import type { Parameter } from '../network';
import { type GraphOfKeras, sizeOf, type Value } from './graph-of-keras';
import type { KerasLayer, KerasWeight } from './model-file';

/** Adds one layer to the graph and gives its value. */
type Mapping = (graph: GraphOfKeras, layer: KerasLayer, inputs: readonly Value[]) => Value;

const same: Mapping = (_, __, [value]) => value!;

/** Layers that do nothing when a network is only asked. */
const silent = [
  'InputLayer',
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'ActivityRegularization',
  'RandomFlip',
  'RandomRotation',
  'RandomZoom',
];

/** Every layer that has a counterpart in the graph. */
export const mappings: Readonly<Record<string, Mapping>> = {
  ...Object.fromEntries(silent.map((name) => [name, same])),
  Conv2D: (graph, layer, [x]) => {
    const kernel = graph.weight(layer, 'kernel');
    const bias = graph.bias(layer);
    if (x!.map === null) return onOnePixel(graph, layer, x!, kernel, bias);
    check(layer, 'groups', 1);
    return activate(graph, layer, convolve(graph, layer, layer.name, x!, kernel, false, bias));
  },
  DepthwiseConv2D: (graph, layer, [x]) => {
    const kernel = graph.weight(layer, 'depthwise_kernel');
    return activate(
      graph,
      layer,
      convolve(graph, layer, layer.name, mapped(layer, x!), kernel, true, graph.bias(layer)),
    );
  },
  SeparableConv2D: (graph, layer, [x]) => {
    const depthwise = graph.weight(layer, 'depthwise_kernel');
    const middle = convolve(graph, layer, `${layer.name}.depthwise`, mapped(layer, x!), depthwise, true, null);
    const pointwise = graph.weight(layer, 'pointwise_kernel');
    const plain = { ...layer, config: { kernel_size: [1, 1] } };
    return activate(graph, layer, convolve(graph, plain, layer.name, middle, pointwise, false, graph.bias(layer)));
  },
  Dense: (graph, layer, [x]) => {
    if (x!.map !== null) throw unsupported(layer, 'on a map (allowed: after Flatten or a global pool)');
    return activate(graph, layer, dense(graph, layer, x!, graph.weight(layer, 'kernel'), graph.bias(layer)));
  },
  BatchNormalization: (graph, layer, [x]) => {
    const mean = graph.weight(layer, 'moving_mean');
    const filled = (value: number): KerasWeight => ({
      shape: mean.shape,
      values: new Float32Array(mean.values.length).fill(value),
    });
    const order = (weight: KerasWeight) => vector(inOrder(weight.values, x!));
    return graph.add(layer.name, { kind: 'batchNorm', epsilon: Number(layer.config.epsilon ?? 1e-3) }, [x!], {
      weight: order(layer.config.scale === false ? filled(1) : graph.weight(layer, 'gamma')),
      bias: order(layer.config.center === false ? filled(0) : graph.weight(layer, 'beta')),
      running_mean: order(mean),
      running_var: order(graph.weight(layer, 'moving_variance')),
    });
  },
  ReLU: (graph, layer, [x]) => {
    for (const key of ['threshold', 'negative_slope']) check(layer, key, 0);
    const most = layer.config.max_value ?? null;
    if (most !== null && most !== 6) throw unsupported(layer, `with max_value ${most} (allowed: none, 6)`);
    return graph.add(layer.name, { kind: most === 6 ? 'relu6' : 'relu' }, [x!]);
  },
  Activation: (graph, layer, [x]) => activate(graph, layer, x!, layer.name),
  Softmax: (_, __, [x]) => ({ ...x!, end: 'softmax' }),
  MaxPooling2D: (graph, layer, [x]) =>
    graph.add(layer.name, { kind: 'maxPool', ceil: false, ...pool(layer, mapped(layer, x!)) }, [x!]),
  AveragePooling2D: (graph, layer, [x]) =>
    graph.add(layer.name, { kind: 'avgPool', ceil: false, countPadding: false, ...pool(layer, mapped(layer, x!)) }, [
      x!,
    ]),
  GlobalAveragePooling2D: (graph, layer, [x]) => graph.add(layer.name, { kind: 'globalAvgPool' }, [mapped(layer, x!)]),
  GlobalMaxPooling2D: (graph, layer, [x]) => graph.add(layer.name, { kind: 'globalMaxPool' }, [mapped(layer, x!)]),
  ZeroPadding2D: (graph, layer, [x]) => {
    const [[top, bottom], [left, right]] = layer.config.padding as [Pair, Pair];
    return graph.add(layer.name, { kind: 'pad', padding: [top, bottom, left, right], channels: [0, 0] }, [
      mapped(layer, x!),
    ]);
  },
  Add: (graph, layer, inputs) => {
    if (new Set(inputs.map((value) => JSON.stringify(value.order))).size > 1)
      throw unsupported(layer, 'of a flattened map and another vector');
    return graph.add(layer.name, { kind: 'add' }, inputs);
  },
  Concatenate: (graph, layer, inputs) => {
    const axis = Number(layer.config.axis ?? -1);
    if (axis !== -1 && axis !== 3) throw unsupported(layer, `on axis ${axis} (allowed: the channels, -1 or 3)`);
    return graph.add(
      layer.name,
      { kind: 'concat' },
      inputs.map((value) => mapped(layer, value)),
    );
  },
  Flatten: (graph, layer, [x]) => {
    if (x!.map === null) return x!;
    return { ...graph.add(layer.name, { kind: 'flatten' }, [x!]), order: x!.map };
  },
  Reshape: (_, layer, [x]) => {
    // A vector as a map of one pixel, or back: nothing moves.
    const shape = (layer.config.target_shape as number[]).filter((length) => length !== 1);
    const pixel = x!.map === null && shape.length <= 1;
    if (!pixel)
      throw unsupported(
        layer,
        `to ${(layer.config.target_shape as number[]).join('×')} (allowed: a vector as a map of one pixel, and back)`,
      );
    return x!;
  },
};

/** An error that names the layer and what of it is not supported. */
export function unsupported({ className, name }: KerasLayer, what = ''): WhylightError {
  return new WhylightError(`layer ${name} (${className}) is not supported${what === '' ? '' : ` ${what}`}`);
}

function check(layer: KerasLayer, key: string, only: number): void {
  const value = layer.config[key] ?? only;
  if (value !== only) throw unsupported(layer, `with ${key} ${value} (allowed: ${only})`);
}

function mapped(layer: KerasLayer, value: Value): Value {
  if (value.map === null) throw unsupported(layer, 'on a vector');
  return value;
}

/** A layer's own activation function, as a node after it. */
function activate(graph: GraphOfKeras, layer: KerasLayer, x: Value, name = `${layer.name}.activation`): Value {
  const activation = String(layer.config.activation ?? 'linear');
  if (activation === 'linear') return x;
  if (activation === 'softmax' || activation === 'sigmoid') return { ...x, end: activation };
  if (activation !== 'relu' && activation !== 'relu6') {
    throw unsupported(
      layer,
      `with activation ${activation} (allowed: linear, relu, relu6; softmax or sigmoid at the end)`,
    );
  }
  return graph.add(name, { kind: activation }, [x]);
}

const pairOf = (value: unknown, otherwise: unknown): Pair => {
  const pair = value ?? otherwise;
  return Array.isArray(pair) ? [Number(pair[0]), Number(pair[1])] : [Number(pair), Number(pair)];
};

/** TensorFlow's SAME: the odd row goes to the bottom, the odd column to the right. */
function paddingOf(layer: KerasLayer, { map }: Value, kernel: Pair, stride: Pair, dilation: Pair): Padding {
  const mode = String(layer.config.padding ?? 'valid');
  if (mode === 'valid') return [0, 0, 0, 0];
  if (mode !== 'same') throw unsupported(layer, `with padding ${mode} (allowed: valid, same)`);
  const [rows, columns] = [0, 1].map((axis) => {
    const length = map![axis]!;
    const extent = (kernel[axis]! - 1) * dilation[axis]! + 1;
    return Math.max(0, (Math.ceil(length / stride[axis]!) - 1) * stride[axis]! + extent - length);
  }) as [number, number];
  return [rows >> 1, rows - (rows >> 1), columns >> 1, columns - (columns >> 1)];
}

function pool(layer: KerasLayer, x: Value) {
  const kernel = pairOf(layer.config.pool_size, 2);
  const stride = pairOf(layer.config.strides, kernel);
  return { kernel, stride, padding: paddingOf(layer, x, kernel, stride, [1, 1]) };
}

/** Keras' kh × kw × in × out (depthwise: × channels × multiplier) as PyTorch's order. */
function convolve(
  graph: GraphOfKeras,
  layer: KerasLayer,
  name: string,
  x: Value,
  { shape, values }: KerasWeight,
  depthwise: boolean,
  bias: KerasWeight | null,
): Value {
  const [height, width, inputs, last] = shape as [number, number, number, number];
  const kernel: Pair = [height, width];
  const stride = pairOf(layer.config.strides, 1);
  const dilation = pairOf(layer.config.dilation_rate, 1);
  const filters = depthwise ? inputs * last : last;
  const area = height * width;
  const weight = new Float32Array(values.length);
  for (let k = 0; k < area; k++) {
    for (let i = 0; i < inputs; i++) {
      for (let o = 0; o < last; o++) {
        const to = depthwise ? (i * last + o) * area + k : (o * inputs + i) * area + k;
        weight[to] = values[(k * inputs + i) * last + o]!;
      }
    }
  }
  return graph.add(
    name,
    {
      kind: 'conv2d',
      filters,
      kernel,
      stride,
      padding: paddingOf(layer, x, kernel, stride, dilation),
      dilation,
      groups: depthwise ? inputs : 1,
      bias: bias !== null,
    },
    [x],
    {
      weight: { shape: [filters, depthwise ? 1 : inputs, height, width], values: weight },
      ...(bias && { bias: vector(bias.values) }),
    },
  );
}

/** A convolution of a map of one pixel is a dense layer, as in MobileNet's head. */
function onOnePixel(
  graph: GraphOfKeras,
  layer: KerasLayer,
  x: Value,
  kernel: KerasWeight,
  bias: KerasWeight | null,
): Value {
  const [height, width, inputs, filters] = kernel.shape as [number, number, number, number];
  if (height !== 1 || width !== 1) throw unsupported(layer, `of ${height}×${width} on a map of one pixel`);
  const flat = { shape: [inputs, filters], values: kernel.values };
  return activate(graph, layer, dense(graph, layer, x, flat, bias));
}

function dense(graph: GraphOfKeras, layer: KerasLayer, x: Value, kernel: KerasWeight, bias: KerasWeight | null): Value {
  const [inputs, units] = kernel.shape as [number, number];
  if (inputs !== sizeOf(x)) throw unsupported(layer, `with ${inputs} weights for ${sizeOf(x)} inputs`);
  const weight = new Float32Array(inputs * units);
  const column = new Float32Array(inputs);
  for (let o = 0; o < units; o++) {
    for (let i = 0; i < inputs; i++) column[i] = kernel.values[i * units + o]!;
    weight.set(inOrder(column, x), o * inputs);
  }
  return graph.add(layer.name, { kind: 'dense', units, bias: bias !== null }, [x], {
    weight: { shape: [units, inputs], values: weight },
    ...(bias && { bias: vector(bias.values) }),
  });
}

/** Values for a flattened map, from Keras' rows, columns, channels to the graph's channels, rows, columns. */
function inOrder(values: Float32Array, { order }: Value): Float32Array {
  if (order === null) return values;
  const [height, width, channels] = order as [number, number, number];
  const result = new Float32Array(values.length);
  for (let at = 0; at < height * width; at++) {
    for (let c = 0; c < channels; c++) result[c * height * width + at] = values[at * channels + c]!;
  }
  return result;
}

const vector = (values: Float32Array): Parameter => ({ shape: [values.length], values });
