import { expect, test } from 'vitest';
import { type LimeOptions, lime, limeWeight } from '../../../src/explain/methods/lime';
import { superpixels } from '../../../src/explain/methods/superpixels';
import { drawn, linearNetwork, relativeDifference } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const [height, width] = [18, 26];
const photo = drawnPhoto(height, width, 1);
const weights = drawn(2 * height * width * 3, 2, 2, -1);
const network = linearNetwork([height, width], weights, [3, -1]);
const target = { difference: [1, 0] } as const;

test('recovers a function that is linear in the superpixels', async () => {
  const map = await lime(network, photo, { target, samples: 200, segments: 12, penalty: 0 });
  const { labels, count } = superpixels(photo, { count: 12 });
  const size = height * width * 3;
  const sums = new Float64Array(count * 3);
  const sizes = new Float64Array(count);
  labels.forEach((label, at) => {
    sizes[label]!++;
    for (let c = 0; c < 3; c++) sums[label * 3 + c]! += photo.pixels[at * 3 + c]! / 255;
  });
  // What it is worth to show a superpixel instead of its mean colour.
  const worth = new Float64Array(count);
  labels.forEach((label, at) => {
    for (let c = 0; c < 3; c++) {
      const i = at * 3 + c;
      const own = photo.pixels[i]! / 255 - sums[label * 3 + c]! / sizes[label]!;
      worth[label]! += (weights[size + i]! - weights[i]!) * own;
    }
  });
  expect(
    relativeDifference(
      map.values,
      Array.from(labels, (label) => worth[label]!),
    ),
  ).toBeLessThan(1e-4);
  expect(map.notes[0]).toBe('the linear model explains 100 % of the weighted variance');
  expect(map.notes.at(-1)).toMatch(/^200 copies leave a pixel a standard error of \S+ % of the map’s range$/);
  expect(map.options).toEqual({
    ...{ samples: 200, segments: 12, superpixels: count, kernelWidth: 0.25, penalty: 0 },
    ...{ quality: 'exact', precision: 'float32' },
  });
  expect([map.seed, map.signed]).toEqual([0, true]);
});

test('a penalty shrinks the coefficients', async () => {
  const size = (values: Float32Array) => Math.hypot(...values);
  const asked = { target, samples: 60, segments: 12 };
  const free = await lime(network, photo, { ...asked, penalty: 0 });
  const held = await lime(network, photo, { ...asked, penalty: 50 });
  expect(size(held.values)).toBeLessThan(0.5 * size(free.values));
  expect(size(held.values)).toBeGreaterThan(0);
});

test('a copy’s weight falls with its cosine distance to the whole', () => {
  expect(limeWeight(9, 9, 0.25)).toBe(1);
  const half = 1 - 4 / Math.sqrt(4 * 8);
  expect(limeWeight(4, 8, 0.25)).toBeCloseTo(Math.exp(-(half ** 2) / 0.25 ** 2 / 2), 12);
  expect(limeWeight(0, 8, 0.25)).toBeCloseTo(Math.exp(-8), 12);
});

test.each([
  [{ samples: 1 }, 'samples: 1 (allowed: whole numbers from 2)'],
  [{ segments: 1.5 }, 'segments: 1.5 (allowed: whole numbers from 2)'],
  [{ kernelWidth: 0 }, 'kernelWidth: 0 (allowed: above 0)'],
  [{ penalty: -1 }, 'penalty: -1 (allowed: numbers from 0)'],
])('%j cannot be', async (options, message) => {
  await expect(lime(network, photo, options as LimeOptions)).rejects.toThrow(message);
});
