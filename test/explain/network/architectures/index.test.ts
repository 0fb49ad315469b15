import { expect, test } from 'vitest';
import { architectureNames, buildArchitecture } from '../../../../src/explain/network/architectures';
import { bytesPerImage } from '../../../../src/explain/network/batch-size';
import { layerTable } from '../../../../src/explain/network/layer-table';
import { nodeShapes } from '../../../../src/explain/network/node-shapes';

type Size = readonly [number, number, 3];
const table = (name: string, outputs: number, inputShape: Size) =>
  layerTable({ graph: buildArchitecture(name, outputs, inputShape).graph, inputShape });

/** Learned numbers (running statistics are not), in PyTorch's published counts, and multiply-adds in millions, at 224 px but where said. */
const published: readonly [string, number, number][] = [
  ['resnet18', 11_689_512, 1814],
  ['resnet34', 21_797_672, 3664],
  ['resnet50', 25_557_032, 4089],
  ['resnet101', 44_549_160, 7801],
  ['squeezenet1_0', 1_248_424, 819],
  ['squeezenet1_1', 1_235_496, 349],
  ['vgg16', 138_357_544, 15_470],
  ['mobilenet_v2', 3_504_872, 301],
  ['googlenet', 6_624_904, 1498],
  ['densenet121', 7_978_856, 2834],
  // At 299 px; published with the auxiliary head: 27,161,264 less its 3,326,696.
  ['inception_v3', 23_834_568, 5713],
];

test.each(published)('%s has the published size and cost', (name, learned, millions) => {
  const side = name === 'inception_v3' ? 299 : 224;
  const rows = table(name, 1000, [side, side, 3]);
  const count = (row: (typeof rows)[number]) => (row.kind === 'batchNorm' ? row.parameters / 2 : row.parameters);
  expect(rows.reduce((sum, row) => sum + count(row), 0)).toBe(learned);
  expect(Math.round(rows.reduce((sum, row) => sum + row.multiplyAdds, 0) / 1e6)).toBe(millions);
});

const camMaps: readonly [string, Size, string, readonly number[]][] = [
  ['resnet18', [224, 160, 3], 'layer4.1.relu2', [7, 5, 512]],
  ['resnet50', [224, 160, 3], 'layer4.2.relu3', [7, 5, 2048]],
  ['squeezenet1_0', [224, 160, 3], 'classifier.2', [13, 9, 6]],
  ['squeezenet1_1', [224, 160, 3], 'classifier.2', [13, 9, 6]],
  ['mobilenet_v2', [224, 160, 3], 'features.18.2', [7, 5, 1280]],
  ['googlenet', [224, 160, 3], 'inception5b.concat', [7, 5, 1024]],
  ['densenet121', [224, 160, 3], 'relu', [7, 5, 1024]],
  ['inception_v3', [299, 240, 3], 'Mixed_7c.concat', [8, 6, 2048]],
  ['mobilenet_v1_0.75', [192, 130, 3], 'blocks.13.pointwise.relu6', [6, 5, 768]],
  ['resnet20-cifar', [32, 31, 3], 'layer3.2.relu2', [8, 8, 64]],
  ['tiny-resnet', [96, 81, 3], 'layer3.0.relu2', [12, 11, 80]],
];

test.each(camMaps)('%s: the map that CAM reads', (name, inputShape, node, shape) => {
  const { graph, camNode } = buildArchitecture(name, 6, inputShape);
  expect(camNode).toBe(node);
  expect(nodeShapes(graph, inputShape).get(node)).toEqual(shape);
});

test.each(architectureNames())('%s: names are unique, nodes come after their inputs, outputs as asked', (name) => {
  const { graph } = buildArchitecture(name, 6, [97, 80, 3]);
  expect(new Set(graph.map((node) => node.name)).size).toBe(graph.length);
  expect(graph[0]!.name).toBe('input');
  expect(nodeShapes(graph, [97, 80, 3]).get(graph.at(-1)!.name)).toEqual([6]);
});

test('the small network for drawn scenes has 80 to 300 thousand parameters', () => {
  const learned = table('tiny-resnet', 2, [128, 128, 3]).reduce((sum, row) => sum + row.parameters, 0);
  expect(learned).toBeGreaterThan(80_000);
  expect(learned).toBeLessThan(300_000);
});

test('an unknown architecture and an input that is too small are refused', () => {
  expect(() => buildArchitecture('vgg99', 2, [224, 224, 3])).toThrow(
    /^unknown architecture: vgg99 \(known: resnet18, resnet34, .* more; did you mean: vgg19, vgg11, vgg13/,
  );
  expect(() => buildArchitecture('resnet21-cifar', 2, [32, 32, 3])).toThrow('did you mean: resnet20-cifar');
  expect(() => buildArchitecture('toString', 2, [224, 224, 3])).toThrow('unknown architecture: toString');
  expect(() => table('squeezenet1_0', 10, [12, 40, 3])).toThrow(/the input 12×40×3 is too small: nothing is left at /);
});

test('memory follows the largest layers: squares with the side, and ResNet-50 needs more than ResNet-18', () => {
  const bytes = (name: string, side: number) => {
    const inputShape: Size = [side, side, 3];
    return bytesPerImage({ graph: buildArchitecture(name, 1000, inputShape).graph, inputShape });
  };
  expect(bytes('resnet18', 448) / bytes('resnet18', 224)).toBeCloseTo(4, 1);
  expect(bytes('resnet50', 224)).toBeGreaterThan(bytes('resnet18', 224));
  // The first convolution alone: 112·112·64 floats.
  expect(bytes('resnet18', 224)).toBeGreaterThan(112 * 112 * 64 * 4);
});
