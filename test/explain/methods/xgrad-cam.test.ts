import { expect, test } from 'vitest';
import { gradCam } from '../../../src/explain/methods/grad-cam';
import { xgradCam } from '../../../src/explain/methods/xgrad-cam';
import { drawn, linearNetwork, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

test('is Grad-CAM where the gradient is the same at every place', async () => {
  const network = seededNetwork('tiny-resnet', 5, [45, 61, 3], 8);
  const photo = drawnPhoto(45, 61, 9);
  const [map, wanted] = [await xgradCam(network, photo), await gradCam(network, photo)];
  expect(relativeDifference(map.values, wanted.values)).toBeLessThan(1e-4);
});

test('else it weighs the gradient by the activation', async () => {
  const weights = drawn(105, 1, 2, 0.5);
  const photo = drawnPhoto(5, 7, 2);
  const map = await xgradCam(linearNetwork([5, 7], weights, [0]), photo, { layer: 'input' });
  const channelWeights = [0, 1, 2].map((c) => {
    let [products, sum] = [0, 0];
    for (let at = 0; at < 35; at++) {
      products += (weights[at * 3 + c]! * photo.pixels[at * 3 + c]!) / 255;
      sum += photo.pixels[at * 3 + c]! / 255;
    }
    return products / sum;
  });
  const wanted = Array.from({ length: 35 }, (_, at) =>
    channelWeights.reduce((sum, weight, c) => sum + (weight * photo.pixels[at * 3 + c]!) / 255, 0),
  );
  expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
});
