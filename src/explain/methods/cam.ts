import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { activations } from '../network/executors/activations';
import type { Network } from '../network/network';
import { descriptionOf } from '../network/operations';
import { resolveTarget, type Target } from '../target';
import { upsampleBilinear } from '../upsample';
import { weightedSum } from './layer-map';
import { attribution } from './result';

/** Options of the class activation map. */
export interface CamOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
}

/**
 * Class activation map: Σ_k w_k A_k over the channels of the map whose global average feeds the linear head
 * (Zhou et al. 2016, arXiv:1512.04150), the bias left out and no ReLU, so that the mean of the map is the target's
 * logit less its bias. Signed, in logits; upsampled bilinearly to the input, with the map itself in `coarse`.
 *
 * @throws WhylightError for a network without global average pooling before a linear head, and an unknown target.
 */
export async function cam(network: Network, photo: ImageSample, { target }: CamOptions = {}): Promise<Attribution> {
  const started = performance.now();
  const layer = network.camNode;
  const head = network.graph.at(-1)!;
  const { role } = descriptionOf(head);
  if (layer === null || (role !== 'linear' && role !== 'global mean')) {
    throw new WhylightError(
      `${network.name} does not end in global average pooling and a linear head, so it has no class activation map; Grad-CAM works for it`,
    );
  }
  const input = prepareInput(photo, network.preprocessing);
  const { output, maps } = activations(network, input.values, [layer]);
  const resolved = resolveTarget(network, output, target);
  const map = maps.get(layer)!;
  // Where the pooled map itself is the score map (SqueezeNet), its channels are the classes.
  const channelWeights =
    role === 'linear'
      ? targetWeights(network.parameters.get(`${head.name}.weight`)!.values, resolved.weights, map.channels)
      : resolved.weights;
  const coarse = weightedSum(map, channelWeights);
  return attribution(network, photo, input, resolved, {
    method: 'cam',
    values: upsampleBilinear(coarse, map.height, map.width, input.height, input.width),
    coarse: { values: coarse, height: map.height, width: map.width },
    signed: true,
    layer,
    options: { chosen: 'pooled into the head' },
    elapsedMs: performance.now() - started,
  });
}

/** Weight of each channel for the target: Σ_o target_o · head_o,k. */
function targetWeights(head: Float32Array, target: Float32Array, channels: number): Float32Array {
  const result = new Float32Array(channels);
  target.forEach((weight, o) => {
    if (weight === 0) return;
    for (let k = 0; k < channels; k++) result[k]! += weight * head[o * channels + k]!;
  });
  return result;
}
