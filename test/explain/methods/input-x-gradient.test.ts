import { expect, test } from 'vitest';
import { inputXGradient } from '../../../src/explain/methods/input-x-gradient';
import { drawn, linearNetwork, relativeDifference } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

test('of a linear network: each pixel’s share, which add up to the score less the bias', async () => {
  const weights = drawn(2 * 105, 1, 2, -1);
  const plain = linearNetwork([5, 7], weights, [0, 3]);
  const [mean, std] = [[0.5, 0.4, 0.3] as const, [0.2, 0.25, 0.3] as const];
  const network = { ...plain, preprocessing: { ...plain.preprocessing, mean, std } };
  const photo = drawnPhoto(5, 7, 2);
  const map = await inputXGradient(network, photo, { target: 1 });
  const wanted = Array.from({ length: 35 }, (_, at) =>
    [0, 1, 2].reduce((sum, c) => {
      const i = at * 3 + c;
      return sum + (weights[105 + i]! * (photo.pixels[i]! / 255 - mean[c]!)) / std[c]!;
    }, 0),
  );
  expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
  expect(map.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(map.target.logit - 3, 3);
  expect(map).toMatchObject({ method: 'input-x-gradient', signed: true, layer: null });
  const other = await inputXGradient(network, photo, { target: 0 });
  expect(other.values).not.toEqual(map.values);
});
