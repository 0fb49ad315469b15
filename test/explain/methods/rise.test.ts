import { expect, test } from 'vitest';
import { type RiseOptions, rise, riseMasks } from '../../../src/explain/methods/rise';
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
  expect(map.notes).toEqual(['the map has no positive value: nothing in the photo speaks for the target']);
});

test.each([
  [{ masks: 0 }, 'masks: 0 (allowed: whole numbers from 1)'],
  [{ cells: 1 }, 'cells: 1 (allowed: whole numbers from 2)'],
  [{ visible: 0 }, 'visible: 0 (allowed: between 0 and 1)'],
  [{ visible: 1 }, 'visible: 1 (allowed: between 0 and 1)'],
])('%j cannot be', async (options, message) => {
  const network = linearNetwork([height, width], drawn(height * width * 3, 2), [0]);
  await expect(rise(network, photo, options as RiseOptions)).rejects.toThrow(message);
});
