import { tf } from '../../engine';
import { elementwise } from './bases';
import type { Plain } from './operation';

/** x · sigmoid(x), also called swish (Ramachandran et al. 2017, arXiv:1710.05941). */
export const silu = elementwise<Plain<'silu'>>({
  kind: 'silu',
  title: () => 'SiLU',
  steps: 2,
  activation: 'gated',
  value: (_, x) => tf.mul(x, tf.sigmoid(x)),
});
