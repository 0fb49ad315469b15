import {
  type ActivationMaximisationOptions,
  activationMaximisation,
  type MaximisedActivation,
} from '../explain/activation-maximisation';
import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { networkIdentity } from '../explain/store/network-identity';
import { storedResult } from '../explain/store/store';
import { findClass } from '../explain/target';
import { className } from '../plots/words';
import type { CacheOptions } from './attribution-cache';

/** Makes or finds a picture that a part of a network answers to. */
export type Maximise = (
  network: Network,
  options: Omit<ActivationMaximisationOptions, keyof RunOptions>,
) => Promise<MaximisedActivation>;

/** A way to maximise activations that keeps each picture in the store. */
export function cachedMaximise({ folder, onResult, ...run }: CacheOptions): Maximise {
  return (network, options) =>
    storedResult(
      { folder, onResult },
      `activation maximisation of ${goalWords(network, options)} (${network.name})`,
      { kind: 'maximised', parts: { network: networkIdentity(network), options } },
      () => activationMaximisation(network, { ...options, ...run }),
    );
}

function goalWords(network: Network, { target, layer, channel }: Parameters<Maximise>[1]): string {
  if (target === undefined) return `${layer}, channel ${channel}`;
  const nameOf = (word: string | number) => className(network.classes[findClass(network, word)]!);
  if (typeof target !== 'object') return nameOf(target);
  return 'negative' in target ? `−${nameOf(target.negative)}` : target.difference.map(nameOf).join(' − ');
}
