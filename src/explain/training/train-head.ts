import type { Network, Parameter } from '../network/network';
import { type Head, withHead } from '../network/with-head';
import type { LabelledPhotos } from './labelled-photos';
import { applyHead, headProbabilities, type LabelledFeatures, trainLinearHead } from './linear-head';
import { groupNearDuplicates } from './near-duplicates';
import { type FeatureOptions, pooledFeatures } from './pooled-features';
import { splitPhotos } from './split';
import { countGroups, judge, type Trained } from './trained';

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
  /** Strengths of L2 to choose from on the validation part. Default 1e-5 … 1. */
  readonly l2?: readonly number[];
  /** Bits of the perceptual hash that may differ between near-duplicates; null: none are looked for. Default 6. */
  readonly duplicateDistance?: number | null;
}

/**
 * Trains a linear head on a frozen backbone: sigmoid for two classes (the second folder is the positive class),
 * softmax for more. Near-duplicate photos stay on one side of the split.
 *
 * @throws WhylightError for a photo that cannot be read and a class with too few; AbortedError when interrupted.
 */
export async function trainHead(
  backbone: Network,
  data: LabelledPhotos,
  { name, title, seed = 0, augment = true, l2, duplicateDistance = 6, ...run }: TrainHeadOptions,
): Promise<Trained> {
  const { plain, mirrored, width, hashes } = await pooledFeatures(backbone, data, run);
  const labels = data.photos.map((photo) => photo.label);
  const groups = duplicateDistance === null ? [...labels.keys()] : groupNearDuplicates(hashes, duplicateDistance);
  const split = splitPhotos(labels, groups, { seed, classes: data.classes });
  const part = (photos: readonly number[], ...sources: Float32Array[]): LabelledFeatures => ({
    features: gather(photos, width, sources),
    labels: sources.flatMap(() => photos.map((photo) => labels[photo]!)),
    width,
  });
  const trainingPart = part(split.training, plain, ...(augment ? [mirrored] : []));
  const training = trainLinearHead(trainingPart, part(split.validation, plain), data.classes.length, { l2 });
  const { head } = training;
  const answers = (photos: readonly number[]) =>
    judge(
      headProbabilities(applyHead(head, gather(photos, width, [plain]), width), head.outputs),
      photos.map((photo) => data.photos[photo]!),
      data.classes,
    );
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
    backboneSha256: backbone.weightsSha256,
    parameters,
    split,
    duplicateGroups: duplicateDistance === null ? null : countGroups(groups),
    hashes,
    curve: { unit: 'step', points: training.curve.map(({ step, ...point }) => ({ at: step, ...point })) },
    resumedAfter: 0,
    validation: answers(split.validation),
    test: answers(split.test),
    settings: {
      backbone: backbone.name,
      seed,
      augment: augment ? 'mirror' : 'none',
      l2: training.l2,
      tried: training.trials,
    },
  };
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
