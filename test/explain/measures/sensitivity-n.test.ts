import { afterAll, expect, test } from 'vitest';
import { sensitivityNMeasure } from '../../../src/explain/measures/sensitivity-n';
import { linearCase, mapOf } from '../../support/measured-maps';
import { drawn } from '../../support/networks';

const [height, width] = [9, 13];
const area = height * width;
const { measured, contributions, close } = linearCase(height, width, drawn(area * 3, 3, 2, -1));
afterAll(close);
const measure = async (values: Float32Array, options = {}) =>
  (await sensitivityNMeasure.measure(measured, [mapOf(values)], { subsets: 20, sizes: 3, ...options }))[0]!;

test('of a network that adds its pixels up, what they add correlates fully at every n', async () => {
  const { value, curve, notes } = await measure(contributions);
  expect(value).toBeCloseTo(1, 5);
  expect(notes).toBeUndefined();
  expect(curve!.x[0]).toBeCloseTo(0.01, 12);
  expect(curve!.x[1]).toBeCloseTo(Math.sqrt(0.01 * 0.8), 12);
  expect(curve!.x[2]).toBeCloseTo(0.8, 12);
  for (const one of curve!.y) expect(one).toBeCloseTo(1, 5);
});

test('the value is the mean of the curve', async () => {
  const { value, curve } = await measure(drawn(area, 6, 2, -1));
  expect(new Set(curve!.y).size).toBe(3);
  expect(value).toBeCloseTo(curve!.y.reduce((sum, one) => sum + one, 0) / 3, 12);
});

test('a size over whose subsets the map does not vary is left out and said', async () => {
  const single = new Float32Array(area);
  single[40] = 1;
  const { value, curve, notes } = await measure(single, { subsets: 8, sizes: 2, least: 0.001, most: 0.5 });
  expect(curve!.x).toHaveLength(1);
  expect(value).toBe(curve!.y[0]);
  expect(notes).toEqual(['1 of 2 sizes are left out: the map has the same sum over every subset']);
  expect((await measure(new Float32Array(area))).value).toBeNull();
});
