import { describe, expect, test } from 'vitest';
import { cam } from '../../../src/explain/methods/cam';
import { vgg } from '../../../src/explain/network/architectures/vgg';
import type { Graph } from '../../../src/explain/network/graph';
import { upsampleBilinear } from '../../../src/explain/upsample';
import { drawn, linearNetwork, networkOf, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('of a pooled linear head on the pixels: the weighted colours', async () => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'avgpool', operation: { kind: 'globalAvgPool' }, inputs: ['input'] },
    { name: 'fc', operation: { kind: 'dense', units: 2, bias: true }, inputs: ['avgpool'] },
  ];
  const weights = [1, -2, 3, -4, 5, 0.5];
  const parameters = new Map([
    ['fc.weight', { shape: [2, 3], values: Float32Array.from(weights) }],
    ['fc.bias', { shape: [2], values: Float32Array.from([10, -20]) }],
  ]);
  const network = networkOf(graph, [5, 8, 3], parameters, { classes: ['a', 'b'], camNode: 'input' });
  const photo = drawnPhoto(5, 8, 1);
  for (const target of [0, 1]) {
    const { values, coarse, layer, signed } = await cam(network, photo, { target });
    const wanted = Array.from({ length: 40 }, (_, at) =>
      [0, 1, 2].reduce((sum, c) => sum + (weights[target * 3 + c]! * photo.pixels[at * 3 + c]!) / 255, 0),
    );
    expect(relativeDifference(values, wanted)).toBeLessThan(1e-5);
    expect(coarse).toEqual({ values, height: 5, width: 8 });
    expect({ layer, signed }).toEqual({ layer: 'input', signed: true });
  }
});

describe.each([
  'resnet18',
  'resnet50',
  'squeezenet1_0',
  'squeezenet1_1',
  'mobilenet_v1_0.75',
  'mobilenet_v2',
  'googlenet',
  'densenet121',
  'inception_v3',
  'resnet20-cifar',
  'tiny-resnet',
])('%s', (architecture) => {
  const network = seededNetwork(architecture, 5, [80, 97, 3], 8);
  const photo = drawnPhoto(80, 97, 9);

  test('the mean of the map is the logit less the bias', async () => {
    const before = passingTensors();
    const bias = network.parameters.get(`${network.graph.at(-1)!.name}.bias`)?.values;
    for (const target of [0, 3]) {
      const map = await cam(network, photo, { target });
      const wanted = map.target.logit - (bias?.[target] ?? 0);
      expect(Math.abs(mean(map.coarse!.values) - wanted)).toBeLessThan(
        1e-4 * Math.max(1, ...map.coarse!.values.map(Math.abs)),
      );
      expect(map.layer).toBe(network.camNode);
      expect([map.height, map.width, map.values.length]).toEqual([80, 97, 80 * 97]);
      const { values, height, width } = map.coarse!;
      expect(map.values).toEqual(upsampleBilinear(values, height, width, 80, 97));
    }
    expect(passingTensors()).toBe(before);
  });

  test('a difference of classes is the difference of their maps', async () => {
    const [a, b] = [await cam(network, photo, { target: 1 }), await cam(network, photo, { target: 4 })];
    const map = await cam(network, photo, { target: { difference: [1, 4] } });
    const wanted = a.values.map((value, i) => value - b.values[i]!);
    expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-4);
  });
});

test('the two classes of a sigmoid head have opposite maps', async () => {
  const seeded = seededNetwork('tiny-resnet', 1, [40, 52, 3], 10);
  const network = { ...seeded, classes: ['dog', 'wolf'], output: 'sigmoid' as const };
  const [dog, wolf] = [
    await cam(network, drawnPhoto(40, 52, 11), { target: 'dog' }),
    await cam(network, drawnPhoto(40, 52, 11), { target: 'wolf' }),
  ];
  expect(dog.values.map((value) => 0 - value)).toEqual(wolf.values.map((value) => value + 0));
});

test('a network without a pooled linear head has no class activation map', async () => {
  const network = linearNetwork([4, 5], drawn(60, 12), [0]);
  await expect(cam(network, drawnPhoto(4, 5, 13))).rejects.toThrow(
    'test does not end in global average pooling and a linear head, so it has no class activation map',
  );
});

test('VGG-16 says why it has none, and what works', async () => {
  const network = { ...seededNetwork(vgg([2, 2, 3, 3, 3], { hidden: 8 }), 3, [40, 52, 3], 14), name: 'vgg16' };
  await expect(cam(network, drawnPhoto(40, 52, 15))).rejects.toThrow(
    'vgg16 does not end in global average pooling and a linear head, so it has no class activation map; Grad-CAM works for it',
  );
});

test('an unknown target leaves nothing behind', async () => {
  const network = seededNetwork('tiny-resnet', 3, [40, 52, 3], 10);
  const before = passingTensors();
  await expect(cam(network, drawnPhoto(40, 52, 11), { target: 3 })).rejects.toThrow('unknown class: 3');
  expect(passingTensors()).toBe(before);
});
