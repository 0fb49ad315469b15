import { tf } from '../../engine';
import { elementwise } from './bases';

/** slope · x + offset, between 0 and 1. PyTorch's slope is 1/6 with offset 1/2; Keras 2 and ONNX have 0.2 and 1/2. */
export interface HardSigmoid {
  readonly kind: 'hardSigmoid';
  readonly slope: number;
  readonly offset: number;
}

export const hardSigmoid = elementwise<HardSigmoid>({
  kind: 'hardSigmoid',
  title: () => 'hard sigmoid',
  steps: 3,
  value: ({ slope, offset }, x) => tf.clipByValue(tf.add(tf.mul(x, slope), offset), 0, 1),
});
