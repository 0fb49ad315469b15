import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { ladderPlans } from './ladder';
import { type PooledOutcome, pooledOutcome } from './pooling-compared';
import { poolingPlans, poolingSample } from './pooling-trainings';
import { type BodyPictures, type Reliance, reliance, reliancePictures } from './reliance';
import type { TrainingPlan } from './scene-trainings';

/** What decides which trainings a series has. */
export interface SeriesOptions {
  /** Trainings of each rung or pooling. */
  readonly seeds: number;
  /** Rungs of the ladder. Default: its own. */
  readonly biases?: readonly number[];
  /** Scenes to train on. Default: the series' own. */
  readonly scenes?: number;
}

/** A series of trainings, and how each of its networks is measured. */
export interface TrainingSeries<Result> {
  readonly plans: (options: SeriesOptions) => readonly TrainingPlan[];
  /** What all networks of the series are measured on is drawn once for each call. */
  readonly openMeasure: () => (network: Network, run: RunOptions) => Promise<Result>;
}

export const ladderSeries: TrainingSeries<Reliance> = {
  plans: ladderPlans,
  openMeasure: () => {
    let pictures: Promise<readonly BodyPictures[]> | undefined;
    return async (network, run) => {
      pictures ??= reliancePictures(network, { ...run, size: 96 });
      return (await reliance(network, await pictures, run))[0]!;
    };
  },
};

export const poolingTrainings: TrainingSeries<PooledOutcome> = {
  plans: poolingPlans,
  openMeasure: () => (network, run) => pooledOutcome(network, poolingSample, run),
};
