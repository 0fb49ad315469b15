import { tf } from '../../engine';
import { wholeMap } from './bases';
import type { OperationDescription, Plain } from './operation';

/** The maximum of each channel: H×W×C to C. */
export const globalMaxPool: OperationDescription<Plain<'globalMaxPool'>> = {
  ...wholeMap,
  kind: 'globalMaxPool',
  title: () => 'global max-pool',
  shape: (_, [map]) => [map![2]!],
  forward: (_, { inputs: [x] }) => tf.max(x!, [1, 2]),
};
