import { tf } from '../../engine';
import { sequenceShape, wholeMap } from './bases';
import type { OperationDescription } from './operation';

/** Learned tokens before all others: a transformer's class token. */
export interface PrependTokens {
  readonly kind: 'prependTokens';
  readonly count: number;
}

export const prependTokens: OperationDescription<PrependTokens> = {
  ...wholeMap,
  kind: 'prependTokens',
  title: ({ count }) => (count === 1 ? 'class token' : `${count} learned tokens`),
  shape: ({ count }, [sequence], name) => {
    const [before, channels] = sequenceShape(name, sequence!);
    return [count >= 1 ? before + count : 0, 1, channels];
  },
  weights: ({ count }, [, , channels]) => ({ weight: { shape: [count, channels!], start: 'uniform', learned: true } }),
  forward: ({ count }, { inputs: [x], weight }) => {
    const [batch, , , channels] = x!.shape as [number, number, number, number];
    const own = tf.tile(tf.reshape(weight('weight'), [1, count, 1, channels]), [batch, 1, 1, 1]);
    return tf.concat([own, x!], 1);
  },
  backward: {
    reads: () => [],
    slopes: ({ count }, dy, { shapes }) => [
      tf.slice(dy, [0, count, 0, 0], [dy.shape[0]!, ...(shapes[0] as [number, number, number])]),
    ],
  },
};
