import { listAllowed, WhylightError } from '../errors';
import { loadPhoto } from '../image/load-photo';
import { prepareInput } from '../image/prepare';
import type { Preprocessing } from '../image/preprocessing';
import { type ClassificationReport, classificationReport } from '../metrics/classification';
import { architectures, buildArchitecture } from '../network/architectures';
import type { Network, Parameter } from '../network/network';
import { randomParameters } from '../network/random-parameters';
import { rawOutputs } from '../network/with-head';
import { yieldToEvents } from '../progress';
import { type Epoch, type FineTuneOptions, type FineTuneState, fineTune, predict } from './fine-tune';
import type { LabelledPhotos } from './labelled-photos';
import { groupNearDuplicates, type PerceptualHash, perceptualHash } from './near-duplicates';
import { type Split, splitPhotos } from './split';
import { type Mistake, worstMistakes } from './train-head';

/** How a network is trained from scratch. */
export interface TrainNetworkOptions extends FineTuneOptions {
  readonly name: string;
  readonly title?: string;
  /** Side of the square input in px. Default 96. */
  readonly side?: number;
  /**
   * Bits of the perceptual hash that may differ between near-duplicates, which stay on one side of the split.
   * Null where photos are known to be distinct, as drawn ones are. Default 6.
   */
  readonly duplicateDistance?: number | null;
}

/** A network trained from scratch, with what is needed to judge it. */
export interface TrainedNetwork {
  readonly network: Network;
  readonly parameters: ReadonlyMap<string, Parameter>;
  readonly curve: readonly Epoch[];
  readonly split: Split;
  readonly validation: ClassificationReport;
  readonly test: ClassificationReport;
  readonly mistakes: readonly Mistake[];
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
  { name, title, side = 96, duplicateDistance = 6, ...options }: TrainNetworkOptions,
): Promise<TrainedNetwork> {
  if (!Object.hasOwn(architectures, architecture)) {
    throw new WhylightError(
      `unknown architecture: ${architecture} (known: ${listAllowed(Object.keys(architectures), 40)})`,
    );
  }
  const { seed = 0, onProgress, signal } = options;
  const inputShape = [side, side, 3] as const;
  const preprocessing: Preprocessing = {
    resize: side,
    crop: [side, side],
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  };
  const output = data.classes.length === 2 ? 'sigmoid' : 'softmax';
  const { graph, camNode } = buildArchitecture(architecture, rawOutputs(output, data.classes.length), inputShape);
  const start: Network = {
    name,
    title: title ?? `${data.classes.join(', ')} (${architecture})`,
    architecture,
    graph,
    parameters: randomParameters(graph, inputShape, seed),
    preprocessing,
    inputShape,
    output,
    classes: data.classes,
    camNode,
    weightsSha256: '',
  };
  const pictures: Uint8Array[] = [];
  const hashes: PerceptualHash[] = [];
  for (const [i, photo] of data.photos.entries()) {
    const sample = await loadPhoto(await photo.read(), { source: photo.name });
    pictures.push(prepareInput(sample, preprocessing).image.pixels);
    if (duplicateDistance !== null) hashes.push(perceptualHash(sample));
    if (i % 50 === 49) {
      onProgress?.({ label: 'photos', done: i + 1, total: data.photos.length });
      await yieldToEvents(signal);
    }
  }
  const labels = data.photos.map((photo) => photo.label);
  const groups = duplicateDistance === null ? [...labels.keys()] : groupNearDuplicates(hashes, duplicateDistance);
  const split = splitPhotos(labels, groups, { seed });
  const part = (photos: readonly number[]) => ({
    pictures: photos.map((photo) => pictures[photo]!),
    labels: photos.map((photo) => labels[photo]!),
  });
  const state: FineTuneState = await fineTune(start, part(split.training), part(split.validation), options);
  const network = { ...start, parameters: state.best };
  const judge = async (photos: readonly number[]) => {
    const { pictures: own, labels: truth } = part(photos);
    const probabilities = await predict(network, own, signal);
    return { probabilities, report: classificationReport(probabilities, truth, data.classes.length) };
  };
  const test = await judge(split.test);
  return {
    network,
    parameters: state.best,
    curve: state.curve,
    split,
    validation: (await judge(split.validation)).report,
    test: test.report,
    mistakes: worstMistakes(split.test, labels, test.probabilities, data.classes),
  };
}
