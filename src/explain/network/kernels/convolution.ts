import { tf } from '../../engine';
import { gatherRows } from './gather-rows';
import { inHalf, packed } from './half';
import { native, sliding } from './native';
import { padMap } from './pad-map';
import type { Padding, Pair, SlidingWindow } from './sliding';

/** A convolution without its bias. */
export interface Convolution extends SlidingWindow {
  readonly filters: number;
  readonly dilation: Pair;
  readonly groups: number;
  readonly ceil?: never;
}

/** Whether the engine's `same` padding means the convolution's own. */
function padsSame({ kernel, stride, padding, dilation }: Convolution): boolean {
  return (
    stride.every((s) => s === 1) &&
    kernel.every((k, axis) => {
      const extent = (k - 1) * dilation[axis]!;
      return extent % 2 === 0 && padding[2 * axis] === extent / 2 && padding[2 * axis + 1] === extent / 2;
    })
  );
}

/** `convolve` without a gradient: faster, for the engine then pads as it goes. */
export function convolveForward(x: tf.Tensor4D, weight: tf.Tensor4D, operation: Convolution): tf.Tensor4D {
  const { stride, padding, dilation, groups } = operation;
  if (groups !== 1) return convolve(x, weight, operation);
  const how = { ...sliding(stride, padding, padsSame(operation)), dilations: [1, 1, 1, 1], use_cudnn_on_gpu: false };
  return native('Conv2D', how, [x, spreadKernel(weight, dilation)]);
}

/** A kernel, in the engine's layout, as `convolveHalf` wants it. */
export const halfWeight = (weight: tf.Tensor4D, { dilation }: Convolution): tf.Tensor =>
  tf.tidy(() => packed(spreadKernel(weight, dilation)));

/** A convolution with one group in bfloat16, without its bias: products are added in float32, their sums rounded once. */
export function convolveHalf(x: tf.Tensor4D, weight: tf.Tensor, operation: Convolution): tf.Tensor4D {
  const { stride, padding } = operation;
  const how = { ...sliding(stride, padding, padsSame(operation)), dilations: [1, 1, 1, 1], use_cudnn_on_gpu: false };
  return inHalf('Conv2D', how, x, weight);
}

/** The slope at the input (of `shape`) of a convolution with one group from that at its output. */
export function convolveBackward(
  dy: tf.Tensor4D,
  weight: tf.Tensor4D,
  operation: Convolution,
  shape: readonly [number, number, number, number],
): tf.Tensor4D {
  const { stride, padding, dilation } = operation;
  if (stride[0] > 1 && stride[0] === stride[1] && shape[3] <= FEW) return fewBackward(dy, weight, operation, shape);
  const how = { ...sliding(stride, padding, padsSame(operation)), dilations: [1, 1, 1, 1], use_cudnn_on_gpu: false };
  const size = tf.tensor1d([...shape], 'int32');
  return native('Conv2DBackpropInput', how, [size, spreadKernel(weight, dilation), dy]);
}

/** Channels of a picture: the engine's own backward pass to so few uses a fraction of its vector units. */
const FEW = 4;

/**
 * The slope at a strided convolution's input of few channels, as one convolution of stride 1: of the cells that leave the
 * remainder r when divided by the stride s, cell q reads dy at q + ⌊(r + p)/s⌋ − m with the kernel's tap (r + p) mod s + s·m.
 */
function fewBackward(
  dy: tf.Tensor4D,
  weight: tf.Tensor4D,
  { stride, padding, dilation }: Convolution,
  [batch, height, width, channels]: readonly [number, number, number, number],
): tf.Tensor4D {
  const kernel = spreadKernel(weight, dilation);
  const [step] = stride;
  const [, , , filters] = kernel.shape;
  const down = phaseTaps(kernel.shape[0], step, padding[0]);
  const across = phaseTaps(kernel.shape[1], step, padding[2]);
  const none = kernel.shape[0] * kernel.shape[1];
  const taps = down.taps.flatMap((rows) =>
    across.taps.flatMap((columns) =>
      rows.flatMap((row) => columns.map((column) => (row < 0 || column < 0 ? none : row * kernel.shape[1] + column))),
    ),
  );
  const flat = tf.pad(tf.reshape(kernel, [none, channels, filters]), [
    [0, 1],
    [0, 0],
    [0, 0],
  ]);
  const [tall, wide] = [down.taps.length, across.taps.length];
  const gathered = tf.reshape(gatherRows(flat, Int32Array.from(taps), [taps.length]), [
    tall * wide,
    step * step * channels,
    filters,
  ]);
  const turned = tf.reshape(tf.transpose(gathered, [0, 2, 1]), [tall, wide, filters, step * step * channels]);
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const after = (count: number, { first, taps: all }: typeof down, outputs: number) =>
    count - 1 + first + all.length - outputs;
  const around: Padding = [
    -down.first,
    after(rows, down, dy.shape[1]),
    -across.first,
    after(columns, across, dy.shape[2]),
  ];
  // Where dy is longer than what the cells read, its end is cut off.
  const padded = padMap(dy, around.map((length) => Math.max(0, length)) as unknown as Padding, 0);
  const begin = [0, Math.max(0, -around[0]), Math.max(0, -around[2]), 0] as const;
  const region = tf.slice(padded, [...begin], [batch, rows + tall - 1, columns + wide - 1, filters]);
  const phases = tf.conv2d(region, turned as tf.Tensor4D, 1, 'valid');
  return tf.slice(tf.depthToSpace(phases, step), [0, 0, 0, 0], [batch, height, width, channels]);
}

/** For each place of dy that a cell reads, from `first` on: the kernel's tap for every remainder, −1 where there is none. */
function phaseTaps(length: number, step: number, padding: number) {
  const reads = Array.from({ length: step }, (_, remainder) => {
    const [shift, start] = [Math.floor((remainder + padding) / step), (remainder + padding) % step];
    const count = Math.ceil((length - start) / step);
    return Array.from({ length: Math.max(0, count) }, (_, m) => ({ at: shift - m, tap: start + step * m }));
  });
  const places = reads.flat().map(({ at }) => at);
  const first = Math.min(...places);
  const taps = Array.from({ length: Math.max(...places) - first + 1 }, (_, i) =>
    reads.map((all) => all.find(({ at }) => at === first + i)?.tap ?? -1),
  );
  return { first, taps };
}

/** Grouped, strided, dilated convolution without its bias; `weight` in the engine's layout. Differentiable. */
export function convolve(x: tf.Tensor4D, weight: tf.Tensor4D, operation: Convolution): tf.Tensor4D {
  const { stride, padding, dilation, groups } = operation;
  const same = padsSame(operation);
  // The engine has no gradient for explicit padding: 'same' where it means the same, else padding as a step of its own.
  const padded = same ? x : padMap(x, padding, 0);
  const mode = same ? 'same' : 'valid';
  const strides: [number, number] = [...stride];
  const spread = spreadKernel(weight, dilation);
  if (groups === 1) return tf.conv2d(padded, spread, strides, mode);
  const [height, width] = spread.shape;
  // The engine's depthwise convolution wants equal strides.
  if (groups === x.shape[3] && stride[0] === stride[1]) {
    const each: tf.Tensor4D = tf.reshape(spread, [height, width, groups, operation.filters / groups]);
    return tf.depthwiseConv2d(padded, each, strides, mode);
  }
  const stacked = tf.reshape(spread, [height, width, x.shape[3] / groups, operation.filters]);
  const weights = tf.split(stacked, groups, 3) as tf.Tensor4D[];
  const parts = tf.split(padded, groups, 3) as tf.Tensor4D[];
  return tf.concat(
    parts.map((part, group) => tf.conv2d(part, weights[group]!, strides, mode)),
    3,
  );
}

/** The kernel with zeros between its taps: the engine has no gradient for a dilated convolution. */
function spreadKernel(weight: tf.Tensor4D, [down, across]: Pair): tf.Tensor4D {
  if (down === 1 && across === 1) return weight;
  const [height, width, inputs, outputs] = weight.shape;
  const taps = tf.reshape(weight, [height, 1, width, 1, inputs * outputs]) as tf.Tensor5D;
  const spaced = tf.pad(taps, [
    [0, 0],
    [0, down - 1],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const full: tf.Tensor4D = tf.reshape(spaced, [height * down, width * across, inputs, outputs]);
  return tf.slice(full, [0, 0, 0, 0], [(height - 1) * down + 1, (width - 1) * across + 1, inputs, outputs]);
}
