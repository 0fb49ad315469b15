import { tf } from '../../engine';
import { elementwise } from './bases';
import type { CleanForm, OperationDescription, Plain } from './operation';
import { rectifierBackward, rectify } from './rectifier';

const below: CleanForm = (cells) => tf.minimum(cells, 0);
const aboveNegated: CleanForm = (cells) => tf.neg(tf.relu(cells));

/** max(0, x). */
export const relu: OperationDescription<Plain<'relu'>> = {
  ...elementwise<Plain<'relu'>>({
    kind: 'relu',
    title: () => 'ReLU',
    activation: 'rectifier',
    value: (_, x, { reluRule }) => rectify(x, reluRule, Number.POSITIVE_INFINITY),
    backward: rectifierBackward('ReluGrad'),
  }),
  window: () => ({
    reach: null,
    outside: 'zero',
    passes: 5,
    steps: 12,
    // relu(b + d) − relu(b) = max(d + min(b, 0), −relu(b)): two clean tables, and no clean value computed anew.
    change: ({ change, before }) => tf.maximum(tf.add(change(0), before(0, below)), before(0, aboveNegated)),
  }),
  double: {
    forward: (_, [x]) => x!.values.map((value) => Math.max(0, value)),
    backward: (_, { inputs: [x], dy, rule }) => [
      dy.values.map((slope, i) => {
        const passed = rule === 'gradient' ? slope : Math.max(0, slope);
        return rule === 'deconvolution' || x!.values[i]! > 0 ? passed : 0;
      }),
    ],
  },
};
