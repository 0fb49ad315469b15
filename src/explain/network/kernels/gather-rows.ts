import { tf } from '../../engine';
import { native } from './native';

/**
 * Rows of a tensor (along its first axis) in a given order, laid out as `shape`: its result is shape × the rest.
 * Not the engine's own: that checks every index in JavaScript first, TensorFlow does anyway. The caller tidies.
 */
export function gatherRows<T extends tf.Tensor>(rows: tf.Tensor, indices: Int32Array, shape: readonly number[]): T {
  const inputs = [rows, tf.tensor(indices, [...shape], 'int32'), tf.scalar(0, 'int32')];
  return native('GatherV2', {}, inputs, { Tparams: 'float32', Tindices: 'int32', Taxis: 'int32' });
}
