import { elementwise } from './bases';
import type { Plain } from './operation';
import { rectifierBackward, rectify } from './rectifier';

/** max(0, x), at most 6. */
export const relu6 = elementwise<Plain<'relu6'>>({
  kind: 'relu6',
  title: () => 'ReLU6',
  activation: 'rectifier',
  value: (_, x, { reluRule }) => rectify(x, reluRule, 6),
  backward: rectifierBackward('Relu6Grad'),
});
