import type { Network } from '../network/network';
import { readEntry, writeEntry } from '../store/entry-file';
import { identityOf } from '../store/key';
import { networkFunction } from '../store/network-identity';
import type { FineTuneOptions, FineTuneState } from './fine-tune';
import { dataHash, type LabelledPhotos } from './labelled-photos';
import type { Split } from './split';

/** Where an interrupted training is kept. */
export interface CheckpointOptions {
  /** File of its state after its last epoch. Default: none is kept. */
  readonly checkpoint?: string | null;
  /** Told of a checkpoint that is damaged: the training begins anew. */
  readonly onDamaged?: (what: string) => void;
}

/**
 * Options that make a training go on from its checkpoint, where that is of the same settings, data and starting
 * weights, and keep one.
 */
export async function withCheckpoint(
  start: Network,
  data: LabelledPhotos,
  split: Split,
  { onProgress: _progress, signal: _signal, memoryMB: _memory, journal: _journal, ...settings }: FineTuneOptions,
  { checkpoint: file = null, onDamaged }: CheckpointOptions,
): Promise<Pick<FineTuneOptions, 'resume' | 'onEpoch'>> {
  if (file === null) return {};
  const parts = [
    networkFunction(start),
    await dataHash(data),
    data.classes,
    data.photos.map(({ label }) => label),
    split,
    settings,
  ];
  const place = { file, identity: identityOf({ kind: 'checkpoints', parts }) };
  const entry = readEntry<FineTuneState>(place);
  if (entry.state === 'damaged') onDamaged?.(file);
  return {
    resume: entry.state === 'whole' ? onto(start, entry.value) : null,
    onEpoch: (state) => writeEntry(place, changed(start, state)),
  };
}

/** A state without the parameters that are still those of the start. */
function changed({ parameters: start }: Network, { parameters, best, ...rest }: FineTuneState): FineTuneState {
  const own = (of: FineTuneState['best']) => new Map([...of].filter(([name, value]) => start.get(name) !== value));
  return { ...rest, parameters: own(parameters), best: own(best) };
}

/** The whole state again, in the order in which an uninterrupted training holds it. */
function onto({ parameters: start }: Network, { parameters, best, ...rest }: FineTuneState): FineTuneState {
  return { ...rest, parameters: new Map([...start, ...parameters]), best: new Map([...start, ...best]) };
}
