import { z } from 'zod';
import { hintAmong } from '../did-you-mean';
import { WhylightError } from '../errors';
import type { LayerGradient, Look } from '../look';
import type { Activation } from '../network/executors/activations';
import type { Graph } from '../network/graph';
import type { Network } from '../network/network';
import { nodeShapes } from '../network/node-shapes';
import { descriptionOf } from '../network/operations';
import { gridWords, onGrid, tokenGrids } from '../network/token-grid';
import type { ResolvedTarget } from '../target';
import { upsampleBilinear } from '../upsample';
import type { MethodOptions } from './define-method';
import type { Outcome } from './result';

/** Options of every method that looks at a layer. */
export const layerSchema = z.strictObject({
  layer: z
    .union([z.string(), z.array(z.string()).readonly()])
    .optional()
    .meta({
      description:
        'a layer by its name in the layer table, or a part of the network by its name in PyTorch (layer4), which is its ' +
        'last layer; or several, whose raw maps are averaged (pytorch-grad-cam scales each to 0…1 first). Default: the ' +
        'map whose global average feeds the head; where there is none, the last convolution after its activation, before any ' +
        'pooling (VGG-16’s 14×14); of a transformer the tokens that its last attention reads. Tokens are read as the cells that ' +
        'they were, without those put before them (class token)',
    }),
});

export type LayerOptions = MethodOptions<typeof layerSchema>;

/** Layers to look at, and how they were chosen. */
export interface ChosenLayers {
  readonly layers: readonly string[];
  readonly rule: 'named' | 'pooled into the head' | 'read by the last attention' | 'last convolution' | 'last map';
}

/**
 * The layers an option names, or the one a method looks at by default.
 * @throws WhylightError for unknown layers, and for those that are no map.
 */
export function chooseLayers(network: Network, layer: LayerOptions['layer']): ChosenLayers {
  const shapes = nodeShapes(network.graph, network.inputShape);
  const maps = network.graph.map(({ name }) => name).filter((name) => shapes.get(name)!.length === 3);
  if (layer === undefined) {
    if (network.camNode !== null) return { layers: [network.camNode], rule: 'pooled into the head' };
    const attended = lastAttended(network.graph);
    if (attended !== null) return { layers: [attended], rule: 'read by the last attention' };
    // A single place is no map to look at.
    const wide = maps.filter((name) => shapes.get(name)![0]! * shapes.get(name)![1]! > 1);
    const last = lastConvolution(network.graph, new Set(wide));
    if (last !== null) return { layers: [last], rule: 'last convolution' };
    return { layers: [wide.at(-1) ?? maps.at(-1)!], rule: 'last map' };
  }
  const names = typeof layer === 'string' ? [layer] : layer;
  if (names.length === 0) throw new WhylightError('no layer was named');
  const layers = names.map((name) => {
    const match = maps.includes(name) ? name : maps.findLast((other) => other.startsWith(`${name}.`));
    if (match !== undefined) return match;
    const near = maps.filter((other) => other.includes(name) || name.includes(other));
    const alternatives = near.length > 0 ? near : maps;
    throw new WhylightError(
      `${shapes.has(name) ? `${name} is no map` : `unknown layer: ${name}`} (${network.name} has: ${ends(alternatives)}${near.length > 0 ? '' : hintAmong(name, maps)})`,
    );
  });
  return { layers, rule: 'named' };
}

/** How many channels the chosen layers have together. */
export function channelsOf(network: Network, layer: LayerOptions['layer']): number {
  const shapes = nodeShapes(network.graph, network.inputShape);
  return chooseLayers(network, layer).layers.reduce((sum, name) => sum + shapes.get(name)![2]!, 0);
}

/** The last convolution among the nodes, with what follows it in place. */
function lastConvolution(graph: Graph, nodes: ReadonlySet<string>): string | null {
  let last = graph.findLast((node) => descriptionOf(node).role === 'convolution' && nodes.has(node.name))?.name ?? null;
  for (const node of graph) {
    if (last !== null && node.inputs.includes(last) && descriptionOf(node).inPlace) last = node.name;
  }
  return last;
}

/** The tokens that the last attention makes queries, keys and values of: a block's first norm. Later ones need not reach the head. */
function lastAttended(graph: Graph): string | null {
  const byName = new Map(graph.map((node) => [node.name, node]));
  let node = graph.findLast((one) => descriptionOf(one).role === 'attention');
  if (node === undefined) return null;
  do node = byName.get(node.inputs[0]!)!;
  while (node.inputs.length > 0 && (descriptionOf(node).role === 'convolution' || node.inputs.length > 1));
  return node.name;
}

function ends(names: readonly string[]): string {
  if (names.length <= 12) return names.join(', ');
  return `${names.slice(0, 4).join(', ')} … ${names.slice(-8).join(', ')}`;
}

/** A layer's own map of each target, H×W of the layer. */
interface LayerMaps {
  readonly height: number;
  readonly width: number;
  readonly values: readonly Float32Array[];
}

/** How a method makes its map from a layer's activations and the gradient of a target's score with respect to them. */
interface GradientLayerMethod {
  readonly signed: boolean;
  /** H×W of the layer. */
  readonly combine: (layer: LayerGradient, target: ResolvedTarget) => Float32Array;
}

/** What the descriptions of Grad-CAM and its relatives share. */
export const gradientLayerMethod = (method: GradientLayerMethod) =>
  ({
    cost: 'one forward and a part of a backward pass',
    passes: () => 2,
    needs: ['gradient'],
    perTarget: 'a backward pass',
    schema: layerSchema,
    explain: async (look: Look, targets: readonly ResolvedTarget[], { layer }: LayerOptions) =>
      gradientLayerMaps(look, targets, layer, method),
  }) as const;

function gradientLayerMaps(
  look: Look,
  targets: readonly ResolvedTarget[],
  layer: LayerOptions['layer'],
  { signed, combine }: GradientLayerMethod,
): Outcome[] {
  const { layers, rule } = chooseLayers(look.network, layer);
  const grids = tokenGrids(look.network, layers);
  const maps = layers.map((at) => {
    const passes = look.gradients(targets, { at }).map(({ activation, gradient }) => ({
      activation: onGrid(activation, grids.get(at)),
      gradient: onGrid(gradient, grids.get(at)),
    }));
    const { height, width } = passes[0]!.activation;
    return { height, width, values: passes.map((one, i) => combine(one, targets[i]!)) };
  });
  return outcomes(look, maps, { signed, layer: layers.join(' + '), options: { chosen: rule, ...gridWords(grids) } });
}

/** How a method that needs no gradient makes its maps. */
interface ActivationLayerMethod {
  readonly signed: boolean;
  /** The maps of one layer for all targets, H×W of `map`; `whole` has tokens beside the cells too. */
  readonly combine: (name: string, map: Activation, whole: Activation) => Promise<readonly Float32Array[]>;
}

/** Maps from the activations of a layer alone: what Score-CAM, Ablation-CAM and Eigen-CAM share. */
export async function activationLayerMaps(
  look: Look,
  layer: LayerOptions['layer'],
  { signed, combine }: ActivationLayerMethod,
): Promise<Outcome[]> {
  const { layers, rule } = chooseLayers(look.network, layer);
  const activations = look.activations(layers);
  const maps: LayerMaps[] = [];
  const grids = tokenGrids(look.network, layers);
  for (const name of layers) {
    const whole = activations.get(name)!;
    const map = onGrid(whole, grids.get(name));
    maps.push({ height: map.height, width: map.width, values: await combine(name, map, whole) });
  }
  return outcomes(look, maps, { signed, layer: layers.join(' + '), options: { chosen: rule, ...gridWords(grids) } });
}

/** Of each target the mean of its layers' maps, upsampled bilinearly to the input; the map itself where there is one layer. */
function outcomes({ input }: Look, maps: readonly LayerMaps[], shared: Omit<Outcome, 'values'>): Outcome[] {
  return maps[0]!.values.map((_, i) => {
    const own = maps.map(({ height, width, values }) => ({ values: values[i]!, height, width }));
    const values = averaged(own, input.height, input.width);
    return { ...shared, values, coarse: own.length === 1 ? own[0]! : null };
  });
}

/** The mean of maps, each upsampled to the same size. */
export function averaged(
  maps: readonly { readonly values: Float32Array; readonly height: number; readonly width: number }[],
  height: number,
  width: number,
): Float32Array {
  const result = new Float32Array(height * width);
  for (const map of maps) {
    const large = upsampleBilinear(map.values, map.height, map.width, height, width);
    for (let i = 0; i < result.length; i++) result[i]! += large[i]! / maps.length;
  }
  return result;
}

/** Σ_k w_k A_k, H×W of the layer. */
export function weightedSum({ height, width, channels, values }: Activation, weights: ArrayLike<number>): Float32Array {
  const result = new Float32Array(height * width);
  for (let at = 0; at < result.length; at++) {
    let sum = 0;
    for (let k = 0; k < channels; k++) sum += weights[k]! * values[at * channels + k]!;
    result[at] = sum;
  }
  return result;
}

/** max(0, ·). */
export const positive = (values: Float32Array): Float32Array => values.map((value) => Math.max(0, value));

/** Sum over the places, for each channel. */
export function overPlaces(
  { height, width, channels }: Activation,
  value: (at: number, channel: number) => number,
): Float64Array {
  const sums = new Float64Array(channels);
  for (let at = 0; at < height * width; at++) {
    for (let k = 0; k < channels; k++) sums[k]! += value(at * channels + k, k);
  }
  return sums;
}
