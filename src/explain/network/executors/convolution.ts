import { tf } from '../../engine';
import type { Operation, Pair } from '../graph';
import { native, sliding } from './native';
import { padMap } from './pad-map';

type Convolution = Operation & { kind: 'conv2d' };

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

/** The slope at the input (of `shape`) of a convolution with one group from that at its output. */
export function convolveBackward(
  dy: tf.Tensor4D,
  weight: tf.Tensor4D,
  operation: Convolution,
  shape: readonly [number, number, number, number],
): tf.Tensor4D {
  const { stride, padding, dilation } = operation;
  const how = { ...sliding(stride, padding, padsSame(operation)), dilations: [1, 1, 1, 1], use_cudnn_on_gpu: false };
  const size = tf.tensor1d([...shape], 'int32');
  return native('Conv2DBackpropInput', how, [size, spreadKernel(weight, dilation), dy]);
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
  // The engine's depthwise convolution wants equal strides.
  if (groups === x.shape[3] && stride[0] === stride[1]) return tf.depthwiseConv2d(padded, spread, strides, mode);
  const [height, width] = spread.shape;
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
