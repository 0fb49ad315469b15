import { tf } from '../../engine';
import { elementwise } from './bases';
import type { Plain } from './operation';

/** x · clip(x/6 + 1/2, 0, 1) (Howard et al. 2019, arXiv:1905.02244). */
export const hardSwish = elementwise<Plain<'hardSwish'>>({
  kind: 'hardSwish',
  title: () => 'hard swish',
  steps: 4,
  activation: 'gated',
  value: (_, x) => tf.mul(x, tf.clipByValue(tf.add(tf.mul(x, 1 / 6), 0.5), 0, 1)),
});
