import path from 'node:path';
import { ladderSeries, poolingTrainings, type TrainingSeries } from '../analyses/training-series';
import { saveTrained, trainedFiles } from '../explain/training/save-trained';
import type { Trained } from '../explain/training/trained';

export type Series = 'ladder' | 'poolings';

/** Each series by its name on the command line; what it measures is plain JSON. */
export const trainingSeries: Readonly<Record<Series, TrainingSeries<unknown>>> = {
  ladder: ladderSeries,
  poolings: poolingTrainings,
};

const nameOf = (training: string) => `scenes-${training}`;

/** Writes a training's network as a card and weights into a folder. */
export async function keepNetwork(trained: Trained, training: string, folder: string): Promise<void> {
  const title = `${training.replaceAll('-', ' ')} (drawn scenes)`;
  const network = { ...trained.network, name: nameOf(training), title };
  const source = `trained by whylight trainings, ${training}`;
  await saveTrained({ ...trained, network }, { folder: path.resolve(folder), backbone: null, source });
}

/** The files that {@link keepNetwork} writes, in its order. */
export function networkFiles(training: string, folder: string): readonly string[] {
  const { weights, card } = trainedFiles(path.resolve(folder), nameOf(training));
  return [weights, card];
}
