import { tf } from '../../engine';
import { cellwise, linearWindow } from './bases';
import type { OperationDescription } from './operation';

/** Fixed numbers a channel, not learned: scale · x + shift. */
export interface Rescale {
  readonly kind: 'rescale';
  readonly scale: readonly number[];
  readonly shift: readonly number[];
}

export const rescale: OperationDescription<Rescale> = {
  ...cellwise,
  kind: 'rescale',
  title: () => 'rescaling',
  forward: ({ scale, shift }, { inputs: [x] }) => tf.add(tf.mul(x!, tf.tensor1d([...scale])), tf.tensor1d([...shift])),
  backward: { reads: () => [], slopes: ({ scale }, dy) => [tf.mul(dy, tf.tensor1d([...scale]))] },
  window: (operation) => linearWindow({ ...operation, shift: operation.shift.map(() => 0) }),
  affine: ({ scale, shift }) => ({ scale, centre: scale.map(() => 0), shift }),
};
