import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { NetworkInput } from '../image/preprocessing';
import type { ImageSample } from '../image/sample';
import { type Activation, activations } from '../network/executors/activations';
import type { Graph } from '../network/graph';
import type { Network } from '../network/network';
import { nodeShapes } from '../network/node-shapes';
import { descriptionOf } from '../network/operations';
import { type ResolvedTarget, resolveTarget, type Target } from '../target';
import { upsampleBilinear } from '../upsample';
import { attribution } from './result';
import { targetGradient } from './target-gradient';

/** Options of every method that looks at a layer. */
export interface LayerOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
  /**
   * A layer by its name in the layer table, or a part of the network by its name in PyTorch (`layer4`), which is its last
   * layer; or several, whose raw maps are averaged (pytorch-grad-cam scales each to 0…1
   * first). Default: the map whose global average feeds the head; where there is none, the last convolution after its
   * ReLU, before any pooling (VGG-16's 14×14).
   */
  readonly layer?: string | readonly string[];
}

/** Layers to look at, and how they were chosen. */
export interface ChosenLayers {
  readonly layers: readonly string[];
  readonly chosen: 'named' | 'pooled into the head' | 'last convolution' | 'last map';
}

/**
 * The layers an option names, or the one a method looks at by default.
 * @throws WhylightError for unknown layers, and for those that are no map.
 */
export function chooseLayers(network: Network, layer: LayerOptions['layer']): ChosenLayers {
  const shapes = nodeShapes(network.graph, network.inputShape);
  const maps = network.graph.map(({ name }) => name).filter((name) => shapes.get(name)!.length === 3);
  if (layer === undefined) {
    if (network.camNode !== null) return { layers: [network.camNode], chosen: 'pooled into the head' };
    // A single place is no map to look at.
    const wide = maps.filter((name) => shapes.get(name)![0]! * shapes.get(name)![1]! > 1);
    const last = lastConvolution(network.graph, new Set(wide));
    if (last !== null) return { layers: [last], chosen: 'last convolution' };
    return { layers: [wide.at(-1) ?? maps.at(-1)!], chosen: 'last map' };
  }
  const asked = typeof layer === 'string' ? [layer] : layer;
  if (asked.length === 0) throw new WhylightError('no layer was named');
  const layers = asked.map((name) => {
    const found = maps.includes(name) ? name : maps.findLast((other) => other.startsWith(`${name}.`));
    if (found !== undefined) return found;
    const near = maps.filter((other) => other.includes(name) || name.includes(other));
    const known = near.length > 0 ? near : maps;
    throw new WhylightError(
      `${shapes.has(name) ? `${name} is no map` : `unknown layer: ${name}`} (${network.name} has: ${ends(known)})`,
    );
  });
  return { layers, chosen: 'named' };
}

/** The last convolution among the nodes, with what follows it in place. */
function lastConvolution(graph: Graph, nodes: ReadonlySet<string>): string | null {
  let last = graph.findLast((node) => descriptionOf(node).role === 'convolution' && nodes.has(node.name))?.name ?? null;
  for (const node of graph) {
    if (last !== null && node.inputs.includes(last) && descriptionOf(node).inPlace) last = node.name;
  }
  return last;
}

function ends(names: readonly string[]): string {
  if (names.length <= 12) return names.join(', ');
  return `${names.slice(0, 4).join(', ')} … ${names.slice(-8).join(', ')}`;
}

/** What a layer's map is made of. */
export interface LayerGradient {
  readonly activation: Activation;
  /** ∂y/∂A. */
  readonly gradient: Activation;
}

/** How a method makes its map, and what it says of it. */
export interface LayerMethod {
  readonly method: string;
  readonly signed: boolean;
  /** The map of one layer, H×W of the layer. */
  readonly combine: (layer: LayerGradient, target: ResolvedTarget) => Float32Array;
}

/**
 * A map from the activations of a layer and the gradient of the score with respect to them: all that Grad-CAM and its
 * relatives share. Upsampled bilinearly to the input; the map itself is in `coarse` where there is one layer.
 */
export async function layerMap(
  network: Network,
  photo: ImageSample,
  { target, layer }: LayerOptions,
  { method, signed, combine }: LayerMethod,
): Promise<Attribution> {
  const started = performance.now();
  const { layers, chosen } = chooseLayers(network, layer);
  const input = prepareInput(photo, network.preprocessing);
  const each = layers.map((at) => targetGradient(network, input.values, target, { at }));
  const { resolved } = each[0]!;
  const coarse = each.map(({ found }) => {
    const { height, width } = found.activation;
    return { values: combine(found, resolved), height, width };
  });
  return attribution(network, photo, input, resolved, {
    method,
    values: averaged(coarse, input.height, input.width),
    coarse: coarse.length === 1 ? coarse[0]! : null,
    signed,
    layer: layers.join(' + '),
    options: { chosen },
    elapsedMs: performance.now() - started,
  });
}

/** How a method that needs no gradient makes its map. */
export interface ActivationMethod {
  readonly method: string;
  readonly signed: boolean;
  /** The map of one layer, H×W of the layer. */
  readonly combine: (
    name: string,
    map: Activation,
    target: ResolvedTarget,
    input: NetworkInput,
  ) => Float32Array | Promise<Float32Array>;
}

/** A map from the activations of a layer alone: what Score-CAM, Ablation-CAM and Eigen-CAM share. */
export async function activationMap(
  network: Network,
  photo: ImageSample,
  { target, layer }: LayerOptions,
  { method, signed, combine }: ActivationMethod,
): Promise<Attribution> {
  const started = performance.now();
  const { layers, chosen } = chooseLayers(network, layer);
  const input = prepareInput(photo, network.preprocessing);
  const { output, maps } = activations(network, input.values, layers);
  const resolved = resolveTarget(network, output, target);
  const coarse = [];
  for (const name of layers) {
    const map = maps.get(name)!;
    const values = await combine(name, map, resolved, input);
    coarse.push({ values, height: map.height, width: map.width });
  }
  return attribution(network, photo, input, resolved, {
    method,
    values: averaged(coarse, input.height, input.width),
    coarse: coarse.length === 1 ? coarse[0]! : null,
    signed,
    layer: layers.join(' + '),
    options: { chosen },
    elapsedMs: performance.now() - started,
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
    large.forEach((value, i) => {
      result[i]! += value / maps.length;
    });
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
