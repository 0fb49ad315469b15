import { tf } from '../../engine';
import { elementwise } from './bases';

/** x above 0, slope · x below (Maas et al. 2013). */
export interface LeakyRelu {
  readonly kind: 'leakyRelu';
  readonly slope: number;
}

export const leakyRelu = elementwise<LeakyRelu>({
  kind: 'leakyRelu',
  title: ({ slope }) => `leaky ReLU, slope ${slope}`,
  activation: 'gated',
  overflows: ({ slope }) => Math.abs(slope) > 1,
  value: ({ slope }, x) => tf.leakyRelu(x, slope),
});
