import { comparePooling, type PooledOutcome, type Pooling, type PoolingCompared, poolings } from './pooling-compared';
import type { SceneSample } from './rival-scenes';
import type { TrainingOutcome, TrainingPlan } from './scene-trainings';

const architectures: Readonly<Record<Pooling, string>> = {
  average: 'nano-resnet',
  maximum: 'nano-resnet-max',
  flat: 'nano-resnet-flat',
};

/** What every network of the series is measured on. */
export const poolingSample: SceneSample = { scenes: 200, seed: 1, size: 256 };

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

/**
 * The trainings of a series compared.
 * @throws WhylightError where they do not make a comparison.
 */
export function poolingSeries(outcomes: readonly TrainingOutcome<PooledOutcome>[]): PoolingCompared {
  const poolingOf = (architecture: string) => poolings.find((pooling) => architectures[pooling] === architecture);
  return comparePooling(
    outcomes.flatMap(({ plan, result }) => {
      const pooling = poolingOf(plan.architecture);
      return pooling === undefined ? [] : [{ pooling, seed: plan.seed, result }];
    }),
  );
}
