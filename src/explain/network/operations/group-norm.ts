import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import { vector, wholeMap } from './bases';
import type { OperationDescription } from './operation';

/**
 * Channels in groups, each group by its mean and variance over the whole map, then a learned scale and shift a channel (Wu
 * and He 2018, arXiv:1803.08494); a group for each channel is instance norm.
 */
export interface GroupNorm {
  readonly kind: 'groupNorm';
  readonly groups: number;
  readonly epsilon: number;
}

export const groupNorm: OperationDescription<GroupNorm> = {
  ...wholeMap,
  kind: 'groupNorm',
  title: ({ groups }) => `group norm of ${groups} group${groups === 1 ? '' : 's'}`,
  inPlace: true,
  shape: ({ groups }, [map], name) => {
    const channels = map![2]!;
    if (Number.isInteger(groups) && groups > 0 && channels % groups === 0) return map!;
    throw new WhylightError(`${name} has ${groups} groups for ${channels} channels (allowed: divisors of ${channels})`);
  },
  weights: (_, [, , channels]) => ({ weight: vector(channels!, 1), bias: vector(channels!, 0) }),
  forward: ({ groups, epsilon }, { inputs: [x], weight }) => {
    const [batch, height, width, channels] = x!.shape as [number, number, number, number];
    const parts = tf.reshape(x!, [batch, height * width, groups, channels / groups]);
    const centred = tf.sub(parts, tf.mean(parts, [1, 3], true));
    const variance = tf.mean(tf.square(centred), [1, 3], true);
    const normed = tf.reshape(tf.mul(centred, tf.rsqrt(tf.add(variance, epsilon))), x!.shape);
    return tf.add(tf.mul(normed, weight('weight')), weight('bias'));
  },
};
