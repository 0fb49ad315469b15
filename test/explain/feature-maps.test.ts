import { expect, test } from 'vitest';
import { featureMaps } from '../../src/explain/feature-maps';
import { prepareInput } from '../../src/explain/image/prepare';
import { activations } from '../../src/explain/network/executors/activations';
import { featureGrid } from '../../src/plots/feature-grid';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';
import { passingTensors } from '../support/tensors';

const network = seededNetwork('tiny-resnet', 4, [45, 38, 3], 3);
const photo = drawnPhoto(45, 38, 4);
const layer = 'layer1.0.relu2';

test('are the layer’s own values, most active first, and nothing is left behind', async () => {
  const before = passingTensors();
  const found = await featureMaps(network, photo, { layer, channels: 5 });
  expect(passingTensors()).toBe(before);
  const whole = activations(network, prepareInput(photo, network.preprocessing).values, [layer]).maps.get(layer)!;
  expect(found).toMatchObject({ layer, height: whole.height, width: whole.width, of: whole.channels });
  expect(found.maps).toHaveLength(5);
  const means = Array.from({ length: whole.channels }, (_, k) => {
    const values = whole.values.filter((_, i) => i % whole.channels === k);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
  expect(found.maps.map(({ mean }) => mean)).toEqual([...means].sort((a, b) => b - a).slice(0, 5));
  for (const { channel, values } of found.maps) {
    expect(values).toEqual(whole.values.filter((_, i) => i % whole.channels === channel));
  }
});

test('take channels by index, in the order asked for, and refuse what the layer has not', async () => {
  const { maps } = await featureMaps(network, photo, { layer, channels: [7, 2] });
  expect(maps.map(({ channel }) => channel)).toEqual([7, 2]);
  await expect(featureMaps(network, photo, { layer, channels: [24] })).rejects.toThrow(
    'unknown channel: 24 (layer1.0.relu2 has channels 0 to 23)',
  );
  await expect(featureMaps(network, photo, { layer: 'fc' })).rejects.toThrow('fc is no map');
  await expect(featureMaps(network, photo, { channels: 0 })).rejects.toThrow('channels: 0');
});

test('the grid shows the photo and each channel, and says where each is strongest', async () => {
  const features = await featureMaps(network, photo, { layer, channels: 3 });
  const figure = featureGrid(features, { columns: 2 });
  expect(figure.data.map(({ type }) => type)).toEqual(['scatter', 'heatmap', 'heatmap', 'heatmap']);
  const [, first] = figure.data as unknown as readonly { z: number[][] }[];
  expect([first!.z.length, first!.z[0]!.length]).toEqual([features.height, features.width]);
  expect((figure.layout.annotations as { text: string }[]).map(({ text }) => text)).toEqual([
    'Photo',
    ...features.maps.map(({ channel }) => String(channel)),
  ]);
  expect(figure.alt).toMatch(/3 of 24 channels of layer1\.0\.relu2 .* Where each is strongest: channel \d+ /);
  expect(featureGrid(features, { photo: false }).data).toHaveLength(3);
  expect(() => featureGrid({ ...features, maps: [] })).toThrow('at least one channel');
});
