import { tf } from '../../engine';
import type { Pair } from '../kernels/sliding';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** A map at another size. */
export interface Upsample {
  readonly kind: 'upsample';
  /** Rows and columns of the result. */
  readonly size: Pair;
  readonly mode: 'nearest' | 'bilinear';
  /**
   * Where cell i of n lies among m: (i + ½)·m/n − ½ (`half-pixel`), i·m/n (`asymmetric`), i·(m − 1)/(n − 1)
   * (`align-corners`); the nearest is the one before.
   */
  readonly coordinates: 'half-pixel' | 'asymmetric' | 'align-corners';
}

/** For each of `count` cells the two it lies between among `length`, and how near it is to the second. */
function between(length: number, count: number, { mode, coordinates }: Upsample) {
  return Array.from({ length: count }, (_, i) => {
    const place =
      coordinates === 'half-pixel'
        ? ((i + 0.5) * length) / count - 0.5
        : coordinates === 'asymmetric'
          ? (i * length) / count
          : count === 1
            ? 0
            : (i * (length - 1)) / (count - 1);
    if (mode === 'nearest') {
      const whole = coordinates === 'half-pixel' ? Math.floor(((i + 0.5) * length) / count) : Math.floor(place + 1e-9);
      return { first: Math.min(length - 1, whole), second: 0, share: 0 };
    }
    const inside = Math.min(length - 1, Math.max(0, place));
    const first = Math.floor(inside);
    return { first, second: Math.min(length - 1, first + 1), share: inside - first };
  });
}

/** The cells of one axis as a matrix of shares, count × length: both directions are then products. */
function shares(length: number, count: number, operation: Upsample): tf.Tensor2D {
  const values = new Float32Array(count * length);
  between(length, count, operation).forEach(({ first, second, share }, i) => {
    values[i * length + first]! += 1 - share;
    if (share > 0) values[i * length + second]! += share;
  });
  return tf.tensor2d(values, [count, length]);
}

/** A matrix applied along rows (axis 1) or columns (axis 2). */
function along(x: tf.Tensor4D, axis: 1 | 2, matrix: tf.Tensor2D): tf.Tensor4D {
  const [batch, rows, columns, channels] = x.shape;
  const count = matrix.shape[0];
  if (axis === 1) {
    const flat = tf.reshape(x, [batch, rows, columns * channels]);
    return tf.reshape(tf.matMul(tf.tile(tf.reshape(matrix, [1, ...matrix.shape]), [batch, 1, 1]), flat), [
      batch,
      count,
      columns,
      channels,
    ]);
  }
  const flat = tf.reshape(x, [batch * rows, columns, channels]);
  const tiled = tf.tile(tf.reshape(matrix, [1, ...matrix.shape]), [batch * rows, 1, 1]);
  return tf.reshape(tf.matMul(tiled, flat), [batch, rows, count, channels]);
}

export const upsample: OperationDescription<Upsample> = {
  ...wholeMap,
  kind: 'upsample',
  title: ({ size, mode }) => `${mode} resize to ${size.join('×')}`,
  shape: ({ size }, [map]) => [...size, map![2]!],
  forward: (operation, { inputs }) => {
    const x = inputs[0] as tf.Tensor4D;
    const [rows, columns] = operation.size;
    const taller = along(x, 1, shares(x.shape[1], rows, operation));
    return along(taller, 2, shares(x.shape[2], columns, operation));
  },
  backward: {
    reads: () => [],
    slopes: (operation, dy, { shapes }) => {
      const [height, width] = shapes[0] as [number, number, number];
      const [rows, columns] = operation.size;
      const narrower = along(dy as tf.Tensor4D, 2, tf.transpose(shares(width, columns, operation)));
      return [along(narrower, 1, tf.transpose(shares(height, rows, operation)))];
    },
  },
};
