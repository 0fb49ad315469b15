import { tf } from '../../engine';
import type { Pair } from '../kernels/sliding';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** Every `stride`-th row and column, starting at 0 (the option A shortcut). */
export interface Subsample {
  readonly kind: 'subsample';
  readonly stride: Pair;
}

export const subsample: OperationDescription<Subsample> = {
  ...wholeMap,
  kind: 'subsample',
  title: ({ stride }) => `subsampling, stride ${stride.join('×')}`,
  shape: ({ stride }, [map]) => [Math.ceil(map![0]! / stride[0]), Math.ceil(map![1]! / stride[1]), map![2]!],
  // A 1×1 pool rather than a strided slice, which has no gradient in TensorFlow.js.
  forward: ({ stride }, { inputs }) => tf.avgPool(inputs[0] as tf.Tensor4D, [1, 1], [...stride], 'valid'),
};
