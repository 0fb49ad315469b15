import { z } from 'zod';
import { WhylightError } from '../errors';
import type { Network, Parameter } from '../network/network';
import { graphWeights, ownerOf } from '../network/parameter-shapes';
import { randomParameters } from '../network/random-parameters';
import { seededRandom, shuffle } from '../random';

/** How parameters are drawn anew. */
const redraws = ['initial', 'permuted'] as const;
export type Redraw = (typeof redraws)[number];

/** From which end on. */
const redrawOrders = ['bottom-up', 'top-down'] as const;
export type RedrawOrder = (typeof redrawOrders)[number];

/** How parameters are drawn anew, for the options of measures. */
export const redrawOption = z
  .enum(redraws)
  .default('initial')
  .meta({ description: 'initial: as before any training; permuted: each parameter’s own values, shuffled' });

/** From which end on, likewise. */
export const redrawOrderOption = (order: RedrawOrder) =>
  z
    .enum(redrawOrders)
    .default(order)
    .meta({ description: 'which block is drawn anew first: the one next to the input, or the head' });

/** Layers whose parameters are drawn anew at once. */
interface Block {
  /** What their names begin with: `layer1`, `features.3`. */
  readonly name: string;
  readonly parameters: readonly string[];
}

/**
 * A network's layers with parameters, grouped by what their names begin with, in the graph's order. Names are cut at the
 * least depth at which no group holds more than half of the layers with a weight matrix (`layer1`; of VGG `features.3`); a
 * layer without one (batch norm) belongs to the group before it where its own would hold nothing else.
 */
export function parameterBlocks({ graph, inputShape }: Pick<Network, 'graph' | 'inputShape'>): Block[] {
  const weights = graphWeights(graph, inputShape);
  if (weights.size === 0) throw new WhylightError('a network without parameters has nothing to draw anew');
  const matrices = new Set([...weights].filter(([, { start }]) => start === 'uniform').map(([name]) => ownerOf(name)));
  const deepest = Math.max(...[...weights.keys()].map((name) => partsOf(ownerOf(name)).length));
  for (let depth = 1; depth <= deepest; depth++) {
    const blocks = cut([...weights.keys()], matrices, depth);
    const largest = Math.max(...blocks.map(({ layers }) => layers));
    if (depth === deepest || largest <= matrices.size / 2) {
      return blocks.map(({ name, parameters }) => ({ name, parameters }));
    }
  }
  return [];
}

const partsOf = (name: string) => name.split(/[./]/).filter((part) => part !== '');

function cut(names: readonly string[], matrices: ReadonlySet<string>, depth: number) {
  const groups = new Map<string, string[]>();
  for (const name of names) {
    const prefix = partsOf(ownerOf(name)).slice(0, depth).join('.');
    groups.set(prefix, [...(groups.get(prefix) ?? []), name]);
  }
  const blocks: { name: string; parameters: string[]; layers: number }[] = [];
  for (const [name, parameters] of groups) {
    const layers = new Set(parameters.map(ownerOf).filter((owner) => matrices.has(owner))).size;
    if (layers === 0 && blocks.length > 0) blocks.at(-1)!.parameters.push(...parameters);
    else blocks.push({ name, parameters, layers });
  }
  return blocks;
}

/**
 * Networks with ever more blocks of parameters drawn anew, those before staying so: first one block, last all of them.
 * `initial` draws them as before any training (`randomParameters`: He's uniform weights; scales 1, biases 0, and batch norm's
 * statistics 0 and 1), `permuted` shuffles each parameter's own values. Each block's are the same ones in either order.
 */
export function redrawnNetworks(
  network: Network,
  { order, redraw, seed }: { readonly order: RedrawOrder; readonly redraw: Redraw; readonly seed: number },
): Network[] {
  const fresh =
    redraw === 'initial' ? randomParameters(network.graph, network.inputShape, seed) : permuted(network, seed);
  const blocks = parameterBlocks(network);
  if (order === 'top-down') blocks.reverse();
  let parameters = new Map(network.parameters);
  return blocks.map((block) => {
    parameters = new Map(parameters);
    for (const name of block.parameters) parameters.set(name, fresh.get(name)!);
    return { ...network, parameters };
  });
}

function permuted({ graph, inputShape, parameters }: Network, seed: number): Map<string, Parameter> {
  const random = seededRandom(seed);
  const names = graphWeights(graph, inputShape).keys();
  return new Map(
    [...names].map((name) => {
      const { shape, values } = parameters.get(name)!;
      return [name, { shape, values: shuffle(values.slice(), random) }];
    }),
  );
}
