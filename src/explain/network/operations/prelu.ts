import { tf } from '../../engine';
import type { Pair } from '../kernels/sliding';
import { cellwise, vector } from './bases';
import type { OperationDescription } from './operation';
import { gatedBackward, withReluRule } from './rectifier';

/** x above 0, weight · x below, the weight learned (He et al. 2015, arXiv:1502.01852). */
export interface Prelu {
  readonly kind: 'prelu';
  /** Rows and columns of the map, where every place of every channel has a weight of its own. Default: one a channel. */
  readonly places?: Pair;
}

export const prelu: OperationDescription<Prelu> = {
  ...cellwise,
  kind: 'prelu',
  title: () => 'PReLU',
  activation: 'gated',
  shape: ({ places = null }, [input]) =>
    places === null || places.join() === input!.slice(0, -1).join() ? input! : [0, 0, input!.at(-1)!],
  weights: ({ places = null }, input) => ({
    weight:
      places === null
        ? vector(input.at(-1)!, 0)
        : { shape: [...places, input.at(-1)!], start: 0 as const, learned: true },
  }),
  forward: (_, { inputs: [x], weight, reluRule }) =>
    withReluRule(x!, reluRule, (v) => tf.add(tf.relu(v), tf.mul(tf.minimum(v, 0), weight('weight')))),
  backward: gatedBackward,
  window: (operation) =>
    operation.places !== undefined
      ? null
      : {
          reach: null,
          // A weight above 1 makes what is below every activation infinite.
          outside: 'huge',
          passes: 10,
          steps: 16,
          change: ({ change, before, forward }) => {
            const clean = before(0);
            return tf.sub(forward(operation, [tf.add(clean, change(0))]), forward(operation, [clean]));
          },
        },
};
