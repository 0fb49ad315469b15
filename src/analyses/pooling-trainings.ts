import type { Network } from '../explain/network/network';
import type { RunOptions } from '../explain/progress';
import { pooledCases } from './pooling-compared';
import type { SceneSample } from './rival-scenes';
import type { TrainingPlan } from './scene-trainings';

/** What stands before the linear head: the mean of the last map, its maximum, or its four quarters side by side. */
export const poolings = ['average', 'maximum', 'flat'] as const;
export type Pooling = (typeof poolings)[number];

const architectures: Readonly<Record<Pooling, string>> = {
  average: 'nano-resnet',
  maximum: 'nano-resnet-max',
  flat: 'nano-resnet-flat',
};

/** How many trainings of each pooling. */
export interface PoolingOptions {
  /** Trainings of each pooling, of seeds 1, 2, … Default 5. */
  readonly seeds?: number;
  /** Scenes to train on. Default 3000. */
  readonly scenes?: number;
}

/** Trainings of small networks that differ in their pooling alone: a seed decides scenes, weights and order together. */
export function poolingPlans({ seeds = 5, scenes = 3000 }: PoolingOptions = {}): readonly TrainingPlan[] {
  const classes = ['bee', 'ant', 'dog', 'wolf'] as const;
  return poolings.flatMap((pooling) =>
    Array.from({ length: seeds }, (_, i): TrainingPlan => {
      const seed = i + 1;
      return {
        name: `${pooling}-seed-${seed}`,
        architecture: architectures[pooling],
        side: 128,
        epochs: 12,
        seed,
        scenes: { count: scenes, bias: 0.5, classes, seed, width: 128, height: 128 },
      };
    }),
  );
}

/** What one trained network gives, scene by scene, rounded to what is needed to compare. */
export interface PooledOutcome {
  /** The scenes it was measured on. */
  readonly sample: SceneSample;
  /** Share of right answers on as many scenes of one animal. */
  readonly right: number;
  /** For each scene of two animals the share of the two Grad-CAM maps whose peak lies on its own animal. */
  readonly own: readonly number[];
  /** For each picture of several animals the share of them with a peak inside. */
  readonly instances: readonly number[];
  /** For each the share of its peaks that lie on such an animal. */
  readonly onAnimals: readonly number[];
}

/** Measures a network of a series of poolings. */
export async function pooledOutcome(network: Network, sample: SceneSample, run: RunOptions): Promise<PooledOutcome> {
  const { right, own, pictures } = await pooledCases(network, sample, run);
  const short = (value: number) => Math.round(value * 1e4) / 1e4;
  return {
    sample,
    right: right.value,
    own: own.map(short),
    instances: pictures.map(({ found }) => short(found)),
    onAnimals: pictures.map(({ onAnimals }) => short(onAnimals)),
  };
}
