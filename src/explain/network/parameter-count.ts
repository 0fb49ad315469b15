import type { Network } from './network';
import { numbersIn } from './operations/operation';
import { graphWeights } from './parameter-shapes';

/** Learned numbers of a network, running statistics of batch norm left out. */
export function parameterCount({ graph, inputShape }: Pick<Network, 'graph' | 'inputShape'>): number {
  const learned = [...graphWeights(graph, inputShape).values()].filter((weight) => weight.learned);
  return learned.reduce((sum, { shape }) => sum + numbersIn(shape), 0);
}
