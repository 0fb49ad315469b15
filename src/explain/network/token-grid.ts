import type { Activation } from './executors/activations';
import type { Network } from './network';
import { nodeShapes } from './node-shapes';
import { descriptionOf } from './operations';

/** How a sequence of tokens lies on a map. */
export interface TokenGrid {
  readonly height: number;
  readonly width: number;
  /** Tokens before the first cell: class tokens. */
  readonly before: number;
}

/** Of those nodes that are tokens, N×1×C, the map whose cells they were. */
export function tokenGrids({ graph, inputShape }: Network, nodes: readonly string[]): ReadonlyMap<string, TokenGrid> {
  const shapes = nodeShapes(graph, inputShape);
  const result = new Map<string, TokenGrid>();
  // Of each sequence the map: what is made of tokens and has one column is tokens again.
  const maps = new Map<string, readonly number[]>();
  for (const node of graph) {
    const [count, columns] = shapes.get(node.name)!;
    const isSequence = shapes.get(node.name)!.length === 3 && columns === 1;
    const map =
      descriptionOf(node).role === 'cells as tokens'
        ? shapes.get(node.inputs[0]!)!
        : node.inputs.map((name) => maps.get(name)).find((one) => one !== undefined);
    if (!isSequence || map === undefined) continue;
    const [height, width] = map as [number, number, number];
    if (count! < height * width) continue;
    maps.set(node.name, map);
    if (nodes.includes(node.name)) result.set(node.name, { height, width, before: count! - height * width });
  }
  return result;
}

/** An activation, or a gradient at it, as the map that its tokens were cells of; itself where it is no tokens. */
export function onGrid(activation: Activation, grid: TokenGrid | undefined): Activation {
  if (grid === undefined) return activation;
  const { channels, values } = activation;
  return { height: grid.height, width: grid.width, channels, values: values.subarray(grid.before * channels) };
}

/** What a result says of layers that are tokens: `tokens` is 14×14 after 1, or nothing. */
export function gridWords(grids: ReadonlyMap<string, TokenGrid>): { readonly tokens?: string } {
  const words = [...grids.values()].map(
    ({ height, width, before }) => `${height}×${width} cells${before > 0 ? `, without ${before} before them` : ''}`,
  );
  return words.length === 0 ? {} : { tokens: [...new Set(words)].join(' + ') };
}
