import { mixSeeds } from '../scenes/random';

/** Numbers that no `whylight scenes --seed` is likely to be: they keep scenes that test apart from scenes that train. */
const streams = {
  single: 0x7e57_0001,
  rivals: 0x7e57_0002,
  instances: 0x7e57_0003,
  interventions: 0x7e57_0004,
  uneven: 0x7e57_0005,
  evaluation: 0x7e57_0006,
} as const;

/**
 * The seed of scenes that a network is tested on. Scene i of a training set of seed s is drawn by `mixSeeds(s, i)`; a test
 * with the same s and i must not be drawn by the same numbers, or it shares its background with what was trained on.
 */
export function evaluationSeed(stream: keyof typeof streams, seed: number): number {
  return mixSeeds(streams[stream], seed);
}
