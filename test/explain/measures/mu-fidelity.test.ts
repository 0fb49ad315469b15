import { afterAll, expect, test } from 'vitest';
import { muFidelityMeasure } from '../../../src/explain/measures/mu-fidelity';
import { linearCase, mapOf } from '../../support/measured-maps';
import { drawn } from '../../support/networks';

const [height, width] = [12, 18];
const area = height * width;
const { measured, contributions, close } = linearCase(height, width, drawn(area * 3, 3, 0.2, -0.1));
afterAll(close);
const measure = async (values: Float32Array, options = {}) =>
  (await muFidelityMeasure.measure(measured, [mapOf(values)], { subsets: 60, cells: 6, ...options }))[0]!;

test('only ranks count: what the pixels add has 1 by the logit and by the probability, which rises with it', async () => {
  expect((await measure(contributions)).value).toBeCloseTo(1, 3);
  expect((await measure(contributions, { score: 'probability' })).value).toBeCloseTo(1, 3);
  expect((await measure(contributions.map((one) => -2 * one))).value).toBeCloseTo(-1, 3);
});

test('where all pixels speak for the class an even map is rewarded for the sizes of subsets, but not where these are equal', async () => {
  const friendly = linearCase(height, width, drawn(area * 3, 4, 0.1, 0.01));
  const even = mapOf(new Float32Array(area).fill(0.7));
  const options = { subsets: 60, cells: 6 };
  const [byChance] = await muFidelityMeasure.measure(friendly.measured, [even], options);
  expect(byChance!.value).toBeGreaterThan(0.6);
  const [equal] = await muFidelityMeasure.measure(friendly.measured, [even], { ...options, sizes: 'equal' });
  expect(equal!.value).toBeNull();
  expect(equal!.notes).toEqual(['the map has the same sum over every subset']);
  friendly.close();
});

test('it does not see where in its cell a map’s mass is', async () => {
  const cells = new Float32Array(36);
  const cell = (i: number) => Math.floor(Math.floor(i / width) / 2) * 6 + Math.floor((i % width) / 3);
  contributions.forEach((one, i) => {
    cells[cell(i)]! += one;
  });
  const spread = contributions.map((_, i) => cells[cell(i)]! / 6);
  expect((await measure(spread)).value).toBeCloseTo(1, 3);
});
