import { tf } from '../../engine';
import { wholeMap } from './bases';
import type { OperationDescription, Plain } from './operation';

/** The cells of a map one after another, row by row: H×W×C to H·W×1×C, the form of a sequence of tokens. */
export const tokens: OperationDescription<Plain<'tokens'>> = {
  ...wholeMap,
  kind: 'tokens',
  title: () => 'cells as tokens',
  role: 'cells as tokens',
  shape: (_, [map]) => [map![0]! * map![1]!, 1, map![2]!],
  forward: (_, { inputs: [x] }) => tf.reshape(x!, [x!.shape[0]!, x!.shape[1]! * x!.shape[2]!, 1, x!.shape[3]!]),
  backward: { reads: () => [], slopes: (_, dy, { shapes }) => [tf.reshape(dy, [dy.shape[0]!, ...shapes[0]!])] },
};
