import { expect, test } from 'vitest';
import { complexityMeasure } from '../../../src/explain/measures/complexity';
import type { MeasureCase } from '../../../src/explain/measures/define-measure';
import { effectiveSizeMeasure } from '../../../src/explain/measures/effective-size';
import { sparsenessMeasure } from '../../../src/explain/measures/sparseness';
import { mapOf } from '../../support/measured-maps';

const [height, width] = [4, 5];
const area = height * width;
const measured = { look: { input: { height, width } }, mask: null, things: null } as unknown as MeasureCase;
const pixels = (...values: number[]) => Float32Array.from({ length: area }, (_, i) => values[i] ?? 0);
const outcomes = async (values: Float32Array) => {
  const maps = [mapOf(values)];
  const [sparseness] = await sparsenessMeasure.measure(measured, maps);
  const [complexity] = await complexityMeasure.measure(measured, maps);
  const [size] = await effectiveSizeMeasure.measure(measured, maps);
  return { sparseness: sparseness!, complexity: complexity!, size: size! };
};

test('an even map', async () => {
  const { sparseness, complexity, size } = await outcomes(pixels().fill(0.3));
  expect(sparseness.value).toBeCloseTo(0, 12);
  expect(complexity.value).toBeCloseTo(Math.log(area), 12);
  expect(size.value).toBeCloseTo(1, 12);
  expect(size.parts).toEqual({ half: 0.5, above: 1 });
});

test('a single pixel, whatever its sign', async () => {
  for (const value of [3, -3]) {
    const { sparseness, complexity, size } = await outcomes(pixels(0, 0, value));
    expect(sparseness.value).toBeCloseTo(1 - 1 / area, 12);
    expect(complexity.value).toBeCloseTo(0, 12);
    expect(size.value).toBeCloseTo(1 / area, 12);
    expect(size.parts).toEqual({ half: 1 / area, above: 1 / area });
  }
});

test('shares by hand', async () => {
  // 1/2, 1/4, 1/4 of the mass; the Gini index: (2 · (20 − 3) − 19) / 80 for the 18th, and so on.
  const { sparseness, complexity, size } = await outcomes(pixels(2, -1, 1));
  expect(complexity.value).toBeCloseTo(1.5 * Math.LN2, 12);
  expect(size.value).toBeCloseTo(2 ** 1.5 / area, 12);
  expect(size.parts).toEqual({ half: 1 / area, above: 3 / area });
  const gini = (15 * 0.25 + 17 * 0.25 + 19 * 0.5) / area;
  expect(sparseness.value).toBeCloseTo(gini, 12);
});

test('scale does not count, and order neither', async () => {
  const values = pixels(5, 1, -2, 0.5, 0, 3);
  const one = await outcomes(values);
  const other = await outcomes(values.map((value) => -8 * value).reverse());
  expect(other.sparseness.value).toBeCloseTo(one.sparseness.value!, 12);
  expect(other.complexity.value).toBeCloseTo(one.complexity.value!, 12);
  expect(other.size.value).toBeCloseTo(one.size.value!, 12);
});

test('faint pixels are not above the threshold', async () => {
  const [outcome] = await effectiveSizeMeasure.measure(measured, [mapOf(pixels(1, 0.2, 0.05))], { threshold: 0.1 });
  expect(outcome!.parts!.above).toBe(2 / area);
});

test('a map of zeros has no form', async () => {
  const { sparseness, complexity, size } = await outcomes(pixels());
  for (const one of [sparseness, complexity, size]) {
    expect(one).toEqual({ value: null, notes: ['the map is 0 everywhere'] });
  }
});
