import { tf } from '../../engine';
import { native } from '../kernels/native';
import { elementwise } from './bases';
import type { Plain } from './operation';

/** 1 / (1 + e^(−x)). */
export const sigmoid = elementwise<Plain<'sigmoid'>>({
  kind: 'sigmoid',
  title: () => 'sigmoid',
  value: (_, x) => tf.sigmoid(x),
  backward: {
    reads: () => ['output'],
    slopes: (_, dy, { output }) => [native('SigmoidGrad', {}, [output(), dy])],
  },
});
