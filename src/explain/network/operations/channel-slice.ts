import { tf } from '../../engine';
import { cellwise, linearWindow } from './bases';
import type { OperationDescription } from './operation';

/** `length` channels from the one numbered `start` on, of a map or a vector. */
export interface ChannelSlice {
  readonly kind: 'channelSlice';
  readonly start: number;
  readonly length: number;
}

export const channelSlice: OperationDescription<ChannelSlice> = {
  ...cellwise,
  kind: 'channelSlice',
  title: ({ start, length }) => `channels ${start} to ${start + length - 1}`,
  shape: ({ start, length }, [input]) => {
    const channels = input!.at(-1)!;
    return [...input!.slice(0, -1), start >= 0 && start + length <= channels ? length : 0];
  },
  forward: ({ start, length }, { inputs: [x] }) => {
    const before = x!.shape.slice(0, -1);
    return tf.slice(x!, [...before.map(() => 0), start], [...before, length]);
  },
  backward: {
    reads: () => [],
    slopes: ({ start, length }, dy, { shapes }) => {
      const after = shapes[0]!.at(-1)! - start - length;
      return [
        tf.pad(
          dy,
          dy.shape.map((_, axis): [number, number] => (axis === dy.rank - 1 ? [start, after] : [0, 0])),
        ),
      ];
    },
  },
  window: (operation) => linearWindow(operation),
};
