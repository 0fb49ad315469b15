import { tf } from '../../engine';
import { reach, slidingTitle } from '../kernels/sliding';
import { byEngine } from './bases';
import { type OperationDescription, PLAIN_STEPS } from './operation';
import { type Pool, padForPool, pooling } from './pool';

/** Averages over windows; cells outside the map count as 0 where `countPadding`, never those that ceil mode adds. */
export interface AvgPool extends Pool {
  readonly kind: 'avgPool';
  readonly countPadding: boolean;
}

function averagePool(x: tf.Tensor4D, pool: AvgPool): tf.Tensor {
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

/** A zero outside the map averages like any other only where every window counts all its cells. */
const isLinear = ({ ceil, countPadding, padding }: AvgPool) =>
  !ceil && (countPadding || padding.every((length) => length === 0));

export const avgPool: OperationDescription<AvgPool> = {
  ...pooling,
  kind: 'avgPool',
  title: (pool) => slidingTitle('average pool', pool),
  forward: (pool, { inputs }) => averagePool(inputs[0] as tf.Tensor4D, pool),
  backward: byEngine,
  window: (pool) =>
    isLinear(pool)
      ? {
          reach: reach(pool),
          outside: 'some',
          ...PLAIN_STEPS,
          change: ({ change, forward }) => forward({ ...pool, padding: [0, 0, 0, 0] }, [change(0)]),
        }
      : null,
};
