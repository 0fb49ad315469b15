import { tf } from '../../engine';
import { elementwise } from './bases';
import type { Plain } from './operation';

/** λx above 0, λα(e^x − 1) below, with λ ≈ 1.0507 and α ≈ 1.6733 (Klambauer et al. 2017, arXiv:1706.02515). */
export const selu = elementwise<Plain<'selu'>>({
  kind: 'selu',
  title: () => 'SELU',
  activation: 'gated',
  value: (_, x) => tf.selu(x),
});
