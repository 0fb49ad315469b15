import { z } from 'zod';
import { gaussian, seededRandom } from '../../random';
import type { Thing } from '../define-measure';
import { defineBaseline } from './define-baseline';

export const ceilingBaseline = defineBaseline({
  name: 'ceiling',
  title: 'Truth with noise',
  knows: 'truth',
  sentence:
    'spreads what drawing the scene without each thing changes, without its sign, evenly over the thing, within a whole thing in proportion over its parts, and adds Gaussian noise; what falls below 0 is 0',
  caution: 'is no method’s to reach, and still less than the most there can be: of that the noise takes some away',
  schema: z.strictObject({
    noise: z
      .number()
      .min(0)
      .default(0.1)
      .meta({ description: 'standard deviation of the noise', unit: 'share of the range (max − min)' }),
  }),
  values: ({ things }, { noise }, seed) => {
    if (!things || things.length === 0) return null;
    const truth = new Float64Array(things[0]!.mask.length);
    const whole = ({ of }: Thing) => of === null || !things.some(({ name }) => name === of);
    for (const thing of things.filter(whole)) add(truth, spread(thing, things));
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of truth) [least, most] = [Math.min(least, value), Math.max(most, value)];
    const normal = gaussian(seededRandom(seed));
    return { values: Float32Array.from(truth, (value) => Math.max(0, value + noise * (most - least) * normal())) };
  },
});

/**
 * A thing's |worth| over its pixels: its parts' over theirs, what is left evenly over the rest of it, and all of it
 * scaled to the sum that is the thing's own.
 */
function spread({ name, mask, worth }: Thing, things: readonly Thing[]): Float64Array {
  const parts = things.filter((one) => one.of === name && one.name !== name);
  const density = new Float64Array(mask.length);
  for (const part of parts) add(density, spread(part, things));
  const rest = mask.map((inside, i) => Number(inside !== 0 && parts.every((part) => part.mask[i] === 0)));
  const sum = (values: ArrayLike<number> & Iterable<number>) => {
    let total = 0;
    for (const value of values) total += value;
    return total;
  };
  const count = sum(rest);
  const left = Math.max(0, Math.abs(worth) - parts.reduce((total, part) => total + Math.abs(part.worth), 0));
  if (count > 0)
    add(
      density,
      Float64Array.from(rest, (inside) => (inside * left) / count),
    );
  const total = sum(density);
  return total === 0 ? density : density.map((value) => (value * Math.abs(worth)) / total);
}

function add(to: Float64Array, values: Float64Array): void {
  values.forEach((value, i) => {
    to[i]! += value;
  });
}
