import { expect, test } from 'vitest';
import { saliency } from '../../../src/explain/methods/saliency';
import { type SmoothGradOptions, smoothgrad } from '../../../src/explain/methods/smoothgrad';
import { drawn, linearNetwork, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);

test('without noise: the saliency map, its square, and no variance', async () => {
  const plain = await saliency(network, photo);
  const without = (statistic: SmoothGradOptions['statistic']) =>
    smoothgrad(network, photo, { noise: 0, samples: 5, statistic: statistic! });
  expect(relativeDifference((await without('mean')).values, plain.values)).toBeLessThan(1e-5);
  const squares = plain.values.map((value) => value * value);
  expect(relativeDifference((await without('square')).values, squares)).toBeLessThan(1e-5);
  // In one batch of equal copies the engine may round each a little differently.
  const spread = await without('variance');
  expect(Math.max(...spread.values)).toBeLessThan(1e-10 * Math.max(...squares));
  const { values, notes } = await smoothgrad(linearNetwork([5, 7], drawn(105, 1), [0]), drawnPhoto(5, 7, 2), {
    statistic: 'variance',
  });
  expect(new Set(values)).toEqual(new Set([0]));
  expect(notes).toEqual([expect.stringContaining('zero everywhere')]);
});

test('with noise the mean of the squares is at least the square of the mean, and the variance what is between', async () => {
  const asked = { samples: 6, noise: 0.1, seed: 4 };
  const maps = new Map<string, Float32Array>();
  for (const statistic of ['mean', 'square', 'variance'] as const) {
    maps.set(statistic, (await smoothgrad(network, photo, { ...asked, statistic })).values);
  }
  const [mean, square, variance] = [...maps.values()] as [Float32Array, Float32Array, Float32Array];
  const slack = 1e-5 * Math.max(...square);
  expect(Math.max(...variance)).toBeGreaterThan(slack);
  mean.forEach((value, i) => {
    // The largest channel need not be the same in all three.
    expect(square[i]!).toBeGreaterThanOrEqual(value ** 2 - slack);
    expect(square[i]!).toBeGreaterThanOrEqual(variance[i]! - slack);
    expect(square[i]!).toBeLessThanOrEqual(value ** 2 + variance[i]! + slack);
  });
});

test('the slope of a function of the logits is taken at each copy', async () => {
  const plain = linearNetwork([5, 7], drawn(105, 1), [0]);
  const square = { label: 'square', score: (z: Float32Array) => z[0]! ** 2 };
  const asked = { noise: 0.5, samples: 4, statistic: 'variance' } as const;
  const map = await smoothgrad(plain, drawnPhoto(5, 7, 2), { ...asked, target: square });
  // Its slope is 2y·w: it varies as the score does.
  expect(Math.min(...map.values)).toBeGreaterThan(0);
});

test.each([
  [{ samples: 0 }, 'samples: 0 (allowed: whole numbers from 1)'],
  [{ noise: -1 }, 'noise: -1 (allowed: numbers from 0)'],
  [{ noise: Number.NaN }, 'noise: NaN'],
  [{ statistic: 'median' }, 'unknown statistic: median (allowed: mean, square, variance)'],
])('%j cannot be', async (options, message) => {
  await expect(smoothgrad(network, photo, options as SmoothGradOptions)).rejects.toThrow(message);
});
