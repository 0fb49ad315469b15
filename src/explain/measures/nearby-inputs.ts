import { seededRandom } from '../random';
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
    const random = seededRandom((Math.imul(i + 1, 0x9e3779b1) ^ seed) >>> 0);
    return look.input.values.map((value) => value + move(random));
  });
}

/** Uniform in ±radius: a draw from the L∞ ball. */
export const inBall = (radius: number) => (random: () => number) => (2 * random() - 1) * radius;
