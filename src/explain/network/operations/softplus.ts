import { tf } from '../../engine';
import { elementwise } from './bases';
import type { Plain } from './operation';

/** log(1 + e^x). */
export const softplus = elementwise<Plain<'softplus'>>({
  kind: 'softplus',
  title: () => 'softplus',
  activation: 'gated',
  value: (_, x) => tf.softplus(x),
});
