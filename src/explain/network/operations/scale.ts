import { tf } from '../../engine';
import { cellwise, linearWindow, vector } from './bases';
import type { OperationDescription } from './operation';

/** A learned scale a channel, and a bias: weight · x + bias. */
export interface Scale {
  readonly kind: 'scale';
  readonly bias: boolean;
}

export const scale: OperationDescription<Scale> = {
  ...cellwise,
  kind: 'scale',
  title: () => 'learned scale',
  weights: ({ bias }, input) => {
    const channels = input.at(-1)!;
    return { weight: vector(channels, 1), ...(bias && { bias: vector(channels, 0) }) };
  },
  forward: ({ bias }, { inputs: [x], weight }) => {
    const scaled = tf.mul(x!, weight('weight'));
    return bias ? tf.add(scaled, weight('bias')) : scaled;
  },
  backward: { reads: () => [], slopes: (_, dy, { weight }) => [tf.mul(dy, weight('weight'))] },
  window: (operation) => linearWindow({ ...operation, bias: false }),
  affine: ({ bias }, weight) => {
    const factors = weight('weight');
    const none = new Float32Array(factors.length);
    return { scale: factors, centre: none, shift: bias ? weight('bias') : none };
  },
};
