import type { Network } from './network';

/** Learned numbers of a network, running statistics of batch norm left out. */
export function parameterCount({ parameters }: Pick<Network, 'parameters'>): number {
  return [...parameters]
    .filter(([name]) => !/\.running_(mean|var)$/.test(name))
    .reduce((sum, [, { values }]) => sum + values.length, 0);
}
