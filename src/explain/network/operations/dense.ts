import { tf } from '../../engine';
import { outputWeights, wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** A matrix product, and a bias: C numbers to `units`. */
export interface Dense {
  readonly kind: 'dense';
  readonly units: number;
  readonly bias: boolean;
}

export const dense: OperationDescription<Dense> = {
  ...wholeMap,
  kind: 'dense',
  title: () => 'dense layer',
  reads: 'vectors',
  role: 'linear',
  shape: ({ units }) => [units],
  weights: ({ units, bias }, [inputs]) => outputWeights([units, inputs!], [1, 0], bias),
  forward: ({ bias }, { inputs: [x], weight }) => {
    const y = tf.matMul(x as tf.Tensor2D, weight('weight') as tf.Tensor2D);
    return bias ? tf.add(y, weight('bias')) : y;
  },
  backward: {
    reads: () => [],
    slopes: (_, dy, { weight }) => [tf.matMul(dy as tf.Tensor2D, weight('weight') as tf.Tensor2D, false, true)],
  },
  multiplyAdds: (_, [inputs]) => inputs!,
};
