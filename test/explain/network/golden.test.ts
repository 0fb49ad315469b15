import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadPhoto } from '../../../src/explain/image/load-photo';
import { prepareInput } from '../../../src/explain/image/prepare';
import type { Preprocessing } from '../../../src/explain/image/preprocessing';
import type { Architecture } from '../../../src/explain/network/architectures/architecture';
import { vgg } from '../../../src/explain/network/architectures/vgg';
import { forward } from '../../../src/explain/network/executors/forward';
import { gradient } from '../../../src/explain/network/executors/gradient';
import type { Network } from '../../../src/explain/network/network';
import type { ReluRule } from '../../../src/explain/network/operations/operation';
import { describeWithMirror, mirrored } from '../../support/mirror';
import { drawn, relativeDifference, seededNetwork, weighedNetwork } from '../../support/networks';
import { passingTensors } from '../../support/tensors';

interface GoldenGradient {
  readonly step: number;
  readonly samples: readonly number[];
  readonly absoluteSum: number;
  readonly largest: number;
}

type GoldenGradients = Readonly<Record<ReluRule, GoldenGradient>>;

interface RandomCase {
  readonly architecture: string;
  readonly classes: number;
  readonly seed: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly parameters: { readonly tensors: number; readonly values: number; readonly sha256: string };
  readonly logits: readonly number[];
  readonly gradients: GoldenGradients;
}

interface MirrorCase {
  readonly architecture: string;
  readonly weights: string;
  readonly classes: number;
  readonly seed: number;
  readonly preprocessing: Preprocessing;
  readonly photos: readonly { file: string; logits: readonly number[]; gradients: GoldenGradients }[];
}

function golden<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(path.join(__dirname, '../../golden', name), 'utf8')).networks;
}

function expectGradients(network: Network, values: Float32Array, seed: number, wanted: GoldenGradients) {
  const weights = drawn(network.classes.length, seed, 2, -1);
  for (const [reluRule, rule] of Object.entries(wanted) as [ReluRule, GoldenGradient][]) {
    const slope = gradient(network, values, weights, { reluRule }).gradient.values;
    const absoluteSum = slope.reduce((sum, value) => sum + Math.abs(value), 0);
    expect(Math.abs(absoluteSum - rule.absoluteSum), `${reluRule}: sum`).toBeLessThanOrEqual(1e-3 * rule.absoluteSum);
    for (const [i, sample] of rule.samples.entries()) {
      const difference = Math.abs(slope[i * rule.step]! - sample);
      expect(difference, `${reluRule}: ${i * rule.step}`).toBeLessThanOrEqual(1e-3 * rule.largest);
    }
  }
}

/** Architectures of golden cases that no card can name. */
const narrower: Readonly<Record<string, Architecture>> = {
  'vgg16 with 256 hidden units': vgg([2, 2, 3, 3, 3], { hidden: 256 }),
};

test.each(golden<RandomCase>('networks.json'))('$architecture equals PyTorch with seeded random weights', (wanted) => {
  const { architecture, classes, seed, batch, height, width } = wanted;
  const network = seededNetwork(narrower[architecture] ?? architecture, classes, [height, width, 3], seed);
  const shapes = [...network.parameters].map(([name, { shape }]) => `${name}[${shape.join(',')}]`);
  const values = [...network.parameters.values()].reduce((sum, parameter) => sum + parameter.values.length, 0);
  const byName = (a: string, b: string) => (a.split('[')[0]! < b.split('[')[0]! ? -1 : 1);
  expect({
    tensors: shapes.length,
    values,
    sha256: createHash('sha256').update(shapes.sort(byName).join('\n')).digest('hex'),
  }).toEqual(wanted.parameters);
  const before = passingTensors();
  const inputs = drawn(batch * height * width * 3, seed + 1, 4, -2);
  expect(relativeDifference(forward(network, inputs, batch), wanted.logits)).toBeLessThan(1e-4);
  expectGradients(network, inputs.subarray(0, height * width * 3), seed + 2, wanted.gradients);
  expect(passingTensors()).toBe(before);
});

describeWithMirror('real weights on real photos', () => {
  test.each(golden<MirrorCase>('networks-mirror.json'))('$weights equals PyTorch', async (wanted) => {
    const { architecture, classes, preprocessing, weights, seed } = wanted;
    const network = weighedNetwork(architecture, classes, preprocessing, mirrored('weights', weights));
    for (const { file, logits, gradients } of wanted.photos) {
      const { values } = prepareInput(await loadPhoto(mirrored(file)), preprocessing);
      expect(relativeDifference(forward(network, values), logits), file).toBeLessThan(1e-3);
      expectGradients(network, values, seed, gradients);
    }
  });
});
