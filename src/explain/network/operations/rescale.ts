import { tf } from '../../engine';
import { linearWindow, weightless } from './bases';
import type { OperationDescription } from './operation';

/** Fixed numbers a channel, not learned: scale · x + shift. */
export interface Rescale {
  readonly kind: 'rescale';
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

export const rescale: OperationDescription<Rescale> = {
  ...weightless,
  kind: 'rescale',
  title: () => 'rescaling',
  arity: [1, 1],
  reads: 'either',
  inPlace: true,
  shape: (_, [input]) => input!,
  forward: ({ scale, shift }, { inputs: [x] }) => tf.add(tf.mul(x!, tf.tensor1d([...scale])), tf.tensor1d([...shift])),
  backward: { reads: () => [], slopes: ({ scale }, dy) => [tf.mul(dy, tf.tensor1d([...scale]))] },
  window: (operation) =>
    linearWindow(({ change, forward }) => forward({ ...operation, shift: operation.shift.map(() => 0) }, [change(0)])),
  affine: ({ scale, shift }) => ({ scale, centre: scale.map(() => 0), shift }),
};
