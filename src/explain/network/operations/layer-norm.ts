import { tf } from '../../engine';
import { byEngine, cellwise, vector } from './bases';
import type { OperationDescription } from './operation';

/** Each cell's channels by their own mean and variance, then a learned scale and shift (Ba et al. 2016, arXiv:1607.06450). */
export interface LayerNorm {
  readonly kind: 'layerNorm';
  readonly epsilon: number;
}

export const layerNorm: OperationDescription<LayerNorm> = {
  ...cellwise,
  kind: 'layerNorm',
  title: () => 'layer norm',
  weights: (_, input) => {
    const channels = input.at(-1)!;
    return { weight: vector(channels, 1), bias: vector(channels, 0) };
  },
  forward: ({ epsilon }, { inputs: [x], weight }) => {
    const centred = tf.sub(x!, tf.mean(x!, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const scaled = tf.mul(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), weight('weight'));
    return tf.add(scaled, weight('bias'));
  },
  backward: byEngine,
  window: (operation) => ({
    reach: null,
    // Squares of what is below every activation are infinite.
    outside: 'huge',
    passes: 16,
    steps: 18,
    change: ({ change, before, clean, forward }) => tf.sub(forward(operation, [tf.add(before(0), change(0))]), clean()),
  }),
};
