import type { tf } from '../../engine';
import { padMap } from '../kernels/pad-map';
import { type Padding, type SlidingWindow, slidingLength, slidingSize } from '../kernels/sliding';
import { weightless } from './bases';
import type { Shape } from './operation';

/** A window that slides over each channel by itself. */
export interface Pool extends SlidingWindow {
  readonly ceil: boolean;
}

/** Of every pool. */
export const pooling = {
  ...weightless,
  arity: [1, 1],
  reads: 'maps',
  inPlace: false,
  shape: (pool: Pool, [map]: readonly Shape[]) => [...slidingSize(map!, pool), map![2]!],
} as const;

/** Rows or columns to add after the map so that the last window, ceil mode's too, lies inside it. */
export function poolPadding({ kernel, stride, padding, ceil }: Pool, { shape }: tf.Tensor4D): Padding {
  const after = [shape[1], shape[2]].map((length, axis) => {
    const before = padding[2 * axis]!;
    const count = slidingLength(length, kernel[axis]!, stride[axis]!, before, padding[2 * axis + 1]!, { ceil });
    return Math.max(0, (count - 1) * stride[axis]! + kernel[axis]! - length - before);
  });
  return [padding[0], after[0]!, padding[2], after[1]!];
}

/** The map with `value` on all that its windows read beyond it. */
export function padForPool(x: tf.Tensor4D, pool: Pool, value: number): tf.Tensor4D {
  return padMap(x, poolPadding(pool, x), value);
}
