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

/** Titles of a network's activations that are no ReLUs, each once: those taken for ReLUs by `rule=gate`, and the others. */
function otherTitles({ graph }: Pick<Network, 'graph'>): Readonly<Record<'gates' | 'others', readonly string[]>> {
  const of = (kind: 'gated' | 'other') => {
    const nodes = graph.filter((node) => descriptionOf(node).activation === kind);
    return [...new Set(nodes.map((node) => descriptionOf(node).title(node.operation)))];
  };
  return { gates: of('gated'), others: of('other') };
}

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
      'option rule=gate)',
  );
}

/** What `rule=gate` makes of a network, in words; nothing where its activations are ReLUs. */
export function gateNotes(network: Network, rule: 'gate' | undefined): readonly string[] {
  const { gates, others } = otherTitles(network);
  if (rule === undefined || gates.length + others.length === 0) return [];
  const parts = [
    ...(gates.length > 0 ? [`taken for ReLUs: ${gates.join(' and ')}`] : []),
    ...(others.length > 0 ? [`by their own slope: ${others.join(' and ')}`] : []),
  ];
  return [`rule=gate, on the way back ${parts.join('; ')}`];
}
