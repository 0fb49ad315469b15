import { expect, test } from 'vitest';
import { cam } from '../../../src/explain/methods/cam';
import { buildArchitecture } from '../../../src/explain/network/architectures';
import { GraphBuilder } from '../../../src/explain/network/graph-builder';
import type { Network } from '../../../src/explain/network/network';
import { randomParameters } from '../../../src/explain/network/random-parameters';
import { seededRandom } from '../../../src/explain/random';
import { fineTune, trainedParameters } from '../../../src/explain/training/fine-tune';
import { predict } from '../../../src/explain/training/predict';
import { networkOf } from '../../support/networks';
import { passingTensors } from '../../support/tensors';

const side = 24;

/** A red or a green square somewhere on grey noise. */
function squares(count: number, seed: number) {
  const random = seededRandom(seed);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const pictures = labels.map((label) => {
    const pixels = Uint8Array.from({ length: side * side * 3 }, () => 110 + 40 * random());
    const [top, left] = [Math.floor(random() * 18), Math.floor(random() * 18)];
    for (let y = top; y < top + 6; y++) for (let x = left; x < left + 6; x++) pixels[(y * side + x) * 3 + label] = 240;
    return pixels;
  });
  return { pictures, labels };
}

function untrained(): Network {
  const { graph, camNode } = buildArchitecture('tiny-resnet', 1, [side, side, 3]);
  return networkOf(graph, [side, side, 3], randomParameters(graph, [side, side, 3], 1), {
    output: 'sigmoid',
    classes: ['red', 'green'],
    camNode,
    preprocessing: { resize: null, crop: [side, side], mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
  });
}

const training = squares(96, 1);
const validation = squares(32, 2);
const settings = { epochs: 6, batch: 16, augment: { light: 0 } };

async function evidence(network: Network): Promise<number> {
  let sum = 0;
  for (const pixels of validation.pictures) {
    const map = await cam(network, { pixels, width: side, height: side, sha256: '', source: '' });
    sum += map.coarse!.values.reduce((total, value) => total + Math.abs(value), 0) / map.coarse!.values.length;
  }
  return sum / validation.pictures.length;
}

test('it learns, leaves no tensor behind, and costly evidence makes sparser maps', async () => {
  const before = passingTensors();
  const plain = await fineTune(untrained(), training, validation, settings);
  const sparse = await fineTune(untrained(), training, validation, { ...settings, sparsity: 0.3 });
  expect(passingTensors()).toBe(before);
  for (const { best } of [plain, sparse]) {
    const fresh = squares(64, 3);
    const probabilities = await predict({ ...untrained(), parameters: best }, fresh.pictures);
    const right = fresh.labels.filter((label, i) => probabilities[2 * i + label]! > 0.5).length;
    expect(right).toBeGreaterThanOrEqual(60);
  }
  const [much, little] = [plain, sparse].map(({ best }) => ({ ...untrained(), parameters: best }));
  expect(await evidence(little!)).toBeLessThan(0.75 * (await evidence(much!)));
});

test('it stops where the validation loss no longer falls, and a stopped training stays stopped', async () => {
  // Wrong labels: what is learned makes the validation worse.
  const wrong = { ...validation, labels: validation.labels.map((label) => 1 - label) };
  const stopped = await fineTune(untrained(), training, wrong, { ...settings, epochs: 30, patience: 2 });
  expect(stopped.curve.length).toBeLessThan(30);
  const again = await fineTune(untrained(), training, wrong, { ...settings, epochs: 30, patience: 2, resume: stopped });
  expect(again.curve).toEqual(stopped.curve);
  const losses = stopped.curve.map((point) => point.validationLoss);
  expect(losses.length - 1 - losses.indexOf(Math.min(...losses))).toBe(2);
  // Where the last weights are wanted, no validation loss ends it.
  const whole = await fineTune(untrained(), training, wrong, { ...settings, epochs: 8, patience: 1, keep: 'last' });
  expect(whole.curve).toHaveLength(8);
});

test('trained parameters: those of a node and of what comes after it', () => {
  const names = trainedParameters(untrained(), 'layer3.0.conv2');
  expect(names).toContain('layer3.0.conv2.weight');
  expect(names).toContain('fc.bias');
  expect(names).not.toContain('layer3.0.conv1.weight');
  expect(names.some((name) => name.includes('running'))).toBe(false);
  expect(() => trainedParameters(untrained(), 'layer7')).toThrow('unknown layer to train from: layer7');
});

test.each([
  ['grouped', 4, 2],
  ['depthwise with a multiplier', 8, 4],
])('the loss that is trained is that of the forward pass: a %s convolution', async (_, filters, groups) => {
  const builder = new GraphBuilder();
  const x = builder.convolution('conv1', 'input', 4, { kernel: 3, padding: 1, stride: 2 });
  const window = { kernel: 3, padding: 1, groups };
  builder.pooledHead(builder.relu('relu', builder.convolution('conv2', x, filters, window)), 1);
  const shape = [side, side, 3] as const;
  const network = { ...untrained(), graph: builder.graph, parameters: randomParameters(builder.graph, shape, 2) };
  const still = { mirror: false, shift: 0, light: 0 };
  const options = { epochs: 1, batch: 32, learningRate: 0, augment: still, normalisation: 'frozen' } as const;
  const { curve } = await fineTune(network, validation, validation, options);
  expect(curve[0]!.trainingLoss).toBeCloseTo(curve[0]!.validationLoss, 5);
});
