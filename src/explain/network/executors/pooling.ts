import { tf } from '../../engine';
import type { Operation, Padding, Pair } from '../graph';
import { slidingLength } from '../node-shapes';
import { native, sliding } from './native';
import { LOWEST, padMap } from './pad-map';

type Pool = Operation & { kind: 'maxPool' | 'avgPool' };

/** Maxima over windows, without a gradient: the engine pads as it goes. */
export function maxPoolForward(x: tf.Tensor4D, pool: Operation & { kind: 'maxPool' }): tf.Tensor4D {
  return native('MaxPool', slidingPool(pool, x), [x]);
}

/**
 * The slope at the input of `maxPoolForward`: each output's goes to the first of its window's maxima. Pools once more, on
 * a padded map: only beside the pooling itself, and without padding, does TensorFlow join the two and use both cores.
 */
export function maxPoolBackward(dy: tf.Tensor4D, x: tf.Tensor4D, pool: Operation & { kind: 'maxPool' }): tf.Tensor4D {
  const [top, , left] = poolPadding(pool, x.shape[1], x.shape[2]);
  const padded = padForPool(x, pool, LOWEST);
  const how = { ...sliding(pool.stride, [0, 0, 0, 0]), ksize: [1, ...pool.kernel, 1] };
  const slope = native<tf.Tensor4D>('MaxPoolGrad', how, [padded, native('MaxPool', how, [padded]), dy]);
  return padded === x ? slope : tf.slice(slope, [0, top, left, 0], x.shape);
}

function slidingPool(pool: Pool, x: tf.Tensor4D) {
  return { ...sliding(pool.stride, poolPadding(pool, x.shape[1], x.shape[2])), ksize: [1, ...pool.kernel, 1] };
}

/** Maxima over windows. Differentiable. */
export function maxPool(x: tf.Tensor4D, pool: Operation & { kind: 'maxPool' }): tf.Tensor4D {
  return tf.maxPool(padForPool(x, pool, LOWEST), [...pool.kernel], [...pool.stride], 'valid');
}

/** Rows or columns to add after the map so that the last window, ceil mode's too, lies inside it. */
function poolPadding(pool: Pool, height: number, width: number): Padding {
  const { kernel, stride, padding, ceil } = pool;
  const after = [height, width].map((length, axis) => {
    const before = padding[2 * axis]!;
    const count = slidingLength(length, kernel[axis]!, stride[axis]!, before, padding[2 * axis + 1]!, { ceil });
    return Math.max(0, (count - 1) * stride[axis]! + kernel[axis]! - length - before);
  });
  return [padding[0], after[0]!, padding[2], after[1]!];
}

function padForPool(x: tf.Tensor4D, pool: Pool, value: number): tf.Tensor4D {
  return padMap(x, poolPadding(pool, x.shape[1], x.shape[2]), value);
}

/** Averages over windows; cells outside the map count as 0 where `countPadding`, never those that ceil mode adds. */
export function averagePool(x: tf.Tensor4D, pool: Operation & { kind: 'avgPool' }): tf.Tensor {
  const { kernel, stride } = pool;
  const padded = padForPool(x, pool, 0);
  const mean = tf.avgPool(padded, [...kernel], [...stride], 'valid');
  if (padded === x) return mean;
  const [rows, columns] = ([0, 1] as const).map((axis) => {
    const length = x.shape[axis + 1]!;
    const before = pool.padding[2 * axis]!;
    const limit = pool.countPadding ? [-before, length + pool.padding[2 * axis + 1]!] : [0, length];
    return Array.from({ length: mean.shape[axis + 1]! }, (_, i) => {
      const start = i * stride[axis] - before;
      return kernel[axis] / (Math.min(limit[1]!, start + kernel[axis]) - Math.max(limit[0]!, start));
    });
  });
  const factors = rows!.flatMap((row) => columns!.map((column) => row * column));
  return tf.mul(mean, tf.tensor4d(factors, [1, rows!.length, columns!.length, 1]));
}

/** Averages over `size` windows: window i of n on a length L reaches from ⌊iL/n⌋ to ⌈(i+1)L/n⌉. */
export function adaptiveAveragePool(x: tf.Tensor4D, [rows, columns]: Pair): tf.Tensor4D {
  return meansAlong(meansAlong(x, 1, rows), 2, columns);
}

function meansAlong(x: tf.Tensor4D, axis: 1 | 2, count: number): tf.Tensor4D {
  const length = x.shape[axis];
  // Not x itself: the caller disposes of inputs and outputs one by one.
  if (length === count) return tf.clone(x);
  const windows = Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * length) / count);
    const begin: [number, number, number, number] = [0, 0, 0, 0];
    const size: [number, number, number, number] = [...x.shape];
    begin[axis] = from;
    size[axis] = Math.ceil(((i + 1) * length) / count) - from;
    return tf.mean<tf.Tensor4D>(tf.slice(x, begin, size), axis, true);
  });
  return tf.concat(windows, axis);
}
