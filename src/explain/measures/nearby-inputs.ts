import { z } from 'zod';
import { streamOf } from '../random';
import type { MeasureCase } from './define-measure';

/**
 * Inputs near a case's own, H×W×C normalised: to each value `move` of the draw's own stream is added. The same case, seed and
 * number give the same draws, whatever map they are for, and more of them begin with the same ones.
 */
export function nearbyInputs(
  { look, seed }: Pick<MeasureCase, 'look' | 'seed'>,
  draws: number,
  move: (random: () => number) => number,
): Float32Array[] {
  return Array.from({ length: draws }, (_, i) => {
    const random = streamOf(seed, i);
    return look.input.values.map((value) => value + move(random));
  });
}

/** How many inputs of which ball, for the options of measures. */
export const ballOptions = {
  draws: z.int().min(1).default(10).meta({ description: 'inputs from the ball' }),
  radius: z
    .number()
    .gt(0)
    .default(0.02)
    .meta({ description: 'of the ball: the most that a value is moved', unit: 'as the network reads it, normalised' }),
};

/** Uniform in ±radius: a draw from the L∞ ball. */
export const inBall = (radius: number) => (random: () => number) => (2 * random() - 1) * radius;
