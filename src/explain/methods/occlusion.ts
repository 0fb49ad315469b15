import type { Attribution, OcclusionGrid } from '../attribution';
import { WhylightError } from '../errors';
import { prepareInput } from '../image/prepare';
import type { ImageSample } from '../image/sample';
import { jointJournal } from '../journal';
import { openIncremental } from '../network/executors/incremental';
import type { Network } from '../network/network';
import { type RunOptions, withAmbient } from '../progress';
import { perturbRectangles } from '../rectangle-perturbation';
import { resolveTarget, type Target, targetLogit, targetProbability } from '../target';
import { fillImage, type OcclusionFill } from './occluder-fill';
import {
  type ApproximationOptions,
  approximateScores,
  isExact,
  recorded,
  validateApproximation,
} from './occlusion-approximate';
import { coarselyFilled, meanOverWindows } from './occlusion-map';
import { attribution, type Outcome } from './result';

/** Options of occlusion sensitivity. */
export interface OcclusionOptions extends RunOptions, ApproximationOptions {
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
  /** Of the noise, and of the positions that check an approximation. Default 0. */
  readonly seed?: number;
}

/**
 * Occlusion sensitivity (Zeiler and Fergus 2014, arXiv:1311.2901): the target's score as an occluder slides over the
 * photo. Two views in one result: `grid` holds logit and probability at every position (the source paper's picture),
 * `values` the attribution, at each pixel the mean of y − y_occluded over the windows that cover it, the last window
 * of an axis clipped at the edge (Captum's definition). Signed, in logits, H×W of the input.
 * For 10×10 at stride 5 on 224 px that is 1,936 positions; of each only what the occluder can change is computed, exactly,
 * unless `growth` or `coarse` ask for less. A coarse grid of positions comes first: `onProgress` can show it.
 *
 * @throws WhylightError for a size, stride, fill or approximation that cannot be; AbortedError when interrupted.
 */
export async function occlusion(
  network: Network,
  photo: ImageSample,
  { target, size = 16, stride, fill = 'black', seed = 0, ...rest }: OcclusionOptions = {},
): Promise<Attribution> {
  const started = performance.now();
  const { growth = 1, coarse = 1, refine = 0.25, check = 24, ...run } = rest;
  const approximation = { growth, coarse, refine, check };
  const exact = isExact(approximation);
  const input = prepareInput(photo, network.preprocessing);
  const [height, width] = axes('size', size, [input.height, input.width]);
  const [down, across] = axes('stride', stride ?? [Math.ceil(height / 2), Math.ceil(width / 2)], null);
  const tops = positions(input.height, height, down);
  const lefts = positions(input.width, width, across);
  validateApproximation(rest, [tops.length, lefts.length]);
  const session = openIncremental(network, input.values, {
    size: [height, width],
    filling: fillImage(input, network.preprocessing, fill, Math.max(height, width), seed),
    copies: tops.length * lefts.length,
  });
  try {
    const resolved = resolveTarget(network, session.cleanOutputs, target);
    const scoresOf = (raw: Float32Array, into: Float32Array) => {
      into[0] = targetLogit(resolved, raw);
      into[1] = targetProbability(network, resolved, raw) ?? 0;
    };
    const finished = (scores: Float32Array, notes: readonly string[] = []): Attribution => {
      const grid: OcclusionGrid = {
        rows: tops.length,
        columns: lefts.length,
        tops,
        lefts,
        size: [height, width],
        probabilities: resolved.index === null ? null : scores.filter((_, i) => i % 2 === 1),
        logits: scores.filter((_, i) => i % 2 === 0),
      };
      const outcome: Outcome = {
        method: 'occlusion',
        values: meanOverWindows(grid, resolved.logit, input.height, input.width),
        grid,
        signed: true,
        seed: fill === 'noise' || !exact ? seed : null,
        options: { size: [height, width], stride: [down, across], fill, ...recorded(approximation) },
        elapsedMs: performance.now() - started,
        notes,
      };
      return attribution(network, photo, input, resolved, outcome);
    };
    const clean = [resolved.logit, resolved.probability ?? 0];
    const { journal } = withAmbient(run);
    const joint = journal && !exact ? jointJournal(journal) : null;
    const score = (label: string, how: { chosen?: readonly number[]; growth?: number }) =>
      perturbRectangles(network, input.values, {
        ...run,
        journal: joint ?? journal,
        ...how,
        label,
        tops,
        lefts,
        size: [height, width],
        session,
        target: resolved,
        key: [height, width, down, across, fill, seed],
        width: 2,
        score: scoresOf,
        ...(how.chosen === undefined && {
          preview: (table: Float32Array) => finished(coarselyFilled(table, [tops.length, lefts.length, 2], clean)),
        }),
      });
    if (exact) return finished(await score('occlusion', {}));
    const { scores, note } = await approximateScores({ tops, lefts, width: 2 }, { ...approximation, seed }, score);
    joint?.close();
    return finished(scores, [note]);
  } finally {
    session.close();
  }
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
