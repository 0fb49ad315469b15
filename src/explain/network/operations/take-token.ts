import { tf } from '../../engine';
import { sequenceShape, wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** One token of a sequence, as a vector. */
export interface TakeToken {
  readonly kind: 'takeToken';
  readonly index: number;
}

export const takeToken: OperationDescription<TakeToken> = {
  ...wholeMap,
  kind: 'takeToken',
  title: ({ index }) => `token ${index}`,
  shape: ({ index }, [sequence], name) => {
    const [count, channels] = sequenceShape(name, sequence!);
    return [index >= 0 && index < count ? channels : 0];
  },
  forward: ({ index }, { inputs: [x] }) => {
    const [batch, , , channels] = x!.shape as [number, number, number, number];
    return tf.reshape(tf.slice(x!, [0, index, 0, 0], [batch, 1, 1, channels]), [batch, channels]);
  },
  backward: {
    reads: () => [],
    slopes: ({ index }, dy, { shapes }) => {
      const [count, , channels] = shapes[0] as [number, number, number];
      const row = tf.reshape(dy, [dy.shape[0]!, 1, 1, channels]);
      return [
        tf.pad(row, [
          [0, 0],
          [index, count - index - 1],
          [0, 0],
          [0, 0],
        ]),
      ];
    },
  },
};
