import { describe, expect, test } from 'vitest';
import { findMethod } from '../../../src/explain/methods';
import { averaged, chooseLayers } from '../../../src/explain/methods/layer-map';
import { buildArchitecture } from '../../../src/explain/network/architectures';
import type { Graph } from '../../../src/explain/network/graph';
import { upsampleBilinear } from '../../../src/explain/upsample';
import { networkOf, relativeDifference, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';

const network = seededNetwork('tiny-resnet', 5, [34, 45, 3], 6);
const photo = drawnPhoto(34, 45, 7);
const layerMethods = [
  'grad-cam',
  'grad-cam-plus-plus',
  'hires-cam',
  'layer-cam',
  'xgrad-cam',
  'score-cam',
  'ablation-cam',
  'eigen-cam',
];

describe.each(layerMethods)('%s', (name) => {
  const { run } = findMethod(name);

  test('the layer and how it was chosen are in the result; the map is its own map, upsampled', async () => {
    const chosen = await run(network, photo);
    expect([chosen.layer, chosen.options.chosen]).toEqual(['layer3.0.relu2', 'pooled into the head']);
    const named = await run(network, photo, { layer: 'layer1.0.relu2' });
    expect([named.layer, named.options.chosen]).toEqual(['layer1.0.relu2', 'named']);
    const { values, height, width } = named.coarse!;
    expect([height, width]).toEqual([9, 12]);
    expect(Math.max(...named.values)).toBeGreaterThan(0);
    expect(named.values).toEqual(upsampleBilinear(values, height, width, 34, 45));
  });

  test('several layers are averaged', async () => {
    const layers = ['layer1.0.relu2', 'layer2.0.relu2'];
    const map = await run(network, photo, { layer: layers });
    const [one, other] = [
      await run(network, photo, { layer: layers[0] }),
      await run(network, photo, { layer: layers[1] }),
    ];
    const wanted = one.values.map((value, i) => (value + other.values[i]!) / 2);
    expect(relativeDifference(map.values, wanted)).toBeLessThan(1e-5);
    expect([map.layer, map.coarse]).toEqual(['layer1.0.relu2 + layer2.0.relu2', null]);
  });

  test.each([
    ['layer9', 'unknown layer: layer9 (test has: input, conv1, bn1, relu … '],
    ['layer2.0.con', 'unknown layer: layer2.0.con (test has: layer2.0.conv1, layer2.0.conv2)'],
    ['fc', 'fc is no map (test has: '],
    [[], 'no layer was named'],
  ])('%j cannot be', async (layer, message) => {
    await expect(run(network, photo, { layer })).rejects.toThrow(message);
  });
});

test.each([
  ['resnet18', 'layer4.1.relu2', 'pooled into the head'],
  ['resnet50', 'layer4.2.relu3', 'pooled into the head'],
  ['squeezenet1_1', 'classifier.2', 'pooled into the head'],
  ['googlenet', 'inception5b.concat', 'pooled into the head'],
  ['inception_v3', 'Mixed_7c.concat', 'pooled into the head'],
  ['densenet121', 'relu', 'pooled into the head'],
  ['mobilenet_v2', 'features.18.2', 'pooled into the head'],
  // relu5_3 of the Grad-CAM paper.
  ['vgg16', 'features.29', 'last convolution'],
  ['nano-resnet', 'layer3.0.relu2', 'pooled into the head'],
  ['nano-resnet-max', 'layer3.0.relu2', 'last convolution'],
  ['nano-resnet-flat', 'layer3.0.relu2', 'last convolution'],
])('%s: the default layer is %s', (architecture, layer, rule) => {
  const inputShape = [128, 97, 3] as const;
  const { graph, camNode } = buildArchitecture(architecture, 5, inputShape);
  const built = networkOf(graph, inputShape, new Map(), { camNode });
  expect(chooseLayers(built, undefined)).toEqual({ layers: [layer], rule });
});

test.each([
  ['resnet18', 'layer4', 'layer4.1.relu2'],
  ['resnet18', 'layer3.0', 'layer3.0.relu2'],
  ['vgg16', 'features', 'features.30'],
  ['squeezenet1_1', 'features.12', 'features.12.concat'],
  ['googlenet', 'inception4a', 'inception4a.concat'],
  ['inception_v3', 'Mixed_6b', 'Mixed_6b.concat'],
  ['densenet121', 'features.denseblock4', 'features.denseblock4.denselayer16.concat'],
  ['mobilenet_v2', 'features.17', 'features.17.conv.3'],
  ['mobilenet_v2', 'features.12', 'features.12.add'],
])('%s: %s is its last layer', (architecture, part, layer) => {
  const inputShape = [128, 97, 3] as const;
  const { graph, camNode } = buildArchitecture(architecture, 5, inputShape);
  const built = networkOf(graph, inputShape, new Map(), { camNode });
  expect(chooseLayers(built, part)).toEqual({ layers: [layer], rule: 'named' });
  // What comes after the part reads that layer and no other of it.
  const within = (name: string) => name.startsWith(`${part}.`);
  const read = graph.filter(({ name }) => !within(name)).flatMap(({ inputs }) => inputs.filter(within));
  expect([...new Set(read)]).toEqual([layer]);
});

test('without a convolution, the last map that is larger than one place is chosen', () => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'relu', operation: { kind: 'relu' }, inputs: ['input'] },
    {
      name: 'pool',
      operation: { kind: 'maxPool', kernel: [4, 6], stride: [4, 6], padding: [0, 0, 0, 0], ceil: false },
      inputs: ['relu'],
    },
    { name: 'flat', operation: { kind: 'flatten' }, inputs: ['pool'] },
  ];
  expect(chooseLayers(networkOf(graph, [4, 6, 3], new Map()), undefined)).toEqual({
    layers: ['relu'],
    rule: 'last map',
  });
});

test('a mean of maps of different sizes is taken after upsampling', () => {
  const maps = [
    { values: Float32Array.from([3]), height: 1, width: 1 },
    { values: Float32Array.from([0, 1, 2, 3, 4, 5]), height: 2, width: 3 },
  ];
  expect([...averaged(maps, 2, 3)]).toEqual([1.5, 2, 2.5, 3, 3.5, 4]);
});
