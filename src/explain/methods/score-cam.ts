import { perturbAt } from '../rounded-copies';
import { logitsOf } from '../scored-copies';
import { type CopyLayerOptions, copyLayerMaps, copyLayerSchema } from './copy-layer-maps';
import { defineMethod } from './define-method';
import { channelsOf, positive, weightedSum } from './layer-map';

/** Options of Score-CAM. */
export type ScoreCamOptions = CopyLayerOptions;

export const scoreCamMethod = defineMethod({
  name: 'score-cam',
  title: 'Score-CAM',
  unit: 'evidence',
  bibtex: `@inproceedings{wang2020scorecam, author = {Wang, Haofan and Wang, Zifan and Du, Mengnan and Yang, Fan and Zhang, Zijian and Ding, Sirui and Mardziel, Piotr and Hu, Xia},
    title = {Score-CAM: Score-Weighted Visual Explanations for Convolutional Neural Networks}, booktitle = {CVPR Workshops}, year = {2020}, eprint = {1910.01279}}`,
  formula: String.raw`w_k^c = \operatorname{softmax}_k\bigl(S_c(I \circ \hat{f}_k)\bigr), \quad \hat{f}_k = \frac{f_k - \min f_k}{\max f_k - \min f_k}`,
  where: String.raw`$\hat{f}_k$ is upsampled to the image`,
  sentence: 'weights each channel by the score of the image that it masks',
  use: 'where gradients cannot be had or are not to be trusted',
  avoid: 'on layers of many channels without the time for a pass each',
  cost: 'one forward pass for each channel of the layer',
  passes: ({ layer }, network) => channelsOf(network, layer),
  needs: [],
  perTarget: 'nothing',
  schema: copyLayerSchema,
  explain: async (look, targets, { layer, quality }, run) =>
    copyLayerMaps(look, targets, layer, async (name, map) => {
      const { height, width, channels, values } = map;
      const { network, input } = look;
      const channel = new Float32Array(height * width);
      const depth = network.inputShape[2];
      const rounded = await perturbAt(quality, network, input.values, {
        ...run,
        ...logitsOf(targets),
        key: [run.key, name],
        count: channels,
        write: (k, into) => {
          for (let at = 0; at < channel.length; at++) channel[at] = values[at * channels + k]!;
          const mask = scaled(alignedUpsample(channel, height, width, input.height, input.width));
          for (let i = 0; i < into.length; i++) into[i]! *= mask[Math.floor(i / depth)]!;
        },
      });
      return { rounded, mapOf: (_, scores) => positive(weightedSum(map, softmax(scores))) };
    }),
});

/**
 * Score-CAM: relu(Σ_k w_k A_k) with w = softmax over the channels of the score of x ∘ M_k, where M_k is A_k upsampled
 * to the input (corners aligned) and scaled to 0…1 (Wang et al. 2020, arXiv:1910.01279; scores without a baseline, as
 * the field's implementations do). Needs no gradient; one forward pass a channel. Not signed.
 *
 * @throws WhylightError for an unknown target or layer; AbortedError when interrupted.
 */
export const scoreCam: typeof scoreCamMethod.run = scoreCamMethod.run;

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
