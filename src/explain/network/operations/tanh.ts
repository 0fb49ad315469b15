import { tf } from '../../engine';
import { native } from '../kernels/native';
import { elementwise } from './bases';
import type { Plain } from './operation';

/** (e^x − e^(−x)) / (e^x + e^(−x)). */
export const tanh = elementwise<Plain<'tanh'>>({
  kind: 'tanh',
  title: () => 'tanh',
  value: (_, x) => tf.tanh(x),
  backward: {
    reads: () => ['output'],
    slopes: (_, dy, { output }) => [native('TanhGrad', {}, [output(), dy])],
  },
});
