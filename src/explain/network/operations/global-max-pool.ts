import { tf } from '../../engine';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** The maximum of each channel: H×W×C to C. */
export interface GlobalMaxPool {
  readonly kind: 'globalMaxPool';
}

export const globalMaxPool: OperationDescription<GlobalMaxPool> = {
  ...wholeMap,
  kind: 'globalMaxPool',
  title: () => 'global max-pool',
  shape: (_, [map]) => [map![2]!],
  forward: (_, { inputs: [x] }) => tf.max(x!, [1, 2]),
};
