import { tf } from '../../engine';
import { cellwise, vector } from './bases';
import type { OperationDescription, Plain } from './operation';
import { gatedBackward, withReluRule } from './rectifier';

/** x above 0, weight · x below, the weight learned, one a channel (He et al. 2015, arXiv:1502.01852). */
export const prelu: OperationDescription<Plain<'prelu'>> = {
  ...cellwise,
  kind: 'prelu',
  title: () => 'PReLU',
  activation: 'gated',
  weights: (_, input) => ({ weight: vector(input.at(-1)!, 0) }),
  forward: (_, { inputs: [x], weight, reluRule }) =>
    withReluRule(x!, reluRule, (v) => tf.add(tf.relu(v), tf.mul(tf.minimum(v, 0), weight('weight')))),
  backward: gatedBackward,
  window: (operation) => ({
    reach: null,
    // A weight above 1 makes what is below every activation infinite.
    outside: 'huge',
    passes: 10,
    steps: 16,
    change: ({ change, before, forward }) => {
      const clean = before(0);
      return tf.sub(forward(operation, [tf.add(clean, change(0))]), forward(operation, [clean]));
    },
  }),
};
