import { expect, test } from 'vitest';
import { gradCamPlusPlus } from '../../../src/explain/methods/grad-cam-plus-plus';
import { drawn, linearNetwork, relativeDifference } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

test('weighs each channel by its places’ own shares', async () => {
  const weights = drawn(105, 1, 2, -1);
  // Without effect, and with a gradient of 0: no share, and no NaN.
  for (let at = 0; at < 35; at++) weights[at * 3 + 1] = 0;
  const photo = drawnPhoto(5, 7, 2);
  const value = (i: number) => photo.pixels[i]! / 255;
  const map = await gradCamPlusPlus(linearNetwork([5, 7], weights, [0]), photo, { layer: 'input' });
  const channelWeights = [0, 1, 2].map((c) => {
    const places = Array.from({ length: 35 }, (_, at) => at * 3 + c);
    const sum = places.reduce((total, i) => total + value(i), 0);
    return places.reduce((total, i) => {
      const g = weights[i]!;
      return g <= 0 ? total : total + g ** 3 / (2 * g ** 2 + sum * g ** 3 + 1e-6);
    }, 0);
  });
  expect(channelWeights[1]).toBe(0);
  const wanted = Array.from({ length: 35 }, (_, at) =>
    channelWeights.reduce((sum, weight, c) => sum + weight * value(at * 3 + c), 0),
  );
  expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
});
