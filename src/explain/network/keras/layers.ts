import { WhylightError } from '../../errors';
import type { Padding, Pair } from '../graph';
import { combine, perChannel, rescale } from '../tensorflow/arithmetic';
import { convolve, dense, pool, type Sliding } from '../tensorflow/convolution';
import { concatenate, flattened, globalPool, permuted, reshaped } from '../tensorflow/shaping';
import {
  type Constant,
  channelsOf,
  inOrder,
  type TensorFlowGraph,
  type Value,
  vector,
} from '../tensorflow/tensorflow-graph';
import { activate, activationName } from './activations';
import type { KerasLayer, KerasWeights } from './keras-model';
import { constantOf } from './topology';

/** What reading a model carries along. */
export interface Reading {
  readonly graph: TensorFlowGraph;
  readonly weights: KerasWeights;
  /** Major version of Keras; 2 where the file does not say. */
  readonly version: number;
  readonly notes: Set<string>;
}

/** Adds one layer to the graph and gives its value. */
type Mapping = (reading: Reading, layer: KerasLayer, inputs: readonly Value[]) => Value;

/** An error that names the layer and what of it is not supported. */
export function unsupported({ className, name }: KerasLayer, what = ''): WhylightError {
  const words = what === '' || what.startsWith(':') ? what : ` ${what}`;
  return new WhylightError(`layer ${name} (${className}) is not supported${words}`);
}

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
  'Identity',
  ...['AugMix', 'CutMix', 'MixUp', 'RandAugment'],
  ...['Brightness', 'ColorDegeneration', 'ColorJitter', 'Contrast', 'ElasticTransform', 'Erasing', 'Flip'],
  ...['GaussianBlur', 'Grayscale', 'Height', 'Hue', 'Invert', 'Perspective', 'Posterization', 'Rotation'],
  ...['Saturation', 'Sharpness', 'Shear', 'Translation', 'Width', 'Zoom'],
].map((name, i) => (i < 13 ? name : `Random${name}`));

const joiningIn =
  (kind: 'add' | 'multiply' | 'maximum' | 'minimum' | 'subtract'): Mapping =>
  ({ graph }, layer, inputs) => {
    checkLayout(layer, inputs);
    return inputs.slice(1).reduce((value, next) => combine(graph, layer.name, kind, value, next), inputs[0]!);
  };

/** Every layer that has a counterpart in the graph. */
export const mappings: Readonly<Record<string, Mapping>> = {
  ...Object.fromEntries(silent.map((name) => [name, same])),
  Conv2D: (reading, layer, [x]) => {
    const [kernel, bias] = withBias(reading, layer, 'kernel');
    checkLayout(layer, [x!]);
    return activated(reading, layer, convolve(reading.graph, layer.name, x!, kernel!, bias ?? null, slidingOf(layer)));
  },
  DepthwiseConv2D: (reading, layer, [x]) => {
    // As Keras 3 and Keras 2 name it.
    const [kernel, bias] = withBias(reading, layer, 'kernel|depthwise_kernel');
    checkLayout(layer, [x!]);
    const sliding = slidingOf(layer);
    return activated(reading, layer, convolve(reading.graph, layer.name, x!, kernel!, bias ?? null, sliding, true));
  },
  SeparableConv2D: (reading, layer, [x]) => {
    const [depthwise, pointwise, bias] = withBias(reading, layer, 'depthwise_kernel', 'pointwise_kernel');
    checkLayout(layer, [x!]);
    const middle = convolve(reading.graph, `${layer.name}.depthwise`, x!, depthwise!, null, slidingOf(layer), true);
    return activated(reading, layer, convolve(reading.graph, layer.name, middle, pointwise!, bias ?? null, still));
  },
  Dense: (reading, layer, [x]) => {
    const [kernel, bias] = withBias(reading, layer, 'kernel');
    return activated(reading, layer, dense(reading.graph, layer.name, x!, kernel!, bias ?? null));
  },
  BatchNormalization: (reading, layer, [x]) => {
    checkAxis(layer, x!);
    const parts = [...scaleAndShift(layer), 'moving_mean', 'moving_variance'];
    const ordered = orderedWeights(reading, layer, x!, parts);
    const epsilon = numberOf(layer, 'epsilon', 1e-3);
    const { gamma, beta, moving_mean: mean, moving_variance: variance } = ordered;
    return reading.graph.add(layer.name, { kind: 'batchNorm', epsilon }, [x!], {
      weight: vector(gamma ?? filled(x!, 1)),
      bias: vector(beta ?? filled(x!, 0)),
      running_mean: vector(mean!),
      running_var: vector(variance!),
    });
  },
  LayerNormalization: (reading, layer, [x]) => {
    checkAxis(layer, x!);
    if (layer.config.rms_scaling === true) throw unsupported(layer, 'with rms_scaling');
    const { gamma, beta } = orderedWeights(reading, layer, x!, scaleAndShift(layer));
    return reading.graph.add(layer.name, { kind: 'layerNorm', epsilon: numberOf(layer, 'epsilon', 1e-3) }, [x!], {
      weight: vector(gamma ?? filled(x!, 1)),
      bias: vector(beta ?? filled(x!, 0)),
    });
  },
  GroupNormalization: (reading, layer, [x]) => {
    checkAxis(layer, x!);
    const { gamma, beta } = orderedWeights(reading, layer, x!, scaleAndShift(layer));
    const count = numberOf(layer, 'groups', 32);
    const groups = count === -1 ? channelsOf(x!) : count;
    const epsilon = numberOf(layer, 'epsilon', 1e-3);
    return reading.graph.add(layer.name, { kind: 'groupNorm', groups, epsilon }, [x!], {
      weight: vector(gamma ?? filled(x!, 1)),
      bias: vector(beta ?? filled(x!, 0)),
    });
  },
  Normalization: (reading, layer, [x]) => {
    checkAxis(layer, x!);
    if (layer.config.invert === true) throw unsupported(layer, 'with invert');
    const fixed = [layer.config.mean, layer.config.variance].map((value) => constantOf(value));
    const stored = fixed.some((value) => value === null);
    const [mean, variance] = stored ? reading.weights.of(layer, ['mean', 'variance', 'count']) : fixed;
    const [centre, spread] = [mean!, variance!].map((weight) => wide(layer, x!, weight));
    const scale = spread!.map((value) => 1 / Math.max(Math.sqrt(value), 1e-7));
    return rescale(
      reading.graph,
      layer.name,
      x!,
      scale,
      centre!.map((value, c) => -value * scale[c]!),
    );
  },
  Rescaling: (reading, layer, [x]) => {
    const [scale, offset] = ['scale', 'offset'].map((key, i) => {
      const value = constantOf(layer.config[key] ?? 1 - i);
      if (value === null) throw unsupported(layer, `with such a ${key} (allowed: a number, or one a channel)`);
      return value.values.length === 1 ? value.values[0]! : wide(layer, x!, value);
    });
    return rescale(reading.graph, layer.name, x!, scale!, offset!);
  },
  ReLU: ({ graph }, layer, [x]) => {
    if (numberOf(layer, 'threshold', 0) !== 0) throw unsupported(layer, 'with a threshold (allowed: 0)');
    const slope = numberOf(layer, 'negative_slope', 0);
    const most = layer.config.max_value == null ? null : numberOf(layer, 'max_value', 0);
    if (slope === 0) {
      if (most === null) return graph.add(layer.name, { kind: 'relu' }, [x!]);
      return graph.add(layer.name, most === 6 ? { kind: 'relu6' } : { kind: 'clip', least: 0, most }, [x!]);
    }
    const leaky = graph.add(layer.name, { kind: 'leakyRelu', slope }, [x!]);
    return most === null ? leaky : graph.add(`${layer.name}.most`, { kind: 'clip', least: null, most }, [leaky]);
  },
  LeakyReLU: ({ graph }, layer, [x]) => {
    const slope = numberOf(layer, 'negative_slope' in layer.config ? 'negative_slope' : 'alpha', 0.3);
    return graph.add(layer.name, { kind: 'leakyRelu', slope }, [x!]);
  },
  ELU: ({ graph }, layer, [x]) => graph.add(layer.name, { kind: 'elu', alpha: numberOf(layer, 'alpha', 1) }, [x!]),
  PReLU: (reading, layer, [x]) => {
    const [alpha] = reading.weights.of(layer, ['alpha']);
    if (alpha!.values.length !== 1 && alpha!.values.length !== channelsOf(x!)) {
      // Keras' own default: a slope for every place.
      if (x!.map === null || alpha!.shape.join() !== x!.map.join() || x!.channelsFirst) {
        throw unsupported(
          layer,
          `with slopes of shape ${alpha!.shape.join('×')} (allowed: one a channel, or one for each place of the map)`,
        );
      }
      const [height, width] = x!.map as readonly [number, number, number];
      return reading.graph.add(layer.name, { kind: 'prelu', places: [height, width] }, [x!], {
        weight: { shape: alpha!.shape, values: Float32Array.from(alpha!.values) },
      });
    }
    const slopes = perChannel(layer.name, x!, alpha!);
    const weight = typeof slopes === 'number' ? filled(x!, slopes) : inOrder(slopes, x!);
    return reading.graph.add(layer.name, { kind: 'prelu' }, [x!], { weight: vector(weight) });
  },
  Activation: (reading, layer, [x]) => activated(reading, layer, x!, layer.name),
  Softmax: ({ graph, version }, layer, [x]) => activate(graph, layer.name, 'softmax', x!, version),
  MaxPooling2D: ({ graph }, layer, [x]) => pooled(graph, layer, x!, 'maxPool'),
  AveragePooling2D: ({ graph }, layer, [x]) => pooled(graph, layer, x!, 'avgPool'),
  GlobalAveragePooling2D: ({ graph }, layer, [x]) => {
    checkLayout(layer, [x!]);
    return globalPool(graph, layer.name, x!, 'globalAvgPool', layer.config.keepdims === true);
  },
  GlobalMaxPooling2D: ({ graph }, layer, [x]) => {
    checkLayout(layer, [x!]);
    return globalPool(graph, layer.name, x!, 'globalMaxPool', layer.config.keepdims === true);
  },
  ZeroPadding2D: ({ graph }, layer, [x]) => {
    checkLayout(layer, [x!]);
    return graph.add(layer.name, { kind: 'pad', padding: edgesOf(layer, 'padding'), channels: [0, 0] }, [x!]);
  },
  Cropping2D: ({ graph }, layer, [x]) => {
    checkLayout(layer, [x!]);
    const [top, bottom, left, right] = edgesOf(layer, 'cropping');
    const [rows, columns] = mapOf(layer, x!);
    const height = rows! - top - bottom;
    return graph.add(layer.name, { kind: 'crop', top, left, height, width: columns! - left - right }, [x!]);
  },
  CenterCrop: ({ graph }, layer, [x]) => {
    checkLayout(layer, [x!]);
    const [rows, columns] = mapOf(layer, x!);
    const [height, width] = [numberOf(layer, 'height', Number.NaN), numberOf(layer, 'width', Number.NaN)];
    if (!(height <= rows! && width <= columns!)) throw unsupported(layer, 'of a smaller map');
    const [top, left] = [(rows! - height) >> 1, (columns! - width) >> 1];
    return graph.add(layer.name, { kind: 'crop', top, left, height, width }, [x!]);
  },
  UpSampling2D: ({ graph }, layer, [x]) => {
    checkLayout(layer, [x!]);
    const [rows, columns] = mapOf(layer, x!);
    const [down, across] = pairOf(layer.config.size, 2);
    return resized(graph, layer, x!, [rows! * down, columns! * across], layer.config.interpolation ?? 'nearest');
  },
  Resizing: ({ graph }, layer, [x]) => {
    checkLayout(layer, [x!]);
    for (const key of ['crop_to_aspect_ratio', 'pad_to_aspect_ratio', 'antialias']) {
      if (layer.config[key] === true) throw unsupported(layer, `with ${key}`);
    }
    const size: Pair = [numberOf(layer, 'height', Number.NaN), numberOf(layer, 'width', Number.NaN)];
    return resized(graph, layer, x!, size, layer.config.interpolation ?? 'bilinear');
  },
  Add: joiningIn('add'),
  Multiply: joiningIn('multiply'),
  Maximum: joiningIn('maximum'),
  Minimum: joiningIn('minimum'),
  Subtract: joiningIn('subtract'),
  Average: (reading, layer, inputs) =>
    rescale(reading.graph, `${layer.name}.mean`, joiningIn('add')(reading, layer, inputs), 1 / inputs.length, 0),
  Concatenate: ({ graph }, layer, inputs) => concatenate(graph, layer.name, inputs, numberOf(layer, 'axis', -1)),
  Flatten: ({ graph }, layer, [x]) => {
    // Told that channels come first, Keras puts them last before it flattens.
    const last = layer.config.data_format === 'channels_first' && x!.channelsFirst;
    return flattened(graph, layer.name, last ? { ...x!, channelsFirst: false } : x!);
  },
  Reshape: ({ graph }, layer, [x]) => reshaped(graph, layer.name, x!, layer.config.target_shape as number[]),
  Permute: (_, layer, [x]) =>
    permuted(
      layer.name,
      x!,
      (layer.config.dims as number[]).map((axis) => axis - 1),
    ),
};

export const layerKinds = Object.keys(mappings);

const still: Sliding = { stride: [1, 1], dilation: [1, 1], padding: 'valid' };

/** A number of a layer's configuration, which numpy's may hold as an object. */
function numberOf(layer: KerasLayer, key: string, otherwise: number): number {
  const value = layer.config[key] ?? otherwise;
  const number = typeof value === 'object' ? ((value as { value?: unknown }).value ?? value) : value;
  const single = Array.isArray(number) && number.length === 1 ? number[0] : number;
  if (typeof single === 'number' && !Number.isNaN(single)) return single;
  throw unsupported(layer, `with ${key} ${JSON.stringify(value)?.slice(0, 60)} (allowed: a number)`);
}

const pairOf = (value: unknown, otherwise: unknown): Pair => {
  const pair = value ?? otherwise;
  return Array.isArray(pair) ? [Number(pair[0]), Number(pair[1])] : [Number(pair), Number(pair)];
};

function edgesOf(layer: KerasLayer, key: string): Padding {
  const value = layer.config[key];
  const [rows, columns] = Array.isArray(value) ? value : [value, value];
  const [[top, bottom], [left, right]] = [pairOf(rows, 1), pairOf(columns, 1)];
  return [top, bottom, left, right];
}

function slidingOf(layer: KerasLayer, kernel?: Pair): Sliding {
  const padding = String(layer.config.padding ?? 'valid').toLowerCase();
  if (padding !== 'valid' && padding !== 'same')
    throw unsupported(layer, `with padding ${padding} (allowed: valid, same)`);
  const stride = pairOf(layer.config.strides, kernel ?? 1);
  return { stride, dilation: kernel === undefined ? pairOf(layer.config.dilation_rate, 1) : [1, 1], padding };
}

/** @throws WhylightError where a layer counts channels along another axis than its map has them. */
function checkLayout(layer: KerasLayer, values: readonly Value[]): void {
  const format = layer.config.data_format;
  if (format !== 'channels_first' && format !== 'channels_last') return;
  for (const { map, channelsFirst } of values) {
    if (map !== null && channelsFirst !== (format === 'channels_first')) {
      throw unsupported(layer, `with ${format} on a map whose channels come ${channelsFirst ? 'first' : 'last'}`);
    }
  }
}

/** @throws WhylightError where a norm is over another axis than the channels. */
function checkAxis(layer: KerasLayer, x: Value): void {
  const { axis } = layer.config;
  if (axis === undefined || axis === null) return;
  const axes = (Array.isArray(axis) ? axis : [axis]).map(Number);
  const allowed = x.map === null && !x.pixel ? [-1, 1] : x.channelsFirst ? [1, -3] : [-1, 3];
  if (axes.length === 1 && allowed.includes(axes[0]!)) return;
  throw unsupported(layer, `over axis ${axes.join(', ')} (allowed: the channels, ${allowed.join(' or ')})`);
}

function mapOf(layer: KerasLayer, { map }: Value): readonly number[] {
  if (map === null) throw unsupported(layer, 'on a vector');
  return map;
}

function withBias({ weights }: Reading, layer: KerasLayer, ...kernels: string[]): readonly Constant[] {
  return weights.of(layer, layer.config.use_bias === false ? kernels : [...kernels, 'bias']);
}

const scaleAndShift = ({ config }: KerasLayer) => [
  ...(config.scale === false ? [] : ['gamma']),
  ...(config.center === false ? [] : ['beta']),
];

const filled = (x: Value, value: number) => new Float32Array(channelsOf(x)).fill(value);

/** One number a channel, of one in all. */
function wide(layer: KerasLayer, x: Value, { shape, values }: Constant): Float32Array {
  const channels = channelsOf(x);
  if (values.length === channels) return Float32Array.from(values);
  if (values.length === 1) return new Float32Array(channels).fill(values[0]!);
  throw unsupported(layer, `with weights of ${shape.join('×')} for ${channels} channels`);
}

function orderedWeights(
  { weights }: Reading,
  layer: KerasLayer,
  x: Value,
  parts: readonly string[],
): Readonly<Record<string, Float32Array>> {
  const own = weights.of(layer, parts);
  return Object.fromEntries(parts.map((part, i) => [part, inOrder(wide(layer, x, own[i]!), x)]));
}

/** A layer's own activation function, as a node after it. */
function activated(
  { graph, version, notes }: Reading,
  layer: KerasLayer,
  x: Value,
  name = `${layer.name}.activation`,
): Value {
  const activation = activationName(layer.config.activation);
  if (activation === 'hard_sigmoid') {
    notes.add(
      `hard_sigmoid is taken as Keras ${version} has it: ${version >= 3 ? 'x/6' : '0.2·x'} + 0.5, between 0 and 1`,
    );
  }
  return activate(graph, name, activation, x, version);
}

function pooled(graph: TensorFlowGraph, layer: KerasLayer, x: Value, kind: 'maxPool' | 'avgPool'): Value {
  checkLayout(layer, [x]);
  const kernel = pairOf(layer.config.pool_size, 2);
  return pool(graph, layer.name, x, kind, kernel, slidingOf(layer, kernel));
}

function resized(graph: TensorFlowGraph, layer: KerasLayer, x: Value, size: Pair, interpolation: unknown): Value {
  const [rows, columns] = mapOf(layer, x);
  if (rows === size[0] && columns === size[1]) return x;
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') {
    throw unsupported(layer, `with interpolation ${String(interpolation)} (allowed: nearest, bilinear)`);
  }
  return graph.add(layer.name, { kind: 'upsample', size, mode: interpolation, coordinates: 'half-pixel' }, [x]);
}
