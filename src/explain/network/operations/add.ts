import { tf } from '../../engine';
import { checkFitting, joining } from './bases';
import type { OperationDescription, Plain } from './operation';

/** The sum of two values or more, of one shape. */
export const add: OperationDescription<Plain<'add'>> = {
  ...joining,
  kind: 'add',
  title: () => 'sum',
  arity: [2, Number.POSITIVE_INFINITY],
  reads: 'either',
  shape: (_, inputs, name) => {
    checkFitting(name, inputs);
    return inputs[0]!;
  },
  forward: (_, { inputs }) => inputs.reduce((sum, value) => tf.add(sum, value)),
  backward: { reads: () => [], slopes: (_, dy, { shapes }) => shapes.map(() => tf.clone(dy)) },
  double: {
    forward: (_, inputs) => inputs[0]!.values.map((__, i) => inputs.reduce((sum, { values }) => sum + values[i]!, 0)),
    backward: (_, { inputs, dy }) => inputs.map(() => dy.values),
  },
};
