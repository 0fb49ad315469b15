import { tf } from '../../engine';
import { wholeMap } from './bases';
import type { OperationDescription, Plain } from './operation';

/** The mean of each channel: H×W×C to C. */
export const globalAvgPool: OperationDescription<Plain<'globalAvgPool'>> = {
  ...wholeMap,
  kind: 'globalAvgPool',
  title: () => 'global average pool',
  role: 'global mean',
  shape: (_, [map]) => [map![2]!],
  forward: (_, { inputs: [x] }) => tf.mean(x!, [1, 2]),
  backward: {
    reads: () => [],
    slopes: (_, dy, { shapes }) => {
      const [height, width, channels] = shapes[0] as [number, number, number];
      const each = tf.mul(tf.reshape(dy, [dy.shape[0]!, 1, 1, channels]), 1 / (height * width));
      return [tf.tile(each, [1, height, width, 1])];
    },
  },
  double: {
    forward: (_, [x], __, [channels]) => {
      const cells = x!.values.length / channels!;
      const sums = new Float64Array(channels!);
      x!.values.forEach((value, i) => {
        sums[i % channels!]! += value;
      });
      return sums.map((sum) => sum / cells);
    },
    backward: (_, { inputs: [x], dy }) => {
      const channels = dy.values.length;
      return [x!.values.map((__, i) => (dy.values[i % channels]! * channels) / x!.values.length)];
    },
  },
};
