import type { Attribution, OcclusionGrid } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { NetworkInput, Preprocessing } from '../image/preprocessing';
import type { ImageSample } from '../image/sample';
import { forward } from '../network/executors/forward';
import type { Network } from '../network/network';
import type { RunOptions } from '../progress';
import { seededRandom } from '../random';
import { perturbRectangles } from '../rectangle-perturbation';
import { resolveTarget, type Target, targetLogit, targetProbability } from '../target';
import { attribution } from './result';

/** What an occluder is filled with. */
export const occlusionFills = ['black', 'zero', 'mean', 'blur', 'noise'] as const;
export type OcclusionFill = (typeof occlusionFills)[number];

/** Options of occlusion sensitivity. */
export interface OcclusionOptions extends RunOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
  /** Occluder's side, or `[height, width]`, in px of the input. Default 16. */
  readonly size?: number | readonly [number, number];
  /** Step between positions, or `[down, across]`, in px. Default: half the size. */
  readonly stride?: number | readonly [number, number];
  /**
   * `black`: 0 in pixel space, as in the source paper; `zero`: 0 after preprocessing (the training data's mean, Captum's
   * default); `mean`: the photo's mean colour; `blur`: the photo blurred by the occluder's size; `noise`: uniform
   * noise. Default `black`.
   */
  readonly fill?: OcclusionFill;
  /** Of the noise. Default 0. */
  readonly seed?: number;
}

/**
 * Occlusion sensitivity (Zeiler and Fergus 2014, arXiv:1311.2901): the target's score as an occluder slides over the
 * photo. Two views in one result: `grid` holds logit and probability at every position (the source paper's picture),
 * `values` the attribution, at each pixel the mean of y − y_occluded over the windows that cover it, the last window
 * of an axis clipped at the edge (Captum's definition). Signed, in logits, H×W of the input.
 * For 10×10 at stride 5 on 224 px that is 1,936 positions; of each only what the occluder can change is computed.
 *
 * @throws WhylightError for a size, stride or fill that cannot be; AbortedError when interrupted.
 */
export async function occlusion(
  network: Network,
  photo: ImageSample,
  { target, size = 16, stride, fill = 'black', seed = 0, ...run }: OcclusionOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const input = prepareInput(photo, network.preprocessing);
  const [height, width] = axes('size', size, [input.height, input.width]);
  const [down, across] = axes('stride', stride ?? [Math.ceil(height / 2), Math.ceil(width / 2)], null);
  if (!occlusionFills.includes(fill)) {
    throw new WhylightError(`unknown fill: ${fill} (allowed: ${occlusionFills.join(', ')})`);
  }
  const tops = positions(input.height, height, down);
  const lefts = positions(input.width, width, across);
  const filling = fillImage(input, network.preprocessing, fill, Math.max(height, width), seed);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const logits = new Float32Array(tops.length * lefts.length);
  const probabilities = resolved.index === null ? null : new Float32Array(logits.length);
  const scores = await perturbRectangles(network, input.values, {
    ...run,
    label: 'occlusion',
    tops,
    lefts,
    size: [height, width],
    filling,
    target: resolved,
    key: [height, width, down, across, fill, seed],
    width: 2,
    score: (raw, into) => {
      into[0] = targetLogit(resolved, raw);
      into[1] = targetProbability(network, resolved, raw) ?? 0;
    },
  });
  for (const index of logits.keys()) {
    logits[index] = scores[2 * index]!;
    if (probabilities !== null) probabilities[index] = scores[2 * index + 1]!;
  }
  const grid: OcclusionGrid = {
    rows: tops.length,
    columns: lefts.length,
    tops,
    lefts,
    size: [height, width],
    probabilities,
    logits,
  };
  return attribution(network, photo, input, resolved, {
    method: 'occlusion',
    values: meanOverWindows(grid, resolved.logit, input.height, input.width),
    grid,
    signed: true,
    seed: fill === 'noise' ? seed : null,
    options: { size: [height, width], stride: [down, across], fill },
    elapsedMs: performance.now() - started,
  });
}

function axes(
  what: string,
  value: number | readonly [number, number],
  limit: readonly [number, number] | null,
): readonly [number, number] {
  const pair: readonly [number, number] = typeof value === 'number' ? [value, value] : value;
  const fits = (length: number, axis: number) =>
    Number.isInteger(length) && length >= 1 && (limit === null || length <= limit[axis]!);
  if (pair.length !== 2 || !pair.every(fits)) {
    const allowed = limit === null ? 'whole px from 1' : `whole px from 1 to the input's ${limit.join('×')}`;
    throw new WhylightError(`unusable occluder ${what}: ${pair.join('×')} (allowed: ${allowed})`);
  }
  return pair;
}

/** First px of each window: ceil((length − size) / stride) + 1 of them, the last one clipped where it sticks out. */
export function positions(length: number, size: number, stride: number): number[] {
  return Array.from({ length: Math.ceil((length - size) / stride) + 1 }, (_, i) => i * stride).filter(
    (at) => at < length,
  );
}

/** The whole input as it would look if covered, H×W×3. */
function fillImage(
  { values, height, width }: NetworkInput,
  { mean, std }: Preprocessing,
  fill: OcclusionFill,
  size: number,
  seed: number,
): Float32Array {
  const result = new Float32Array(values.length);
  switch (fill) {
    case 'zero':
      return result;
    case 'black':
      return result.map((_, i) => -mean[i % 3]! / std[i % 3]!);
    case 'mean': {
      const sums = [0, 0, 0];
      values.forEach((value, i) => {
        sums[i % 3]! += value;
      });
      return result.map((_, i) => sums[i % 3]! / (height * width));
    }
    case 'noise': {
      const random = seededRandom(seed);
      return result.map((_, i) => (random() - mean[i % 3]!) / std[i % 3]!);
    }
    case 'blur':
      return boxBlur(boxBlur(values, height, width, size), height, width, size);
  }
}

/** Mean over a (2·radius+1)² square, the edge repeated. Separable, by running sums. */
function boxBlur(values: Float32Array, height: number, width: number, radius: number): Float32Array {
  const along = (source: Float32Array, lines: number, length: number, lineStep: number, step: number) => {
    const result = new Float32Array(source.length);
    for (let line = 0; line < lines; line++) {
      for (let c = 0; c < 3; c++) {
        const at = (i: number) => source[line * lineStep + Math.min(length - 1, Math.max(0, i)) * step + c]!;
        let sum = 0;
        for (let i = -radius; i <= radius; i++) sum += at(i);
        for (let i = 0; i < length; i++) {
          result[line * lineStep + i * step + c] = sum / (2 * radius + 1);
          sum += at(i + radius + 1) - at(i - radius);
        }
      }
    }
    return result;
  };
  return along(along(values, height, width, width * 3, 3), width, height, 3, width * 3);
}

function meanOverWindows(grid: OcclusionGrid, clean: number, height: number, width: number): Float32Array {
  const sums = new Float64Array(height * width);
  const counts = new Uint32Array(height * width);
  grid.tops.forEach((top, row) => {
    grid.lefts.forEach((left, column) => {
      const drop = clean - grid.logits[row * grid.columns + column]!;
      for (let y = top; y < Math.min(height, top + grid.size[0]); y++) {
        for (let x = left; x < Math.min(width, left + grid.size[1]); x++) {
          sums[y * width + x]! += drop;
          counts[y * width + x]!++;
        }
      }
    });
  });
  return Float32Array.from(sums, (sum, i) => (counts[i] === 0 ? 0 : sum / counts[i]!));
}
