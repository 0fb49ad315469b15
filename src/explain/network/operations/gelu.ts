import { tf } from '../../engine';
import { elementwise } from './bases';

/** x · Φ(x), Φ the normal distribution, or its approximation by a tanh (Hendrycks and Gimpel 2016, arXiv:1606.08415). */
export interface Gelu {
  readonly kind: 'gelu';
  readonly approximation: 'none' | 'tanh';
}

/** √(2/π) · (x + 0.044715 x³). */
const inner = (x: tf.Tensor) => tf.mul(tf.mul(x, tf.add(tf.mul(tf.square(x), 0.044715), 1)), Math.sqrt(2 / Math.PI));

export const gelu = elementwise<Gelu>({
  kind: 'gelu',
  title: ({ approximation }) => (approximation === 'none' ? 'GELU' : 'GELU by tanh'),
  steps: 8,
  activation: 'gated',
  value: ({ approximation }, x) => {
    const gate = approximation === 'none' ? tf.erf(tf.mul(x, Math.SQRT1_2)) : tf.tanh(inner(x));
    return tf.mul(tf.mul(x, 0.5), tf.add(gate, 1));
  },
});
