import type { Network, Parameter } from '../network/network';
import { type ClassificationReport, classificationReport } from '../statistics/classification';
import type { Keep } from './fine-tune';
import type { PerceptualHash } from './near-duplicates';
import type { LabelSource } from './random-labels';
import type { Split } from './split';

/** Loss and accuracy at one point of a training. */
export interface LearningPoint {
  /** Steps (a head) or epochs (layers) so far. */
  readonly at: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** A held-out photo that the classifier gets wrong. */
export interface Mistake {
  /** Name inside the data set. */
  readonly photo: string;
  readonly truth: string;
  readonly predicted: string;
  /** Probability of the true class. */
  readonly probability: number;
}

/** Answers on photos that were not trained on. */
export interface Judgement extends ClassificationReport {
  /** Worst first. */
  readonly mistakes: readonly Mistake[];
}

/** A trained classifier and everything a reader needs to trust or distrust it. */
export interface Trained {
  readonly network: Network;
  /** The weights of the backbone that it was trained on; null for a network of its own. */
  readonly backboneSha256: string | null;
  /** What has to be stored: all weights, or those that the backbone does not have. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Whether they are numbers of 16 bits. Default false. */
  readonly half?: boolean;
  readonly split: Split;
  /** Groups of more than one near-duplicate photo; null where they were not looked for. */
  readonly duplicateGroups: number | null;
  /** Of every photo, to know it again. */
  readonly hashes: readonly PerceptualHash[];
  readonly curve: { readonly unit: 'step' | 'epoch'; readonly points: readonly LearningPoint[] };
  /** Epochs that an earlier, interrupted run had done. */
  readonly resumedAfter: number;
  /** Which labels it was shown, and which of its weights were kept. Default: the folders', those of the lowest validation loss. */
  readonly kind?: { readonly labels: LabelSource; readonly keep: Keep };
  /** Of the training part, how many it answers with the labels that it was shown: of random labels, how many it has by heart. Default: not asked. */
  readonly learnt?: { readonly right: number; readonly count: number } | null;
  readonly validation: Judgement;
  readonly test: Judgement;
  /** Choices made and settings used, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/**
 * Measures answers against the truth.
 *
 * @param probabilities photos × classes.
 * @param photos name and class of each photo.
 */
export function judge(
  probabilities: Float32Array,
  photos: readonly { readonly name: string; readonly label: number }[],
  classes: readonly string[],
): Judgement {
  const labels = photos.map(({ label }) => label);
  return {
    ...classificationReport(probabilities, labels, classes.length),
    mistakes: photos
      .map(({ name, label }, i) => {
        const row = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
        const predicted = row.indexOf(Math.max(...row));
        return { photo: name, truth: classes[label]!, predicted: classes[predicted]!, probability: row[label]! };
      })
      .filter(({ truth, predicted }) => truth !== predicted)
      .sort((a, b) => a.probability - b.probability),
  };
}

/** Groups with more than one photo. */
export function countGroups(groups: readonly number[]): number {
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return [...sizes.values()].filter((size) => size > 1).length;
}
