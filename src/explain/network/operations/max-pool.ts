import { tf } from '../../engine';
import { native, sliding } from '../kernels/native';
import { LOWEST } from '../kernels/pad-map';
import { reach, slidingTitle } from '../kernels/sliding';
import type { Doubles, OperationDescription, Shape } from './operation';
import { type Pool, padForPool, pooling, poolPadding } from './pool';
import { slide } from './slide';

/** Maxima over windows; cells outside the map never win. */
export interface MaxPool extends Pool {
  readonly kind: 'maxPool';
}

/**
 * The slope at the input: each output's goes to the first of its window's maxima. Pools once more, on a padded map: only
 * beside the pooling itself, and without padding, does TensorFlow join the two and use both cores.
 */
function maxPoolBackward(dy: tf.Tensor, x: tf.Tensor4D, pool: MaxPool): tf.Tensor {
  const [top, , left] = poolPadding(pool, x);
  const padded = padForPool(x, pool, LOWEST);
  const how = { ...sliding(pool.stride, [0, 0, 0, 0]), ksize: [1, ...pool.kernel, 1] };
  const slope = native<tf.Tensor4D>('MaxPoolGrad', how, [padded, native('MaxPool', how, [padded]), dy]);
  return padded === x ? slope : tf.slice(slope, [0, top, left, 0], x.shape);
}

/** Which cell of the input each number of a max-pool's output is: the first of its window's maxima. */
function maxima(pool: MaxPool, x: Doubles, shape: Shape): Int32Array {
  const channels = x.shape[2]!;
  const best = new Int32Array(shape[0]! * shape[1]! * channels).fill(-1);
  slide(pool, x.shape, shape, (to, from) => {
    for (let c = 0; c < channels; c++) {
      const [at, candidate] = [to * channels + c, from * channels + c];
      if (best[at] === -1 || x.values[candidate]! > x.values[best[at]!]!) best[at] = candidate;
    }
  });
  return best;
}

export const maxPool: OperationDescription<MaxPool> = {
  ...pooling,
  kind: 'maxPool',
  title: (pool) => slidingTitle('max-pool', pool),
  forward: (pool, { inputs, free }) => {
    const x = inputs[0] as tf.Tensor4D;
    if (!free) return tf.maxPool(padForPool(x, pool, LOWEST), [...pool.kernel], [...pool.stride], 'valid');
    // Without a gradient the engine pads as it goes.
    return native('MaxPool', { ...sliding(pool.stride, poolPadding(pool, x)), ksize: [1, ...pool.kernel, 1] }, [x]);
  },
  backward: {
    reads: () => ['inputs'],
    slopes: (pool, dy, { input }) => [maxPoolBackward(dy, input(0) as tf.Tensor4D, pool)],
  },
  window: (pool) => ({
    reach: reach(pool),
    // Some −LOWEST, which a scale or a sum before the next ReLU makes infinite.
    outside: 'huge',
    passes: 12,
    steps: 12,
    change: ({ change, before, clean, forward }) => {
      const bare = { ...pool, padding: [0, 0, 0, 0], ceil: false } as const;
      const after = forward(bare, [tf.add(before(0), change(0))]);
      return tf.sub(after, clean());
    },
  }),
  double: {
    forward: (pool, [x], _, shape) => Float64Array.from(maxima(pool, x!, shape), (at) => x!.values[at]!),
    backward: (pool, { inputs: [x], dy }) => {
      const result = new Float64Array(x!.values.length);
      maxima(pool, x!, dy.shape).forEach((at, i) => {
        result[at]! += dy.values[i]!;
      });
      return [result];
    },
  },
};
