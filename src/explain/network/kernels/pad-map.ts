import { tf } from '../../engine';
import type { Padding } from './sliding';

/** Below every activation, and finite: -Infinity times a zero would be NaN. */
export const LOWEST = -3e38;

/** A map with `value` around it; the map itself where there is nothing to add. */
export function padMap(x: tf.Tensor4D, [top, bottom, left, right]: Padding, value: number): tf.Tensor4D {
  if (top + bottom + left + right === 0) return x;
  return tf.pad(
    x,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    value,
  );
}
