import type { Network } from '../network/network';
import { descriptionOf } from '../network/operations';
import type { Card } from './define-method';
import { otherActivation } from './relu-rules';

/**
 * Why a network does not allow a method, as its description's `needs` say: a clause; null where it does.
 * @param options as a person gives them: some lift a need.
 */
export function obstacle(
  { needs }: Pick<Card, 'needs'>,
  network: Pick<Network, 'camNode' | 'graph'>,
  options: Readonly<Record<string, unknown>> = {},
): string | null {
  if (needs.includes('pooled head')) {
    const { role } = descriptionOf(network.graph.at(-1)!);
    if (network.camNode === null || (role !== 'linear' && role !== 'global mean')) {
      return 'the network does not end in global average pooling and a linear head';
    }
  }
  const other = needs.includes('network of ReLUs') && options.rule === undefined ? otherActivation(network) : null;
  if (other !== null) return `its rule is for ReLUs, and ${other} (rule=gate takes such activations for ReLUs)`;
  return null;
}
