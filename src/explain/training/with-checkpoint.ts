import type { Network } from '../network/network';
import { checkpointKey, loadCheckpoint, saveCheckpoint } from './checkpoint';
import type { FineTuneOptions } from './fine-tune';
import { dataHash, type LabelledPhotos } from './labelled-photos';
import type { Split } from './split';

/** Options that make a training go on from its checkpoint, if that is of the same settings and data, and keep one. */
export async function withCheckpoint(
  file: string,
  start: Network,
  data: LabelledPhotos,
  split: Split,
  { onProgress: _progress, signal: _signal, memoryMB: _memory, ...settings }: FineTuneOptions,
): Promise<Pick<FineTuneOptions, 'resume' | 'onEpoch'>> {
  const { architecture, inputShape, output, weightsSha256 } = start;
  const network = { architecture, inputShape, output, weightsSha256, preprocessing: start.preprocessing };
  const key = checkpointKey([network, await dataHash(data), data.classes, split, settings]);
  return {
    resume: await loadCheckpoint(file, key, start.parameters),
    onEpoch: (state) => saveCheckpoint(file, key, state, start.parameters),
  };
}
