import { describe, expect, test } from 'vitest';
import { cam } from '../../../src/explain/methods/cam';
import { gradCam } from '../../../src/explain/methods/grad-cam';
import { relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

describe.each(['resnet18', 'squeezenet1_1', 'mobilenet_v1_0.75', 'resnet20-cifar', 'tiny-resnet'])('%s', (name) => {
  const network = seededNetwork(name, 5, [70, 97, 3], 8);
  const photo = drawnPhoto(70, 97, 9);

  test('where the head is pooled and linear, the map is relu(CAM)/HW', async () => {
    for (const target of [0, { difference: [1, 4] } as const]) {
      const map = await gradCam(network, photo, { target });
      const { values, height, width } = (await cam(network, photo, { target })).coarse!;
      expect([map.coarse!.height, map.coarse!.width, map.layer]).toEqual([height, width, network.camNode]);
      const wanted = values.map((value) => Math.max(0, value) / (height * width));
      const scale = Math.max(...values.map(Math.abs)) / (height * width);
      expect(Math.max(...wanted.map((value, i) => Math.abs(value - map.coarse!.values[i]!)))).toBeLessThan(
        1e-5 * scale,
      );
    }
  });
});

test('both classes of a sigmoid head divide the layer between them', async () => {
  const seeded = seededNetwork('tiny-resnet', 1, [40, 52, 3], 10);
  const network = { ...seeded, classes: ['dog', 'wolf'], output: 'sigmoid' as const };
  const photo = drawnPhoto(40, 52, 11);
  const [dog, wolf] = [
    (await gradCam(network, photo, { target: 'dog' })).coarse!,
    (await gradCam(network, photo, { target: 'wolf' })).coarse!,
  ];
  const whole = (await cam(network, photo, { target: 'wolf' })).coarse!;
  const places = whole.height * whole.width;
  const sum = wolf.values.map((value, i) => (value - dog.values[i]!) * places);
  expect(relativeDifference(sum, whole.values)).toBeLessThan(1e-5);
});
