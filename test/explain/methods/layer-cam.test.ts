import { expect, test } from 'vitest';
import { layerCam } from '../../../src/explain/methods/layer-cam';
import { drawn, linearNetwork, relativeDifference } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

test('on a linear network: the positive weights times what they weigh', async () => {
  const weights = drawn(2 * 105, 1, 2, -1);
  const photo = drawnPhoto(5, 7, 2);
  const map = await layerCam(linearNetwork([5, 7], weights, [0, 0]), photo, { target: 1, layer: 'input' });
  const wanted = Array.from({ length: 35 }, (_, at) =>
    [0, 1, 2].reduce((sum, c) => {
      const i = at * 3 + c;
      return sum + (Math.max(0, weights[105 + i]!) * photo.pixels[i]!) / 255;
    }, 0),
  );
  expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-6);
  expect(map).toMatchObject({ method: 'layer-cam', signed: false, layer: 'input' });
});
