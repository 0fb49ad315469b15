import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { linearWindow, weightless } from './bases';
import type { OperationDescription } from './operation';

/** The sum of two values or more, of one shape. */
export interface Add {
  readonly kind: 'add';
}

export const add: OperationDescription<Add> = {
  ...weightless,
  kind: 'add',
  title: () => 'sum',
  arity: [2, Number.POSITIVE_INFINITY],
  reads: 'either',
  inPlace: true,
  shape: (_, inputs, name) => {
    const shapes = inputs.map((shape) => shape.join('×'));
    if (new Set(shapes).size > 1)
      throw new WhylightError(`${name} joins maps that do not fit: ${shapes.join(' and ')}`);
    return inputs[0]!;
  },
  forward: (_, { inputs }) => inputs.reduce((sum, value) => tf.add(sum, value)),
  backward: { reads: () => [], slopes: (_, dy, { shapes }) => shapes.map(() => tf.clone(dy)) },
  window: (operation) =>
    linearWindow(({ count, change, forward }) =>
      forward(
        operation,
        Array.from({ length: count }, (_, i) => change(i)),
      ),
    ),
};
