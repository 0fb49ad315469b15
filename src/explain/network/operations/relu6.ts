import { elementwise } from './bases';
import { rectifierBackward, rectify } from './rectifier';

/** max(0, x), at most 6. */
export interface Relu6 {
  readonly kind: 'relu6';
}

export const relu6 = elementwise<Relu6>({
  kind: 'relu6',
  title: () => 'ReLU6',
  value: (_, x, { reluRule }) => rectify(x, reluRule, 6),
  backward: rectifierBackward('Relu6Grad'),
});
