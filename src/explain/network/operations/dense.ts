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
  double: {
    forward: ({ units, bias }, [x], weight) => {
      const [matrix, shift] = [weight('weight'), bias ? weight('bias') : null];
      return Float64Array.from({ length: units }, (_, u) => {
        const from = u * x!.values.length;
        return x!.values.reduce((sum, value, i) => sum + value * matrix[from + i]!, shift?.[u] ?? 0);
      });
    },
    backward: (_, { inputs: [x], dy, weight }) => {
      const [matrix, length] = [weight('weight'), x!.values.length];
      return [x!.values.map((__, i) => dy.values.reduce((sum, slope, u) => sum + slope * matrix[u * length + i]!, 0))];
    },
  },
};
