import { z } from 'zod';
import { type Perturbations, perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { logitsOf, probabilitiesOf } from '../scored-copies';
import type { MeasureCase } from './define-measure';
import { fillPicture, fillWords, type PictureFill, pictureFills } from './fill-removed';

/** Options of the measures that remove pixels and look at the score. */
export const removalOptions = {
  fill: z
    .enum(pictureFills)
    .default('zero')
    .meta({ description: `what stands where pixels are removed. ${fillWords}` }),
  score: z.enum(['logit', 'probability']).default('logit').meta({
    description: 'whose drop counts; a target that is not one class has a logit alone',
  }),
};

/** What stands where pixels are removed: the whole input, H×W×C. */
export const removedInput = ({ look: { input, network }, seed }: MeasureCase, fill: PictureFill): Float32Array =>
  fillPicture(input, network.preprocessing, fill, seed);

/** Changed copies of a photo: how many, how each is made, and what decides them. */
interface ChangedCopies extends Pick<Perturbations, 'count' | 'write' | 'label'> {
  /** Beside photo, network, target and seed. */
  readonly options: { readonly score: 'logit' | 'probability' };
}

/** What changing a photo takes from its score. */
export interface ScoreDrops {
  /** One a copy. */
  readonly drops: Float64Array;
  /** Differences up to this are float32's. */
  readonly rounding: number;
}

/**
 * Score of the photo less that of each changed copy: one forward pass a copy.
 * @throws AbortedError within one batch of the signal.
 */
export async function scoreDrops(
  { look: { network, input }, target, seed }: MeasureCase,
  { count, write, label, options }: ChangedCopies,
  run: RunOptions,
): Promise<ScoreDrops> {
  const scoring = options.score === 'probability' ? probabilitiesOf(network, [target]) : logitsOf([target]);
  const scores = await perturb(network, input.values, {
    ...run,
    ...scoring,
    count,
    write,
    label,
    key: { options, seed },
  });
  const whole = (options.score === 'probability' ? target.probability : null) ?? target.logit;
  const largest = scores.reduce((most, score) => Math.max(most, Math.abs(score)), Math.abs(whole));
  return { drops: Float64Array.from(scores, (score) => whole - score), rounding: ROUNDING * largest };
}

/** Of float32 scores, as a share of them. */
const ROUNDING = 1e-6;
