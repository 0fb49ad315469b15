import type { Preprocessing } from '../image/preprocessing';
import { buildArchitecture } from '../network/architectures';
import type { Network } from '../network/network';
import { rawOutputs } from '../network/output-kind';
import { randomParameters } from '../network/random-parameters';
import { elementTypes, toFloat16, toFloat32 } from '../network/weights/element-type';
import { classificationReport } from '../statistics/classification';
import { type CheckpointOptions, withCheckpoint } from './checkpoint';
import { type DecodedPhotos, decodedPhotos } from './decoded-photos';
import { type FineTuneOptions, fineTune } from './fine-tune';
import type { LabelledPhotos } from './labelled-photos';
import { groupNearDuplicates } from './near-duplicates';
import { predict } from './predict';
import { type LabelSource, withRandomLabels } from './random-labels';
import { type Split, splitPhotos } from './split';
import { countGroups, judge, type LearningPoint, type Trained } from './trained';

/** How a network is trained from scratch. */
export interface TrainNetworkOptions
  extends Omit<FineTuneOptions, 'from' | 'resume' | 'onEpoch' | 'normalisation'>,
    CheckpointOptions {
  readonly name: string;
  readonly title?: string;
  /** Side of the square input in px. Default 96. */
  readonly side?: number;
  /**
   * Bits of the perceptual hash that may differ between near-duplicates, which stay on one side of the split.
   * Null where photos are known to be distinct, as drawn ones are. Default 6.
   */
  readonly duplicateDistance?: number | null;
  /** Labels of the training part: those of its folders, or these shuffled (`withRandomLabels`). Default `folders`. */
  readonly labels?: LabelSource;
  /** Rounds the trained weights to 16 bits before they are measured, and stores them so. Default false. */
  readonly half?: boolean;
}

/**
 * Trains an architecture from seeded random weights on a folder of classes; two classes get one sigmoid output
 * (the second folder is the positive class), more a softmax.
 *
 * @throws WhylightError for an unknown architecture or an unreadable photo; AbortedError when interrupted.
 */
export async function trainNetwork(
  architecture: string,
  data: LabelledPhotos,
  {
    name,
    title,
    side = 96,
    duplicateDistance = 6,
    labels: source = 'folders',
    half = false,
    ...options
  }: TrainNetworkOptions,
): Promise<Trained> {
  const {
    seed = 0,
    epochs = 12,
    batch = 32,
    learningRate = 3e-3,
    weightDecay = 1e-2,
    patience = 6,
    sparsity = 0,
    keep = 'best',
  } = options;
  const start = untrained(architecture, data, { name, title, side, seed });
  const decoded = await decodedPhotos(data, start.preprocessing, options);
  const labels = data.photos.map((photo) => photo.label);
  const groups =
    duplicateDistance === null ? [...labels.keys()] : groupNearDuplicates(decoded.hashes, duplicateDistance);
  const split = splitPhotos(labels, groups, { seed, classes: data.classes });
  const material = source === 'random' ? withRandomLabels(data, split.training, seed) : data;
  const trained = await trainLayers(start, material, decoded, split, { ...options, half });
  return {
    ...trained,
    learnt: source === 'random' ? await learntOf(trained.network, material, decoded, split, options.signal) : null,
    backboneSha256: null,
    half,
    kind: { labels: source, keep },
    parameters: trained.network.parameters,
    split,
    duplicateGroups: duplicateDistance === null ? null : countGroups(groups),
    hashes: decoded.hashes,
    settings: {
      architecture,
      side,
      seed,
      epochs,
      batch,
      learningRate,
      weightDecay,
      patience,
      sparsity,
      labels: source,
      keep,
      half,
      augment: options.augment ?? 'mirror, shift, light',
    },
  };
}

/** How many of its training photos a network answers with the labels that it was shown with them. */
async function learntOf(
  network: Network,
  { photos, classes }: LabelledPhotos,
  { pictures }: Pick<DecodedPhotos, 'pictures'>,
  { training }: Split,
  signal?: AbortSignal,
): Promise<NonNullable<Trained['learnt']>> {
  const probabilities = await predict(
    network,
    training.map((i) => pictures[i]!),
    signal,
  );
  const labels = training.map((i) => photos[i]!.label);
  const { confusion, count } = classificationReport(probabilities, labels, classes.length);
  return { right: confusion.reduce((sum, row, i) => sum + row[i]!, 0), count };
}

/** An architecture with seeded random weights for a data set's classes. */
function untrained(
  architecture: string,
  { classes }: LabelledPhotos,
  { name, title, side, seed }: { name: string; title?: string; side: number; seed: number },
): Network {
  const inputShape = [side, side, 3] as const;
  const preprocessing: Preprocessing = {
    resize: side,
    crop: [side, side],
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  };
  const output = classes.length === 2 ? 'sigmoid' : 'softmax';
  const { graph, camNode } = buildArchitecture(architecture, rawOutputs(output, classes.length), inputShape);
  return {
    name,
    title: title ?? `${classes.join(', ')} (${architecture})`,
    architecture,
    graph,
    parameters: randomParameters(graph, inputShape, seed),
    preprocessing,
    inputShape,
    output,
    classes,
    camNode,
    weightsSha256: '',
  };
}

const roundedToHalf = (parameters: Network['parameters']): Network['parameters'] =>
  new Map(
    [...parameters].map(([name, { values, ...one }]) => {
      const halves = new Uint8Array(toFloat16(values).buffer);
      return [name, { ...one, values: toFloat32(halves, elementTypes.float16) }];
    }),
  );

/** Trains through the layers, keeping a checkpoint, and measures the weights that are kept. */
export async function trainLayers(
  start: Network,
  data: LabelledPhotos,
  { pictures }: Pick<DecodedPhotos, 'pictures'>,
  split: Split,
  {
    checkpoint,
    onDamaged,
    half = false,
    ...options
  }: FineTuneOptions & CheckpointOptions & { readonly half?: boolean },
): Promise<Pick<Trained, 'network' | 'curve' | 'resumedAfter' | 'validation' | 'test'>> {
  const part = (photos: readonly number[]) => ({
    pictures: photos.map((photo) => pictures[photo]!),
    labels: photos.map((photo) => data.photos[photo]!.label),
  });
  const keeping = await withCheckpoint(start, data, split, options, { checkpoint, onDamaged });
  const state = await fineTune(start, part(split.training), part(split.validation), { ...options, ...keeping });
  const last = options.keep === 'last' ? state.parameters : state.best;
  const network = { ...start, parameters: half ? roundedToHalf(last) : last };
  const answers = async (photos: readonly number[]) =>
    judge(
      await predict(network, part(photos).pictures, options.signal),
      photos.map((photo) => data.photos[photo]!),
      data.classes,
    );
  const points = state.curve.map(({ epoch, ...point }): LearningPoint => ({ at: epoch, ...point }));
  return {
    network,
    curve: { unit: 'epoch', points },
    resumedAfter: keeping.resume?.curve.length ?? 0,
    validation: await answers(split.validation),
    test: await answers(split.test),
  };
}
