import { expect, test } from 'vitest';
import { compareClasses } from '../../src/analyses/compare-classes';
import { findMethod } from '../../src/explain/methods';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';

const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
const photo = drawnPhoto(30, 41, 7);

test('the best classes by the class activation map, and named ones by any method with its options', async () => {
  const { classification, maps } = await compareClasses(network, photo, { classes: 3 });
  expect(maps.map(({ method, target }) => [method, target.index])).toEqual(
    classification.classes.slice(0, 3).map(({ index }) => ['cam', index]),
  );
  const layer = 'layer1.0.relu2';
  const classes = ['class 4', { difference: [1, 2] }] as const;
  const named = await compareClasses(network, photo, { classes, method: 'grad-cam', options: { layer } });
  const alone = await findMethod('grad-cam').run(network, photo, { layer, target: 4 });
  expect(named.maps[0]!.values).toEqual(alone.values);
  expect(named.maps[1]!.target.label).toBe('class 1 − class 2');
  expect(named.figures.classes.caption).toMatch(/^Grad-CAM of Test on .*, on one colour scale: class 4, /);
});

test('a network without a class activation map is compared by Grad-CAM', async () => {
  const flat = seededNetwork('nano-resnet-flat', 3, [40, 40, 3], 6);
  const { maps } = await compareClasses(flat, drawnPhoto(40, 40, 7));
  expect(maps.map(({ method }) => method)).toEqual(['grad-cam', 'grad-cam']);
});
