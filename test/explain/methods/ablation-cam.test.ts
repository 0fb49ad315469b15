import { expect, test } from 'vitest';
import { prepareInput } from '../../../src/explain/image/prepare';
import { ablationCam } from '../../../src/explain/methods/ablation-cam';
import { activations } from '../../../src/explain/network/executors/activations';
import { forward } from '../../../src/explain/network/executors/forward';
import type { Network } from '../../../src/explain/network/network';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto, largestDifference } from '../../support/pictures';
import { passingTensors } from '../../support/tensors';

const network = seededNetwork('tiny-resnet', 5, [45, 61, 3], 8);
const photo = drawnPhoto(45, 61, 9);

test('on a pooled linear head a channel’s weight is its share of the score, also of a negative one', async () => {
  const layer = network.camNode!;
  const input = prepareInput(photo, network.preprocessing).values;
  const { height, width, channels, values } = activations(network, input, [layer]).maps.get(layer)!;
  const head = network.parameters.get('fc.weight')!.values;
  const signs = new Set<number>();
  for (const target of [0, 1, 2, 3, 4]) {
    const map = await ablationCam(network, photo, { target });
    signs.add(Math.sign(map.target.logit));
    const wanted = new Float64Array(height * width);
    for (let k = 0; k < channels; k++) {
      const channel = Array.from(wanted, (_, at) => values[at * channels + k]!);
      const mean = channel.reduce((sum, value) => sum + value, 0) / channel.length;
      const weight = (head[target * channels + k]! * mean) / Math.abs(map.target.logit);
      for (const at of wanted.keys()) wanted[at]! += weight * channel[at]!;
    }
    const scale = Math.max(...wanted.map(Math.abs));
    const positive = wanted.map((value) => Math.max(0, value));
    expect(largestDifference(map.coarse!.values, positive)).toBeLessThan(1e-4 * scale);
  }
  expect(signs).toEqual(new Set([1, -1]));
});

test('at a layer that a shortcut bypasses, only the layer’s own channel is left out', async () => {
  const layer = 'layer2.0.bn1';
  const before = passingTensors();
  const map = await ablationCam(network, photo, { layer, target: 2, memoryMB: 0.001 });
  expect(passingTensors()).toBe(before);
  const input = prepareInput(photo, network.preprocessing).values;
  const { channels, height, width, values } = activations(network, input, [layer]).maps.get(layer)!;
  const wanted = new Float64Array(height * width);
  for (let k = 0; k < channels; k++) {
    const without = forward(silenced(layer, k), input)[2]!;
    const weight = (map.target.logit - without) / Math.abs(map.target.logit);
    for (const at of wanted.keys()) wanted[at]! += weight * values[at * channels + k]!;
  }
  const positive = wanted.map((value) => Math.max(0, value));
  expect(largestDifference(map.coarse!.values, positive)).toBeLessThan(1e-3 * Math.max(...positive));
});

/** The network in which one channel of a batch norm gives 0. */
function silenced(norm: string, channel: number): Network {
  const parameters = new Map(network.parameters);
  for (const part of ['weight', 'bias']) {
    const { shape, values } = parameters.get(`${norm}.${part}`)!;
    parameters.set(`${norm}.${part}`, { shape, values: values.map((value, i) => (i === channel ? 0 : value)) });
  }
  return { ...network, parameters };
}
