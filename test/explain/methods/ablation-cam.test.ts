import { expect, test } from 'vitest';
import { prepareInput } from '../../../src/explain/image/prepare';
import { ablationCam } from '../../../src/explain/methods/ablation-cam';
import { activations } from '../../../src/explain/network/executors/activations';
import { seededNetwork } from '../../support/networks';
import { drawnPhoto, largestDifference } from '../../support/pictures';

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

test('a layer that a shortcut bypasses cannot be ablated, and the error says why', async () => {
  await expect(ablationCam(network, photo, { layer: 'layer2.0.bn1' })).rejects.toThrow(
    'cannot start at layer2.0.bn1: a later node reads what comes before',
  );
});
