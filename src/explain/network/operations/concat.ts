import { tf } from '../../engine';
import { checkFitting, joining } from './bases';
import type { OperationDescription, Plain } from './operation';

/** Maps of one size, channels after channels. */
export const concat: OperationDescription<Plain<'concat'>> = {
  ...joining,
  kind: 'concat',
  title: () => 'concatenation',
  arity: [1, Number.POSITIVE_INFINITY],
  reads: 'maps',
  shape: (_, inputs, name) => {
    checkFitting(name, inputs, 2);
    const [height, width] = inputs[0]!;
    return [height!, width!, inputs.reduce((sum, shape) => sum + shape[2]!, 0)];
  },
  forward: (_, { inputs }) => tf.concat([...inputs], 3),
  backward: {
    reads: () => [],
    slopes: (_, dy, { shapes }) => {
      const channels = shapes.map((shape) => shape[2]!);
      return tf.split(dy, channels, 3);
    },
  },
};
