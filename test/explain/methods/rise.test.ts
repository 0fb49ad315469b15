import { describe, expect, test } from 'vitest';
import { type RiseOptions, rise, riseMasks } from '../../../src/explain/methods/rise';
import { openRiseSums } from '../../../src/explain/methods/rise-sums';
import { rankCorrelation } from '../../../src/explain/statistics/rank-correlation';
import { drawn, linearNetwork, relativeDifference } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const [height, width] = [9, 14];
const photo = drawnPhoto(height, width, 1);
const opposite = { difference: [1, 0] } as const;

test('masks lie between 0 and 1, show the share asked for, and are the seed’s own', () => {
  const asked = { cells: 4, visible: 0.3, seed: 5 };
  const mask = riseMasks(height, width, asked);
  const sums = new Float64Array(height * width);
  for (let index = 0; index < 3000; index++) {
    const made = mask(index);
    expect(made).toHaveLength(height * width);
    expect(Math.min(...made)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...made)).toBeLessThanOrEqual(1);
    for (const [at, value] of made.entries()) sums[at]! += value / 3000;
  }
  // Three standard deviations of a mean of 3000 draws are 0.025.
  for (const sum of sums) expect(Math.abs(sum - 0.3)).toBeLessThan(0.03);
  expect(mask(17)).toEqual(riseMasks(height, width, asked)(17));
  expect(mask(17)).not.toEqual(riseMasks(height, width, { ...asked, seed: 6 })(17));
  expect(mask(17)).not.toEqual(mask(18));
});

test('of a linear network: Σ y(x∘M) M / (N p₁), by definition', async () => {
  const weights = drawn(2 * height * width * 3, 2, 2, -1);
  const network = linearNetwork([height, width], weights, [3, -1]);
  const asked = { masks: 50, cells: 3, visible: 0.6, seed: 7 };
  const map = await rise(network, photo, { ...asked, target: opposite });
  const mask = riseMasks(height, width, asked);
  const size = height * width * 3;
  const wanted = new Float64Array(height * width);
  for (let index = 0; index < 50; index++) {
    const made = mask(index);
    let score = -4;
    for (let i = 0; i < size; i++)
      score += ((weights[size + i]! - weights[i]!) * photo.pixels[i]! * made[Math.floor(i / 3)]!) / 255;
    for (const [at, value] of made.entries()) wanted[at]! += (score * value) / (50 * 0.6);
  }
  expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
  expect(map).toMatchObject({
    method: 'rise',
    signed: false,
    seed: 7,
    options: { masks: 50, cells: 3, visible: 0.6 },
    layer: null,
  });
});

test('of a network that reads one pixel, the expectation is highest there', async () => {
  const weights = new Float32Array(2 * height * width * 3);
  const at = 5 * width + 9;
  weights[height * width * 3 + at * 3] = 1;
  const lit = { ...photo, pixels: photo.pixels.slice() };
  lit.pixels[at * 3] = 255;
  const map = await rise(linearNetwork([height, width], weights, [0, 0]), lit, {
    masks: 2000,
    cells: 5,
    target: opposite,
  });
  const top = map.values.indexOf(Math.max(...map.values));
  expect(Math.abs((top % width) - 9) + Math.abs(Math.floor(top / width) - 5)).toBeLessThanOrEqual(2);
  // E[M(p) M(q)] / p₁ far from the pixel is p₁; at the pixel it is E[M²] / p₁, between that and 1.
  expect(Math.abs(map.values[0]! - 0.5)).toBeLessThan(0.06);
  expect(map.values[at]).toBeGreaterThan(0.6);
  expect(map.values[at]).toBeLessThan(1);
});

test('a difference that is negative wherever one looks is a map that says so', async () => {
  const network = linearNetwork([height, width], drawn(2 * height * width * 3, 2, 0.01), [5, -5]);
  const map = await rise(network, photo, { masks: 20, target: opposite });
  expect(Math.max(...map.values)).toBeLessThan(0);
  expect(map.notes).toEqual([
    'the map has no positive value: nothing in the photo speaks for the target',
    expect.stringMatching(/^20 masks leave a pixel a standard error of \d+ % of the map’s range$/),
  ]);
});

describe('coverage', () => {
  const even = linearNetwork([height, width], new Float32Array(2 * height * width * 3), [1, 0]);

  test('of a network that sees nothing the expected one leaves the masks’ own pattern, the measured one an even map', async () => {
    const asked = { masks: 25, cells: 3, target: 0 };
    const [expected, measured] = [
      await rise(even, photo, asked),
      await rise(even, photo, { ...asked, coverage: 'measured' }),
    ];
    const probability = 1 / (1 + Math.exp(-1));
    for (const value of measured.values) expect(value).toBeCloseTo(probability, 6);
    expect(Math.max(...expected.values) / Math.min(...expected.values)).toBeGreaterThan(1.2);
    expect([expected.options.coverage, measured.options.coverage]).toEqual(['expected', 'measured']);
  });

  test('with many masks both come to the same order', async () => {
    const network = linearNetwork([height, width], drawn(2 * height * width * 3, 2, 2, -1), [3, -1]);
    const asked = { masks: 3000, cells: 3, target: opposite };
    const expected = await rise(network, photo, asked);
    const measured = await rise(network, photo, { ...asked, coverage: 'measured' });
    expect(rankCorrelation(expected.values, measured.values)).toBeGreaterThan(0.9);
  });
});

describe.each(['expected', 'measured'] as const)('with %s coverage', (coverage) => {
  test('the standard error is how far the maps of many seeds lie apart', () => {
    const [masks, repeats, at] = [60, 300, 4 * width + 3];
    const values: number[] = [];
    const errors: number[] = [];
    for (let seed = 0; seed < repeats; seed++) {
      const mask = riseMasks(height, width, { cells: 3, visible: 0.5, seed: seed * 7919 });
      const sums = openRiseSums(height * width, coverage, 0.5);
      for (let index = 0; index < masks; index++) {
        const one = mask(index);
        sums.add(2 + one[at + 5]! + 3 * one[at]! * one[20]!, one);
      }
      values.push(sums.values()[at]!);
      errors.push(sums.errors()![at]!);
    }
    const middle = values.reduce((sum, value) => sum + value, 0) / repeats;
    const apart = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (repeats - 1));
    const error = errors.reduce((sum, value) => sum + value, 0) / repeats;
    // A standard deviation of 300 is known to 4 %.
    expect(Math.abs(error / apart - 1)).toBeLessThan(0.15);
  });

  test('one mask has no standard error, and a pixel that no mask shows has the mean score where coverage is measured', () => {
    const sums = openRiseSums(2, coverage, 0.5);
    sums.add(3, Float32Array.of(0, 1));
    expect(sums.errors()).toBeNull();
    sums.add(5, Float32Array.of(0, 1));
    expect([...sums.values()]).toEqual(coverage === 'expected' ? [0, 8] : [4, 4]);
    expect(sums.errors()![0]).toBe(0);
  });
});

test.each([
  [{ masks: 0 }, 'masks: 0 (allowed: whole numbers from 1)'],
  [{ cells: 1 }, 'cells: 1 (allowed: whole numbers from 2)'],
  [{ visible: 0 }, 'visible: 0 (allowed: between 0 and 1)'],
  [{ visible: 1 }, 'visible: 1 (allowed: between 0 and 1)'],
  [{ coverage: 'counted' }, 'unknown coverage: counted (allowed: expected, measured)'],
])('%j cannot be', async (options, message) => {
  const network = linearNetwork([height, width], drawn(height * width * 3, 2), [0]);
  await expect(rise(network, photo, options as RiseOptions)).rejects.toThrow(message);
});
