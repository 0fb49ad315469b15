import {
  type ActivationMaximisationOptions,
  activationMaximisation,
  type MaximisedActivation,
} from '../explain/activation-maximisation';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { findClass } from '../explain/target';
import { className } from '../plots/words';
import type { CacheOptions } from './attribution-cache';
import { cachedMeasure } from './measurement-cache';

/** Makes or finds a picture that a part of a network answers to. */
export type Maximise = (
  network: Network,
  options: Omit<ActivationMaximisationOptions, keyof RunOptions>,
) => Promise<MaximisedActivation>;

/**
 * A way to maximise activations that keeps each picture in a folder, by options, seed, the hashes of weights and card,
 * and the hash of the code that makes it. A damaged entry is made again.
 */
export function cachedMaximise({ folder, onResult, ...run }: CacheOptions): Maximise {
  const measure = cachedMeasure({ folder, onResult });
  return async (network, options) => {
    const measurement = {
      name: 'activation maximisation',
      detail: `of ${goalWords(network, options)}`,
      networks: [network],
      options,
      code: ['explain'],
    };
    const { image, ...found } = await measure(measurement, async () => {
      const made = await activationMaximisation(network, { ...options, ...run });
      return { ...made, image: { ...made.image, pixels: Buffer.from(made.image.pixels).toString('base64') } };
    });
    return { ...found, image: { ...image, pixels: Uint8Array.from(Buffer.from(image.pixels, 'base64')) } };
  };
}

function goalWords(network: Network, { target, layer, channel }: Parameters<Maximise>[1]): string {
  if (target === undefined) return `${layer}, channel ${channel}`;
  const classes = typeof target === 'object' ? target.difference : [target];
  return classes.map((wanted) => className(network.classes[findClass(network, wanted)]!)).join(' − ');
}
