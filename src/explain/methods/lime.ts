import type { Attribution } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { forward } from '../network/executors/forward';
import type { Network } from '../network/network';
import { perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { seededRandom } from '../random';
import { resolveTarget, type Target, targetLogit, targetProbability } from '../target';
import { attribution } from './result';
import { weightedRidge } from './ridge';
import { superpixels } from './superpixels';

/** Options of LIME. */
export interface LimeOptions extends RunOptions {
  /** What to explain. Default: the best class. */
  readonly target?: Target;
  /** Random copies; the first shows everything. Default 1000. */
  readonly samples?: number;
  /** Superpixels wanted, about. Default 50. */
  readonly segments?: number;
  /** Width of the kernel over cosine distances. Default 0.25. */
  readonly kernelWidth?: number;
  /** Strength of the ridge penalty. Default 1. */
  readonly penalty?: number;
  /** Of the random copies. Default 0. */
  readonly seed?: number;
}

/** Kernel weight of a copy that shows `shown` of `all` superpixels: √exp(−d²/width²), d the cosine distance to all ones. */
export function limeWeight(shown: number, all: number, width: number): number {
  const distance = shown === 0 ? 1 : 1 - Math.sqrt(shown / all);
  return Math.sqrt(Math.exp(-(distance * distance) / (width * width)));
}

/**
 * LIME for images: a linear model of the target's probability in which superpixels (SLIC) are shown or hidden, fitted
 * by ridge regression to random copies weighed by their nearness to the whole (Ribeiro, Singh and Guestrin 2016,
 * arXiv:1602.04938). Hidden superpixels have their own mean colour. Each pixel gets its superpixel's coefficient:
 * signed, in probability (in logits for a target that is not one class). One forward pass a copy.
 *
 * @throws WhylightError for options that cannot be; AbortedError when interrupted.
 */
export async function lime(network: Network, photo: ImageSample, options: LimeOptions = {}): Promise<Attribution> {
  const started = performance.now();
  const { target, samples = 1000, segments = 50, kernelWidth = 0.25, penalty = 1, seed = 0, ...run } = options;
  for (const [name, value, least] of [
    ['samples', samples, 2],
    ['segments', segments, 2],
  ] as const) {
    if (!Number.isInteger(value) || value < least) {
      throw new WhylightError(`${name}: ${value} (allowed: whole numbers from ${least})`);
    }
  }
  if (!(kernelWidth > 0)) throw new WhylightError(`kernelWidth: ${kernelWidth} (allowed: above 0)`);
  if (!(penalty >= 0)) throw new WhylightError(`penalty: ${penalty} (allowed: from 0)`);
  const input = prepareInput(photo, network.preprocessing);
  const resolved = resolveTarget(network, forward(network, input.values), target);
  const { labels, count } = superpixels(input.image, { count: segments });
  const hidden = meanColours(input.values, labels, count);
  const random = seededRandom(seed);
  const shown = Array.from({ length: samples }, (_, i) =>
    Uint8Array.from({ length: count }, () => (i === 0 || random() < 0.5 ? 1 : 0)),
  );
  const scores = await perturb(network, input.values, {
    ...run,
    label: 'lime',
    target: resolved,
    key: [samples, segments, seed],
    count: samples,
    write: (index, into) => {
      labels.forEach((label, at) => {
        if (shown[index]![label] === 1) return;
        for (let c = 0; c < 3; c++) into[at * 3 + c] = hidden[label * 3 + c]!;
      });
    },
    width: 1,
    score: (raw, into) => {
      into[0] = targetProbability(network, resolved, raw) ?? targetLogit(resolved, raw);
    },
  });
  const weights = shown.map((row) =>
    limeWeight(
      row.reduce((sum, value) => sum + value, 0),
      count,
      kernelWidth,
    ),
  );
  const { coefficients, explained } = weightedRidge(shown, scores, weights, penalty);
  const result = attribution(network, photo, input, resolved, {
    method: 'lime',
    values: Float32Array.from(labels, (label) => coefficients[label]!),
    signed: true,
    seed,
    options: { samples, segments, superpixels: count, kernelWidth, penalty },
    elapsedMs: performance.now() - started,
  });
  const fit = `the linear model explains ${(100 * explained).toFixed(0)} % of the weighted variance`;
  return { ...result, notes: [...result.notes, fit] };
}

function meanColours(values: Float32Array, labels: Int32Array, count: number): Float32Array {
  const sums = new Float64Array(count * 3);
  const sizes = new Float64Array(count);
  labels.forEach((label, at) => {
    sizes[label]!++;
    for (let c = 0; c < 3; c++) sums[label * 3 + c]! += values[at * 3 + c]!;
  });
  return Float32Array.from(sums, (sum, i) => sum / sizes[Math.floor(i / 3)]!);
}
