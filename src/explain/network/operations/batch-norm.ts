import { tf } from '../../engine';
import { cellwise, linearWindow, vector } from './bases';
import type { OperationDescription, WeightSource } from './operation';

/** Batch norm: each channel by its mean and variance over the training data (while it is trained, over the batch). */
export interface BatchNorm {
  readonly kind: 'batchNorm';
  readonly epsilon: number;
}

/** γ/√(σ² + ε). */
function scaleOf({ epsilon }: BatchNorm, weight: WeightSource, variance = weight('running_var')): tf.Tensor {
  return tf.mul(weight('weight'), tf.rsqrt(tf.add(variance, epsilon)));
}

/** The same in double precision. */
const scales = ({ epsilon }: BatchNorm, weight: (part: string) => Float32Array) =>
  Float64Array.from(weight('weight'), (gamma, c) => gamma / Math.sqrt(weight('running_var')[c]! + epsilon));

export const batchNorm: OperationDescription<BatchNorm> = {
  ...cellwise,
  kind: 'batchNorm',
  title: () => 'batch norm',
  weights: (_, input) => {
    const channels = input.at(-1)!;
    return {
      weight: vector(channels, 1),
      bias: vector(channels, 0),
      running_mean: vector(channels, 0, false),
      running_var: vector(channels, 1, false),
    };
  },
  forward: (operation, { inputs: [x], weight, moments }) => {
    const { mean, variance } = moments(x!) ?? { mean: weight('running_mean'), variance: weight('running_var') };
    const scale = scaleOf(operation, weight, variance);
    return tf.add(tf.mul(x!, scale), tf.sub(weight('bias'), tf.mul(mean, scale)));
  },
  backward: {
    reads: () => [],
    slopes: (operation, dy, { weight }) => [tf.mul(dy, scaleOf(operation, weight))],
  },
  window: (operation) => linearWindow(operation, ({ change, weight }) => tf.mul(change(0), scaleOf(operation, weight))),
  affine: ({ epsilon }, weight) => ({
    scale: Float64Array.from(weight('weight'), (gamma, c) => gamma / Math.sqrt(weight('running_var')[c]! + epsilon)),
    centre: weight('running_mean'),
    shift: weight('bias'),
  }),
  double: {
    forward: (operation, [x], weight) => {
      const [scale, mean, shift] = [scales(operation, weight), weight('running_mean'), weight('bias')];
      return x!.values.map((value, i) => {
        const c = i % scale.length;
        return (value - mean[c]!) * scale[c]! + shift[c]!;
      });
    },
    backward: (operation, { dy, weight }) => {
      const scale = scales(operation, weight);
      return [dy.values.map((slope, i) => slope * scale[i % scale.length]!)];
    },
  },
};
