import { seededRandom, shuffle } from '../random';

/**
 * Places of a map’s values from the highest to the lowest. Equal ones come in a seeded random order, so that a plateau is
 * gone through evenly and not from its first row down; the same order for every map of the same plateau.
 */
export function removalOrder(values: ArrayLike<number>, seed: number): Uint32Array {
  const places = Uint32Array.from({ length: values.length }, (_, i) => i);
  return shuffle(places, seededRandom(seed)).sort((a, b) => values[b]! - values[a]!);
}

/** Rounds what floating point leaves of a whole number of steps. */
const SLACK = 1e-9;

/**
 * How many of `count` are removed after each step, from 0 to all.
 * @param step a share of all below 1, from 1 on a number of them.
 */
export function removalCounts(count: number, step: number): number[] {
  const share = step < 1 ? step : step / count;
  const steps = Math.max(1, Math.ceil(1 / share - SLACK));
  const counts = Array.from({ length: steps + 1 }, (_, i) => Math.min(count, Math.round(i * share * count)));
  counts[steps] = count;
  return counts.filter((removed, i) => i === 0 || removed > counts[i - 1]!);
}
