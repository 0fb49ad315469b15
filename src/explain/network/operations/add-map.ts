import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { cellwise, linearWindow } from './bases';
import type { OperationDescription, Shape } from './operation';

/** A learned map is added, one number for each of the input's: position embeddings. */
export interface AddMap {
  readonly kind: 'addMap';
  /** `[H, W, C]`, the input's. */
  readonly shape: Shape;
}

export const addMap: OperationDescription<AddMap> = {
  ...cellwise,
  kind: 'addMap',
  title: () => 'sum with a learned map',
  reads: 'maps',
  shape: ({ shape }, [map], name) => {
    if (shape.join() === map!.join()) return map!;
    throw new WhylightError(
      `${name} adds a map of ${shape.join('×')} to one of ${map!.join('×')} (allowed: one of its size)`,
    );
  },
  weights: ({ shape }) => ({ weight: { shape, start: 0, learned: true } }),
  forward: (_, { inputs: [x], weight }) => tf.add(x!, weight('weight')),
  backward: { reads: () => [], slopes: (_, dy) => [tf.clone(dy)] },
  window: (operation) => linearWindow(operation, ({ change }) => tf.clone(change(0))),
};
