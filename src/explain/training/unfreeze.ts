import type { Network, Parameter } from '../network/network';
import type { CheckpointOptions } from './checkpoint';
import { decodedPhotos } from './decoded-photos';
import { type FineTuneOptions, trainedParameters } from './fine-tune';
import type { LabelledPhotos } from './labelled-photos';
import { type TrainHeadOptions, trainHead } from './train-head';
import { trainLayers } from './train-network';
import type { Trained } from './trained';

/** How a backbone is fine-tuned. */
export interface UnfreezeOptions
  extends Omit<TrainHeadOptions, 'augment'>,
    Pick<FineTuneOptions, 'epochs' | 'batch' | 'learningRate' | 'weightDecay' | 'patience' | 'augment' | 'sparsity'>,
    Pick<CheckpointOptions, 'checkpoint'> {
  /** The node from which on the backbone is trained too. */
  readonly from: string;
}

/**
 * Trains a head on a frozen backbone first, then that head and the backbone's layers from a node on, at a low learning
 * rate and with the batch norms' statistics kept: a random head would spoil the layers below it.
 *
 * @throws WhylightError for an unknown node, a photo that cannot be read, a class with too few.
 */
export async function unfreeze(
  backbone: Network,
  data: LabelledPhotos,
  { from, checkpoint, augment, ...options }: UnfreezeOptions,
): Promise<Trained> {
  const {
    epochs = 5,
    batch = 16,
    learningRate = 1e-4,
    weightDecay = 1e-2,
    patience = 3,
    sparsity = 0,
    seed = 0,
  } = options;
  trainedParameters(backbone, from);
  const { l2, duplicateDistance, name, title, cache, ...run } = options;
  const head = await trainHead(backbone, data, { ...run, l2, duplicateDistance, name, title, cache, seed });
  const start = { ...head.network, weightsSha256: backbone.weightsSha256 };
  const names = trainedParameters(start, from);
  const decoded = await decodedPhotos(data, backbone.preprocessing, run);
  const tuning = { epochs, batch, learningRate, weightDecay, patience, sparsity, seed, augment };
  const trained = await trainLayers(start, data, decoded, head.split, {
    ...run,
    ...tuning,
    from,
    normalisation: 'frozen',
    checkpoint,
  });
  const { parameters } = trained.network;
  return {
    ...head,
    ...trained,
    parameters: new Map<string, Parameter>(names.map((parameter) => [parameter, parameters.get(parameter)!])),
    settings: { ...head.settings, ...tuning, unfreeze: from, headAlone: head.test.accuracy },
  };
}
