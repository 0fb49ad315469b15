import { type ClassificationReport, classificationReport } from '../metrics/classification';
import type { Network, Parameter } from '../network/network';
import { type Head, withHead } from '../network/with-head';
import type { LabelledPhotos } from './labelled-photos';
import { applyHead, type HeadTraining, headProbabilities, type LabelledFeatures, trainLinearHead } from './linear-head';
import { groupNearDuplicates } from './near-duplicates';
import { type FeatureOptions, pooledFeatures } from './pooled-features';
import { type Split, splitPhotos } from './split';

/** How a head is trained. */
export interface TrainHeadOptions extends FeatureOptions {
  /** The new network's name. */
  readonly name: string;
  /** For people. Default: made from the backbone's title. */
  readonly title?: string;
  /** Of the split. Default 0. */
  readonly seed?: number;
  /** Also trains on mirrored photos. Default true. */
  readonly augment?: boolean;
}

/** A held-out photo that the classifier gets most wrong. */
export interface Mistake {
  /** Index into the data set's photos. */
  readonly photo: number;
  readonly truth: string;
  readonly predicted: string;
  /** Probability of the true class. */
  readonly probability: number;
}

/** A trained classifier and everything a reader needs to trust or distrust it. */
export interface TrainedHead {
  readonly network: Network;
  /** `fc.weight` and `fc.bias`. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly training: Omit<HeadTraining, 'head'>;
  readonly split: Split;
  /** Groups of near-duplicates with more than one photo. */
  readonly duplicateGroups: number;
  readonly validation: ClassificationReport;
  readonly test: ClassificationReport;
  /** Wrong answers on the test part, worst first. */
  readonly mistakes: readonly Mistake[];
}

/**
 * Trains a linear head on a frozen backbone: sigmoid for two classes (the second folder is the positive class),
 * softmax for more. Near-duplicate photos stay on one side of the split.
 */
export async function trainHead(
  backbone: Network,
  data: LabelledPhotos,
  { name, title, seed = 0, augment = true, ...run }: TrainHeadOptions,
): Promise<TrainedHead> {
  const { plain, mirrored, width, hashes } = await pooledFeatures(backbone, data, run);
  const labels = data.photos.map((photo) => photo.label);
  const groups = groupNearDuplicates(hashes);
  const split = splitPhotos(labels, groups, { seed });
  const classes = data.classes.length;
  const part = (photos: readonly number[], ...sources: Float32Array[]): LabelledFeatures => ({
    features: gather(photos, width, sources),
    labels: sources.flatMap(() => photos.map((photo) => labels[photo]!)),
    width,
  });
  const trainingPart = part(split.training, plain, ...(augment ? [mirrored] : []));
  const { head, ...training } = trainLinearHead(trainingPart, part(split.validation, plain), classes);
  const evaluate = (photos: readonly number[]) => {
    const probabilities = headProbabilities(applyHead(head, gather(photos, width, [plain]), width), head.outputs);
    const truth = photos.map((photo) => labels[photo]!);
    return { probabilities, report: classificationReport(probabilities, truth, classes) };
  };
  const test = evaluate(split.test);
  const parameters = new Map<string, Parameter>([
    ['fc.weight', { shape: [head.outputs, width], values: head.weight }],
    ['fc.bias', { shape: [head.outputs], values: head.bias }],
  ]);
  const described: Head = {
    name,
    title: title ?? `${data.classes.join(' or ')} (${backbone.title})`,
    classes: data.classes,
    output: head.outputs === 1 ? 'sigmoid' : 'softmax',
    parameters,
    weightsSha256: '',
  };
  return {
    network: withHead(backbone, described),
    parameters,
    training,
    split,
    duplicateGroups: groups.filter((group, i) => group === i && groups.indexOf(group, i + 1) > i).length,
    validation: evaluate(split.validation).report,
    test: test.report,
    mistakes: worstMistakes(split.test, labels, test.probabilities, data.classes),
  };
}

/** Wrong answers, the least probable truth first. */
export function worstMistakes(
  photos: readonly number[],
  labels: readonly number[],
  probabilities: Float32Array,
  classes: readonly string[],
): Mistake[] {
  return photos
    .map((photo, i) => {
      const row = probabilities.subarray(i * classes.length, (i + 1) * classes.length);
      const predicted = row.indexOf(Math.max(...row));
      const truth = labels[photo]!;
      return { photo, truth: classes[truth]!, predicted: classes[predicted]!, probability: row[truth]! };
    })
    .filter(({ truth, predicted }) => truth !== predicted)
    .sort((a, b) => a.probability - b.probability);
}

function gather(photos: readonly number[], width: number, sources: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(photos.length * sources.length * width);
  sources.forEach((source, s) => {
    photos.forEach((photo, i) => {
      result.set(source.subarray(photo * width, (photo + 1) * width), (s * photos.length + i) * width);
    });
  });
  return result;
}
