import { expect, test } from 'vitest';
import { prepareInput } from '../../../src/explain/image/prepare';
import { saliency } from '../../../src/explain/methods/saliency';
import { forward } from '../../../src/explain/network/executors/forward';
import type { Graph } from '../../../src/explain/network/graph';
import { drawn, linearNetwork, networkOf, seededNetwork } from '../../support/networks';
import { drawnPhoto } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

test('of a linear network: the largest weight of each pixel', async () => {
  const weights = drawn(3 * 4 * 7 * 3, 1, 2, -1);
  const network = linearNetwork([4, 7], weights, [0, 5, 0]);
  const map = await saliency(network, drawnPhoto(4, 7, 2), { target: 2 });
  expect([map.height, map.width]).toEqual([4, 7]);
  const row = weights.subarray(2 * 84);
  for (let at = 0; at < 28; at++) {
    const wanted = Math.max(...[0, 1, 2].map((c) => Math.abs(row[at * 3 + c]!)));
    expect(map.values[at]).toBeCloseTo(wanted, 6);
  }
  expect(map).toMatchObject({ method: 'saliency', signed: false, layer: null, grid: null, coarse: null, seed: null });
});

test('of a difference of classes: the difference of their weights', async () => {
  const weights = drawn(2 * 3 * 5 * 3, 3, 2, -1);
  const network = linearNetwork([3, 5], weights, [0, 0]);
  const { values, target } = await saliency(network, drawnPhoto(3, 5, 4), { target: { difference: [1, 0] } });
  for (let at = 0; at < 15; at++) {
    const wanted = [0, 1, 2].map((c) => Math.abs(weights[45 + at * 3 + c]! - weights[at * 3 + c]!));
    expect(values[at]).toBeCloseTo(Math.max(...wanted), 6);
  }
  expect(target).toMatchObject({ label: 'class 1 − class 0', index: null, probability: null });
});

test('behind a ReLU that is shut the map is zero, and says so', async () => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'pool', operation: { kind: 'globalAvgPool' }, inputs: ['input'] },
    { name: 'hidden', operation: { kind: 'dense', units: 2, bias: true }, inputs: ['pool'] },
    { name: 'relu', operation: { kind: 'relu' }, inputs: ['hidden'] },
  ];
  const parameters = new Map([
    ['hidden.weight', { shape: [2, 3], values: Float32Array.from([1, 2, 3, 1, 2, 3]) }],
    ['hidden.bias', { shape: [2], values: Float32Array.from([-100, 100]) }],
  ]);
  const network = networkOf(graph, [6, 4, 3], parameters, { classes: ['shut', 'open'] });
  const shut = await saliency(network, drawnPhoto(6, 4, 5), { target: 'shut' });
  expect(new Set(shut.values)).toEqual(new Set([0]));
  expect(shut.notes).toEqual([expect.stringContaining('zero everywhere')]);
  const open = await saliency(network, drawnPhoto(6, 4, 5), { target: 'open' });
  for (const value of open.values) expect(value).toBeCloseTo(3 / 24, 6);
  expect(open.notes).toEqual([]);
});

test('is the slope that finite differences find; the same again, and nothing left behind', async () => {
  const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
  const before = passingTensors();
  const map = await saliency(network, drawnPhoto(30, 41, 7));
  expect(passingTensors()).toBe(before);
  const peak = map.values.indexOf(Math.max(...map.values));
  const input = prepareInput(drawnPhoto(30, 41, 7), network.preprocessing).values;
  const step = 1e-3;
  const slopes = [0, 1, 2].map((channel) => {
    const [up, down] = [step, -step].map((change) => {
      const moved = input.slice();
      moved[peak * 3 + channel]! += change;
      return forward(network, moved)[map.target.index!]!;
    }) as [number, number];
    return Math.abs(up - down) / (2 * step);
  });
  expect(Math.max(...slopes) / map.values[peak]!).toBeCloseTo(1, 1);
  expect(await saliency(network, drawnPhoto(30, 41, 7))).toEqual({ ...map, elapsedMs: expect.any(Number) });
});

test('both classes of a sigmoid head have one saliency map', async () => {
  const { parameters, graph, inputShape } = linearNetwork([3, 4], drawn(36, 8, 2, -1), [0.3]);
  const network = networkOf(graph, inputShape, parameters, { classes: ['dog', 'wolf'], output: 'sigmoid' });
  const [dog, wolf] = [
    await saliency(network, drawnPhoto(3, 4, 9), { target: 'dog' }),
    await saliency(network, drawnPhoto(3, 4, 9), { target: 'wolf' }),
  ];
  expect(dog.values).toEqual(wolf.values);
  expect(dog.target.logit).toBe(-wolf.target.logit);
});

test('an unknown target leaves nothing behind', async () => {
  const network = seededNetwork('tiny-resnet', 5, [30, 41, 3], 6);
  const before = passingTensors();
  await expect(saliency(network, drawnPhoto(30, 41, 7), { target: 'wolf' })).rejects.toThrow('unknown class: wolf');
  expect(passingTensors()).toBe(before);
});
