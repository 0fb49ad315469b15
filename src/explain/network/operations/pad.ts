import { tf } from '../../engine';
import type { Padding, Pair } from '../kernels/sliding';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** Zeros around the map; `channels` pads the channel axis `[before, after]`. */
export interface Pad {
  readonly kind: 'pad';
  readonly padding: Padding;
  readonly channels: Pair;
}

export const pad: OperationDescription<Pad> = {
  ...wholeMap,
  kind: 'pad',
  title: () => 'padding',
  shape: ({ padding: [top, bottom, left, right], channels: [before, after] }, [map]) => [
    map![0]! + top + bottom,
    map![1]! + left + right,
    map![2]! + before + after,
  ],
  forward: ({ padding: [top, bottom, left, right], channels }, { inputs: [x] }) =>
    tf.pad(x!, [[0, 0], [top, bottom], [left, right], [...channels]]),
};
