import { tf } from '../../engine';
import { elementwise } from './bases';

/** x above 0, alpha · (e^x − 1) below (Clevert et al. 2016, arXiv:1511.07289). */
export interface Elu {
  readonly kind: 'elu';
  readonly alpha: number;
}

export const elu = elementwise<Elu>({
  kind: 'elu',
  title: () => 'ELU',
  steps: 4,
  activation: 'gated',
  // No exponential of a large number: it would be infinite, and its slope times 0 no number.
  value: ({ alpha }, x) => (alpha === 1 ? tf.elu(x) : tf.add(tf.relu(x), tf.mul(tf.expm1(tf.minimum(x, 0)), alpha))),
});
