import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { sequenceShape, wholeMap } from './bases';
import type { OperationDescription } from './operation';

/**
 * softmax(Q·Kᵀ/√d)·V for each head (Vaswani et al. 2017, arXiv:1706.03762), of N tokens with 3·C channels: queries, keys and
 * values one after another, heads side by side in each.
 */
export interface SelfAttention {
  readonly kind: 'selfAttention';
  /** Divides C. */
  readonly heads: number;
}

export const selfAttention: OperationDescription<SelfAttention> = {
  ...wholeMap,
  kind: 'selfAttention',
  title: ({ heads }) => `self-attention, ${heads} heads`,
  shape: ({ heads }, [sequence], name) => {
    const [count, tripled] = sequenceShape(name, sequence!);
    if (!Number.isInteger(tripled / 3 / heads)) {
      throw new WhylightError(`${name} has ${heads} heads for ${tripled} channels (allowed: three times a multiple)`);
    }
    return [count, 1, tripled / 3];
  },
  role: 'attention',
  forward: ({ heads }, { inputs: [x] }) => {
    const [batch, count, , tripled] = x!.shape as [number, number, number, number];
    const depth = tripled / 3 / heads;
    const parts = tf.transpose(tf.reshape(x!, [batch, count, 3, heads, depth]), [2, 0, 3, 1, 4]);
    const [query, key, value] = tf.unstack(parts) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
    const shares = tf.softmax(tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(depth)));
    return tf.reshape(tf.transpose(tf.matMul(shares, value), [0, 2, 1, 3]), [batch, count, 1, heads * depth]);
  },
};
