import { afterAll, expect, test } from 'vitest';
import { faithfulnessCorrelationMeasure } from '../../../src/explain/measures/faithfulness-correlation';
import { linearCase, mapOf } from '../../support/measured-maps';
import { drawn } from '../../support/networks';

const [height, width] = [9, 13];
const { measured, contributions, close } = linearCase(height, width, drawn(height * width * 3, 3, 2, -1));
afterAll(close);
const values = async (maps: readonly Float32Array[], options = {}) =>
  (await faithfulnessCorrelationMeasure.measure(
    measured,
    maps.map((map) => mapOf(map)),
    { subsets: 40, ...options },
  ))!.map((one) => one!.value);

test.each(['pixels', 'grid', 'superpixels'] as const)(
  'of a network that adds its pixels up, what they add correlates fully, whatever the scale: %s',
  async (pieces) => {
    const [same, larger, opposite] = await values(
      [contributions, contributions.map((one) => 7 * one), contributions.map((one) => -one)],
      { pieces, cells: 4 },
    );
    expect(same).toBeCloseTo(1, 5);
    expect(larger).toBeCloseTo(1, 5);
    expect(opposite).toBeCloseTo(-1, 5);
  },
);

test('what is removed gets the fill: the map of the drop to black is not that of the drop to the mean', async () => {
  const { input } = measured.look;
  const mean = [0, 1, 2].map(
    (c) => input.values.reduce((sum, one, i) => (i % 3 === c ? sum + one : sum), 0) / (height * width),
  );
  const weights = drawn(height * width * 3, 3, 2, -1);
  const toMean = contributions.map((_, i) =>
    [0, 1, 2].reduce((sum, c) => sum + weights[3 * i + c]! * (input.values[3 * i + c]! - mean[c]!), 0),
  );
  const [black, other] = await values([contributions, toMean], { fill: 'mean' });
  expect(other).toBeCloseTo(1, 5);
  expect(black).toBeLessThan(0.99);
});

test('a map of random numbers correlates little, and half of the truth in between', async () => {
  const noise = drawn(height * width, 8, 2, -1);
  const mixed = contributions.map((one, i) => one + noise[i]!);
  const [random, half] = await values([noise, mixed], { subsets: 400 });
  expect(Math.abs(random!)).toBeLessThan(0.35);
  expect(half).toBeGreaterThan(0.4);
  expect(half).toBeLessThan(0.95);
});

test('an even map, and a network that removing pixels does not move, have no value and say why', async () => {
  const even = mapOf(new Float32Array(height * width).fill(0.3));
  const [outcome] = await faithfulnessCorrelationMeasure.measure(measured, [even], { subsets: 10 });
  expect(outcome).toEqual({ value: null, notes: ['the map has the same sum over every subset'] });
  const deaf = linearCase(height, width, new Float32Array(height * width * 3));
  const [still] = await faithfulnessCorrelationMeasure.measure(deaf.measured, [mapOf(contributions)], { subsets: 10 });
  expect(still).toEqual({ value: null, notes: ['the score is the same whichever pixels are removed'] });
  deaf.close();
});

test('another seed draws other subsets', async () => {
  const map = mapOf(drawn(height * width, 8, 2, -1));
  const [one] = await faithfulnessCorrelationMeasure.measure(measured, [map], { subsets: 20 });
  const [other] = await faithfulnessCorrelationMeasure.measure({ ...measured, seed: 6 }, [map], { subsets: 20 });
  expect(one!.value).not.toBe(other!.value);
});

test('the subsets are run once, however many maps there are', async () => {
  const steps: { readonly done: number; readonly total: number }[] = [];
  const maps = [contributions, drawn(height * width, 8), drawn(height * width, 9)].map((map) => mapOf(map));
  const onProgress = ({ done, total }: { readonly done: number; readonly total: number }) =>
    steps.push({ done, total });
  await faithfulnessCorrelationMeasure.measure(measured, maps, { subsets: 25, onProgress });
  expect(steps.at(-1)).toEqual({ done: 25, total: 25 });
  expect(new Set(steps.map(({ done }) => done)).size).toBe(steps.length);
});
