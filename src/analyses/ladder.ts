import type { Figure } from '../plots/figure';
import { ladderFigure } from '../plots/ladder';
import type { Reliance } from './reliance';
import type { TrainingOutcome, TrainingPlan } from './scene-trainings';

/** Which rungs the ladder has. */
export interface LadderOptions {
  /** Default 0.5, 0.6, 0.7, 0.8, 0.9, 1. */
  readonly biases?: readonly number[];
  /** Trainings of each bias, of seeds 1, 2, … Default 5. */
  readonly seeds?: number;
  /** Scenes to train on. Default 2000. */
  readonly scenes?: number;
}

/**
 * Small classifiers of dogs and wolves over a dose of bias. A seed decides scenes, weights and order together, and the same
 * seed draws the same animals at every bias: rungs differ in the backgrounds alone.
 */
export function ladderPlans({
  biases = [0.5, 0.6, 0.7, 0.8, 0.9, 1],
  seeds = 5,
  scenes = 2000,
}: LadderOptions = {}): readonly TrainingPlan[] {
  return biases.flatMap((bias) =>
    Array.from({ length: seeds }, (_, i): TrainingPlan => {
      const seed = i + 1;
      return {
        name: `bias-${bias}-seed-${seed}`,
        architecture: 'nano-resnet',
        side: 96,
        epochs: 8,
        seed,
        scenes: { count: scenes, bias, classes: ['dog', 'wolf'], seed, width: 96, height: 96 },
      };
    }),
  );
}

/** Reliance and right answers in the worst group against the bias, a dot a training. */
export function ladderPicture(
  outcomes: readonly TrainingOutcome<Reliance>[],
  options: { readonly width?: number } = {},
): Figure {
  const dots = outcomes.map(({ plan: { scenes, seed }, result }) => ({
    bias: scenes.bias ?? 0.5,
    seed,
    reliance: result.reliance.value,
    worst: result.worst.accuracy.value,
  }));
  const bodies = outcomes[0]?.result.reliance.count ?? 0;
  return ladderFigure(dots, { ...options, bodies, trainingScenes: outcomes[0]?.plan.scenes.count ?? 0 });
}
