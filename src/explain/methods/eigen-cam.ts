import type { Attribution } from '../attribution';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { type Activation, activations } from '../network/executors/activations';
import type { Network } from '../network/network';
import { resolveTarget } from '../target';
import { averaged, chooseLayers, type LayerOptions } from './layer-map';
import { attribution } from './result';

/**
 * Eigen-CAM: the projection of the layer's activations, centred for each channel over the places, on their first
 * principal component (Muhammad and Yeasin 2020, arXiv:2008.00299). It depends on no class. The sign of a component is
 * arbitrary: here places with more activation than the mean are positive. Signed.
 *
 * @throws WhylightError for an unknown target or layer.
 */
export async function eigenCam(
  network: Network,
  photo: ImageSample,
  { target, layer }: LayerOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const { layers, chosen } = chooseLayers(network, layer);
  const input = prepareInput(photo, network.preprocessing);
  const { output, maps } = activations(network, input.values, layers);
  const resolved = resolveTarget(network, output, target);
  const coarse = layers.map((name) => {
    const map = maps.get(name)!;
    return { values: firstComponent(map), height: map.height, width: map.width };
  });
  return attribution(network, photo, input, resolved, {
    method: 'eigen-cam',
    values: averaged(coarse, input.height, input.width),
    coarse: coarse.length === 1 ? coarse[0]! : null,
    signed: true,
    layer: layers.join(' + '),
    options: { chosen },
    elapsedMs: performance.now() - started,
  });
}

const ROUNDS = 2000;

/** Projection of centred places × channels on the first principal component, by power iteration in float64. */
export function firstComponent({ height, width, channels, values }: Activation): Float32Array {
  const places = height * width;
  const centred = Float64Array.from(values);
  const level = new Float64Array(places);
  for (let k = 0; k < channels; k++) {
    let mean = 0;
    for (let at = 0; at < places; at++) mean += values[at * channels + k]! / places;
    for (let at = 0; at < places; at++) {
      centred[at * channels + k]! -= mean;
      level[at]! += centred[at * channels + k]!;
    }
  }
  // Starts from the summed activation, which is never orthogonal to everything.
  let projection = level.some((value) => value !== 0) ? level.slice() : centred.filter((_, i) => i % channels === 0);
  for (let round = 0; round < ROUNDS; round++) {
    const direction = new Float64Array(channels);
    for (let at = 0; at < places; at++) {
      for (let k = 0; k < channels; k++) direction[k]! += projection[at]! * centred[at * channels + k]!;
    }
    const length = Math.hypot(...direction);
    if (length === 0) return new Float32Array(places);
    const next = new Float64Array(places);
    for (let at = 0; at < places; at++) {
      for (let k = 0; k < channels; k++) next[at]! += (direction[k]! / length) * centred[at * channels + k]!;
    }
    const change = Math.hypot(...next.map((value, at) => value - projection[at]!));
    projection = next;
    if (change <= 1e-10 * Math.hypot(...next)) break;
  }
  const sign = projection.reduce((sum, value, at) => sum + value * level[at]!, 0) < 0 ? -1 : 1;
  return Float32Array.from(projection, (value) => sign * value);
}
