import { tf } from '../../engine';
import { cellwise, linearWindow } from './bases';
import type { OperationDescription } from './operation';

/**
 * Channels dealt out over groups (Zhang et al. 2018, arXiv:1707.01083): channel j of group i of the input becomes channel i of
 * group j.
 */
export interface ChannelShuffle {
  readonly kind: 'channelShuffle';
  /** Divides the channels. */
  readonly groups: number;
}

function shuffled(x: tf.Tensor, groups: number): tf.Tensor {
  const before = x.shape.slice(0, -1);
  const rank = before.length;
  const parts = tf.reshape(x, [...before, groups, x.shape.at(-1)! / groups]);
  return tf.reshape(tf.transpose(parts, [...before.keys(), rank + 1, rank]), x.shape);
}

export const channelShuffle: OperationDescription<ChannelShuffle> = {
  ...cellwise,
  kind: 'channelShuffle',
  title: ({ groups }) => `channel shuffle, ${groups} groups`,
  shape: ({ groups }, [input]) => [...input!.slice(0, -1), input!.at(-1)! % groups === 0 ? input!.at(-1)! : 0],
  forward: ({ groups }, { inputs: [x] }) => shuffled(x!, groups),
  backward: {
    reads: () => [],
    slopes: ({ groups }, dy) => [shuffled(dy, dy.shape.at(-1)! / groups)],
  },
  window: (operation) => linearWindow(operation),
};
