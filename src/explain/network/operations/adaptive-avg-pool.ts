import { tf } from '../../engine';
import type { Pair } from '../kernels/sliding';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** Averages over `size` windows, which share rows and columns where the map does not divide (PyTorch's rule). */
export interface AdaptiveAvgPool {
  readonly kind: 'adaptiveAvgPool';
  readonly size: Pair;
}

/** Window i of n on a length L reaches from ⌊iL/n⌋ to ⌈(i+1)L/n⌉. */
function meansAlong(x: tf.Tensor4D, axis: 1 | 2, count: number): tf.Tensor4D {
  const length = x.shape[axis];
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

export const adaptiveAvgPool: OperationDescription<AdaptiveAvgPool> = {
  ...wholeMap,
  kind: 'adaptiveAvgPool',
  title: ({ size }) => `average pool to ${size.join('×')}`,
  shape: ({ size }, [map]) => [...size, map![2]!],
  forward: ({ size: [rows, columns] }, { inputs }) =>
    meansAlong(meansAlong(inputs[0] as tf.Tensor4D, 1, rows), 2, columns),
};
