import { z } from 'zod';
import { WhylightError } from '../errors';
import type { Network } from '../network/network';
import { descriptionOf } from '../network/operations';

/** The options of methods that have a backward rule of their own for ReLUs. */
export const reluRuleOptions = z.strictObject({
  rule: z
    .enum(['gate'])
    .optional()
    .meta({
      description:
        'gate: an activation that lets pass what is above 0 (leaky, parametric, exponential and scaled ReLU, SiLU, hard ' +
        'swish, GELU, softplus) is taken for a ReLU on the way back, and sigmoid, hard sigmoid, tanh and clip keep their ' +
        'own slope; default: only networks whose activations are ReLU and ReLU6',
    }),
});

/** What of a network stands in the way of a rule that is made for ReLUs: its first other activation. Null: nothing. */
export function otherActivation({ graph }: Pick<Network, 'graph'>): string | null {
  for (const node of graph) {
    const { activation, title } = descriptionOf(node);
    if (activation !== null && activation !== 'rectifier') return `${node.name} is ${title(node.operation)}`;
  }
  return null;
}

/** @throws WhylightError for a network of other activations than ReLUs, unless `rule` says what they count as. */
export function checkActivations(method: string, network: Network, rule: 'gate' | undefined): void {
  const other = otherActivation(network);
  if (other === null || rule !== undefined) return;
  throw new WhylightError(
    `${method} has a rule for ReLU and ReLU6 alone, and in ${network.name} ${other} (allowed: networks of ReLUs; or the ` +
      'option rule=gate, which takes such activations for ReLUs)',
  );
}
