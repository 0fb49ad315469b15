import { expect, test } from 'vitest';
import { neededWork } from '../../bench/work.mjs';
import { positions } from '../../src/explain/methods/occlusion';
import { buildArchitecture } from '../../src/explain/network/architectures';
import type { Graph } from '../../src/explain/network/graph';
import { layerTable } from '../../src/explain/network/layer-table';
import { nodeShapes } from '../../src/explain/network/node-shapes';
import { convolution, pool } from '../support/operations';

function whole(graph: Graph, inputShape: readonly [number, number, 3]): number {
  return layerTable({ graph, inputShape }).reduce((sum, { multiplyAdds }) => sum + multiplyAdds, 0);
}

function needed(graph: Graph, inputShape: readonly [number, number, 3], size: number, stride: number): number {
  const [tops, lefts] = [inputShape[0], inputShape[1]].map((length) => positions(length, size, stride));
  return neededWork({ graph, inputShape }, nodeShapes(graph, inputShape), { size, tops, lefts });
}

test('of one convolution, the outputs that a pixel reaches', () => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'a', operation: convolution({ filters: 5, kernel: [3, 1], padding: [1, 1, 0, 0] }), inputs: ['input'] },
  ];
  // Rows 0 and 8 of 9 reach two outputs, the others three; columns one.
  const meanRows = (2 * 2 + 7 * 3) / 9;
  expect(needed(graph, [9, 7, 3], 1, 1)).toBeCloseTo(meanRows * 3 * 1 * 3 * 5, 9);
  expect(needed(graph, [9, 7, 3], 9, 9)).toBeGreaterThan(0);
});

test('an occluder as large as the input needs everything', () => {
  const { graph } = buildArchitecture('resnet18', 10, [96, 96, 3]);
  expect(needed(graph, [96, 96, 3], 96, 96)).toBe(whole(graph, [96, 96, 3]));
});

test('what follows a whole-map operation counts in full', () => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'pool', operation: { kind: 'adaptiveAvgPool', size: [2, 2] }, inputs: ['input'] },
    { name: 'flat', operation: { kind: 'flatten' }, inputs: ['pool'] },
    { name: 'fc', operation: { kind: 'dense', units: 4, bias: true }, inputs: ['flat'] },
  ];
  expect(needed(graph, [8, 8, 3], 1, 4)).toBe(48);
});

test.each([
  ['vgg16', 224, 16, 8.9],
  ['resnet18', 224, 16, 2.8],
  ['resnet50', 224, 64, 1.9],
  ['resnet18', 448, 32, 6.0],
] as const)('%s at %i px, occluder %i: %f times less than whole passes', (name, side, size, times) => {
  const shape = [side, side, 3] as const;
  const { graph } = buildArchitecture(name, 1000, shape);
  expect(whole(graph, shape) / needed(graph, shape, size, 8)).toBeCloseTo(times, 1);
});

test('without padding or stride the windows are those of a list written by hand', () => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'p', operation: pool('maxPool'), inputs: ['input'] },
    { name: 'c', operation: convolution(), inputs: ['p'] },
  ];
  // 3 px from 0, 3 and 6 (clipped to 2) of 8 px reach the pooled cells 0–1, 1–2 and 3.
  expect(needed(graph, [8, 8, 3], 3, 3)).toBeCloseTo((5 / 3) ** 2 * 3, 9);
});
