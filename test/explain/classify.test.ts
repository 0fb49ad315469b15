import { expect, test } from 'vitest';
import { classify } from '../../src/explain/classify';
import { prepareInput } from '../../src/explain/image/prepare';
import { forward } from '../../src/explain/network/executors/forward';
import { drawn, linearNetwork, seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';
import { passingTensors } from '../support/tensors';

test('a linear network scores as a dot product', async () => {
  const photo = drawnPhoto(5, 8, 1);
  const weights = drawn(3 * 5 * 8 * 3, 2, 2, -1);
  const network = linearNetwork([5, 8], weights, [0.5, -1, 0]);
  const said = await classify(network, photo);
  const wanted = [0.5, -1, 0].map((bias, c) =>
    photo.pixels.reduce((sum, byte, i) => sum + (byte / 255) * weights[c * 120 + i]!, bias),
  );
  for (const { index, logit, label } of said.classes) {
    expect(logit).toBeCloseTo(wanted[index]!, 4);
    expect(label).toBe(network.classes[index]);
  }
});

test('every class once, best first, with what the network saw and the hashes of photo and weights', async () => {
  const network = { ...seededNetwork('tiny-resnet', 6, [33, 46, 3], 5), name: 'tiny', title: 'Tiny' };
  const photo = drawnPhoto(50, 71, 6);
  const before = passingTensors();
  const said = await classify(network, photo);
  expect(passingTensors()).toBe(before);
  const logits = said.classes.map(({ logit }) => logit);
  expect(logits).toEqual([...logits].sort((a, b) => b - a));
  expect(said.classes.map(({ index }) => index).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(said.classes.reduce((sum, { probability }) => sum + probability!, 0)).toBeCloseTo(1, 5);
  const input = prepareInput(photo, network.preprocessing);
  expect(said.input).toEqual(input.image);
  const raw = forward(network, input.values);
  for (const { index, logit } of said.classes) expect(logit).toBe(raw[index]);
  expect(said.photo).toEqual({ source: 'drawn', sha256: photo.sha256, width: 71, height: 50 });
  expect(said.network).toEqual({ name: 'tiny', title: 'Tiny', weightsSha256: network.weightsSha256 });
});

test('weights that overflow are said, not passed on as NaN', async () => {
  const network = linearNetwork([2, 3], new Float32Array(2 * 18).fill(3e38), [0, 0]);
  await expect(classify(network, drawnPhoto(2, 3, 3))).rejects.toThrow(/finite/);
});
