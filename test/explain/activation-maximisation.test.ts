import { expect, test } from 'vitest';
import { activationMaximisation } from '../../src/explain/activation-maximisation';
import { openAscent } from '../../src/explain/network/executors/ascent';
import { drawn, linearNetwork, seededNetwork } from '../support/networks';
import { passingTensors } from '../support/tensors';

test('of a linear network it finds the picture that its weights describe', async () => {
  const weights = drawn(2 * 6 * 5 * 3, 1, 2, -1);
  const network = linearNetwork([6, 5], weights, [0, 0]);
  const found = await activationMaximisation(network, { target: 1, steps: 400, jitter: 0, blurEvery: 0 });
  const { mean, std } = network.preprocessing;
  const best = [...weights.subarray(90)].reduce((sum, weight, i) => {
    const [m, s] = [mean[i % 3]!, std[i % 3]!];
    return sum + Math.max((weight * (1 - m)) / s, (weight * -m) / s);
  }, 0);
  expect(found.scores.at(-1)! / best).toBeCloseTo(1, 3);
  found.image.pixels.forEach((value, i) => {
    // A weight near zero moves its pixel too slowly to arrive.
    if (Math.abs(weights[90 + i]!) > 0.3) expect(value).toBe(weights[90 + i]! > 0 ? 255 : 0);
  });
});

test('goes uphill on a class and on a channel, the same for a seed, and leaves nothing behind', async () => {
  const network = seededNetwork('tiny-resnet', 3, [32, 40, 3], 2);
  const before = passingTensors();
  const run = (seed: number) => activationMaximisation(network, { target: 2, steps: 30, seed });
  const [first, again, other] = [await run(1), await run(1), await run(2)];
  expect(first.scores).toHaveLength(31);
  expect(first.scores.at(-1)!).toBeGreaterThan(first.scores[0]!);
  expect(again.image.sha256).toBe(first.image.sha256);
  expect(other.image.sha256).not.toBe(first.image.sha256);
  const channel = await activationMaximisation(network, { layer: 'layer1.0.conv1', channel: 3, steps: 30 });
  expect(channel.scores.at(-1)!).toBeGreaterThan(channel.scores[0]!);
  expect(channel.of).toBe('layer1.0.conv1, channel 3');
  expect(passingTensors()).toBe(before);
});

test('the slope is the one that finite differences find', () => {
  const network = seededNetwork('tiny-resnet', 3, [24, 20, 3], 5);
  const ascent = openAscent(network, { layer: 'layer2.0.conv1', channel: 4 });
  const values = drawn(24 * 20 * 3, 6, 2, -1);
  const { gradient } = ascent.run(values);
  const at = gradient.reduce((best, value, i) => (Math.abs(value) > Math.abs(gradient[best]!) ? i : best), 0);
  const moved = (by: number) => ascent.run(values.map((value, i) => (i === at ? value + by : value))).score;
  expect((moved(1e-2) - moved(-1e-2)) / 2e-2 / gradient[at]!).toBeCloseTo(1, 1);
  ascent.close();
});

test('refuses what cannot be', async () => {
  const network = seededNetwork('tiny-resnet', 3, [24, 20, 3], 5);
  await expect(activationMaximisation(network, {})).rejects.toThrow('either a class (target) or a channel');
  await expect(activationMaximisation(network, { target: 0, channel: 1 })).rejects.toThrow('either a class');
  await expect(activationMaximisation(network, { layer: 'conv1', channel: 99 })).rejects.toThrow(
    'unknown channel: 99 (conv1 has channels 0 to 15)',
  );
  await expect(activationMaximisation(network, { target: 0, steps: 0 })).rejects.toThrow('steps: 0');
});

test('says where the score hardly rose, and why', async () => {
  const network = linearNetwork([6, 5], new Float32Array(2 * 6 * 5 * 3), [0.5, 0]);
  const stuck = await activationMaximisation(network, { target: 0, steps: 3 });
  expect(stuck.notes).toEqual([
    'logit of class 0 hardly rose, from 0.500 to 0.500: the picture shows nothing that it answers to; at 3 of 3 steps its slope was 0, as of a channel that a ReLU shuts everywhere',
  ]);
  const found = await activationMaximisation(linearNetwork([6, 5], drawn(2 * 6 * 5 * 3, 1, 2, -1), [0, 0]), {
    target: 1,
    steps: 30,
  });
  expect(found.notes).toEqual([]);
});
