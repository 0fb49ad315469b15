import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { linearWindow, weightless } from './bases';
import type { OperationDescription } from './operation';

/** Maps of one size, channels after channels. */
export interface Concat {
  readonly kind: 'concat';
}

export const concat: OperationDescription<Concat> = {
  ...weightless,
  kind: 'concat',
  title: () => 'concatenation',
  arity: [1, Number.POSITIVE_INFINITY],
  reads: 'maps',
  inPlace: true,
  shape: (_, inputs, name) => {
    const [height, width] = inputs[0]!;
    if (inputs.some((shape) => shape[0] !== height || shape[1] !== width)) {
      throw new WhylightError(
        `${name} joins maps that do not fit: ${inputs.map((shape) => shape.join('×')).join(' and ')}`,
      );
    }
    return [height!, width!, inputs.reduce((sum, shape) => sum + shape[2]!, 0)];
  },
  forward: (_, { inputs }) => tf.concat([...inputs], 3),
  backward: {
    reads: () => [],
    slopes: (_, dy, { shapes }) =>
      tf.split(
        dy,
        shapes.map((shape) => shape.at(-1)!),
        3,
      ),
  },
  window: (operation) =>
    linearWindow(({ count, change, forward }) =>
      forward(
        operation,
        Array.from({ length: count }, (_, i) => change(i)),
      ),
    ),
};
