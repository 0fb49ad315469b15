import type { Attribution } from '../attribution';
import type { ImageSample } from '../image/sample';
import type { Network } from '../network/network';
import { perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { targetLogit } from '../target';
import { type ActivationMethod, activationMap, type LayerOptions, positive, weightedSum } from './layer-map';

/** Options of Score-CAM. */
export interface ScoreCamOptions extends LayerOptions, RunOptions {}

/**
 * Score-CAM: relu(Σ_k w_k A_k) with w = softmax over the channels of the score of x ∘ M_k, where M_k is A_k upsampled
 * to the input (corners aligned) and scaled to 0…1 (Wang et al. 2020, arXiv:1910.01279; scores without a baseline, as
 * the field's implementations do). Needs no gradient; one forward pass a channel. Not signed.
 *
 * @throws WhylightError for an unknown target or layer; AbortedError when interrupted.
 */
export function scoreCam(network: Network, photo: ImageSample, options: ScoreCamOptions = {}): Promise<Attribution> {
  const { target, layer, ...run } = options;
  const combine: ActivationMethod['combine'] = async (name, map, resolved, input) => {
    const { height, width, channels, values } = map;
    const channel = new Float32Array(height * width);
    const scores = await perturb(network, input.values, {
      ...run,
      label: 'score-cam',
      target: resolved,
      key: name,
      count: channels,
      write: (k, into) => {
        for (let at = 0; at < channel.length; at++) channel[at] = values[at * channels + k]!;
        const mask = scaled(alignedUpsample(channel, height, width, input.height, input.width));
        for (let i = 0; i < into.length; i++) into[i]! *= mask[Math.floor(i / 3)]!;
      },
      width: 1,
      score: (raw, into) => {
        into[0] = targetLogit(resolved, raw);
      },
    });
    return positive(weightedSum(map, softmax(scores)));
  };
  return activationMap(network, photo, { target, layer }, { method: 'score-cam', signed: false, combine });
}

/** Bilinear with aligned corners: the first and the last centre stay where they are. */
function alignedUpsample(
  values: Float32Array,
  height: number,
  width: number,
  toHeight: number,
  toWidth: number,
): Float32Array {
  const result = new Float32Array(toHeight * toWidth);
  const step = (from: number, to: number) => (to > 1 ? (from - 1) / (to - 1) : 0);
  const [down, across] = [step(height, toHeight), step(width, toWidth)];
  for (let y = 0; y < toHeight; y++) {
    const top = Math.min(height - 1, Math.floor(y * down));
    const bottom = Math.min(height - 1, top + 1);
    const low = y * down - top;
    for (let x = 0; x < toWidth; x++) {
      const left = Math.min(width - 1, Math.floor(x * across));
      const right = Math.min(width - 1, left + 1);
      const far = x * across - left;
      const upper = values[top * width + left]! * (1 - far) + values[top * width + right]! * far;
      const lower = values[bottom * width + left]! * (1 - far) + values[bottom * width + right]! * far;
      result[y * toWidth + x] = upper * (1 - low) + lower * low;
    }
  }
  return result;
}

/** (v − min) / (max − min + 1e-8). */
function scaled(values: Float32Array): Float32Array {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return values.map((value) => (value - lowest) / (highest - lowest + 1e-8));
}

function softmax(scores: Float32Array): Float64Array {
  const top = Math.max(...scores);
  const shares = Float64Array.from(scores, (score) => Math.exp(score - top));
  const sum = shares.reduce((total, share) => total + share, 0);
  return shares.map((share) => share / sum);
}
