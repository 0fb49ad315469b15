import { expect, test } from 'vitest';
import { cam } from '../../../src/explain/methods/cam';
import { hiresCam } from '../../../src/explain/methods/hires-cam';
import { drawn, linearNetwork, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

test.each(['resnet18', 'squeezenet1_1', 'tiny-resnet'])('%s: CAM/HW at the pooled layer, signed', async (name) => {
  const network = seededNetwork(name, 5, [70, 97, 3], 8);
  const photo = drawnPhoto(70, 97, 9);
  const map = await hiresCam(network, photo);
  const { values, height, width } = (await cam(network, photo)).coarse!;
  const wanted = values.map((value) => value / (height * width));
  expect(relativeDifference(map.coarse!.values, wanted)).toBeLessThan(1e-5);
  expect(map.signed).toBe(true);
});

test('sums to the score less the bias where the layers above are linear', async () => {
  const network = linearNetwork([5, 7], drawn(2 * 105, 1, 2, -1), [4, -3]);
  const map = await hiresCam(network, drawnPhoto(5, 7, 2), { target: 1, layer: 'input' });
  const sum = map.values.reduce((total, value) => total + value, 0);
  expect(sum).toBeCloseTo(map.target.logit + 3, 4);
});
