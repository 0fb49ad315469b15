import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/explain/random';
import { applyHead, headProbabilities, trainLinearHead } from '../../../src/explain/training/linear-head';

function gaussianClouds(count: number, centres: readonly (readonly number[])[], spread: number, seed: number) {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const width = centres[0]!.length;
  const features = new Float32Array(count * width);
  const labels: number[] = [];
  for (let i = 0; i < count; i++) {
    const label = i % centres.length;
    labels.push(label);
    for (let k = 0; k < width; k++) features[i * width + k] = centres[label]![k]! + spread * normal();
  }
  return { features, labels, width };
}

const accuracy = (probabilities: Float32Array, labels: readonly number[], classes: number) =>
  labels.filter((label, i) => {
    const row = probabilities.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row)) === label;
  }).length / labels.length;

test('two classes get one sigmoid output that separates them, whatever the scale of the features', () => {
  const centres = [
    [-100, 2e-3, 5],
    [100, -2e-3, 5],
  ];
  const training = gaussianClouds(200, centres, 60, 1);
  const validation = gaussianClouds(100, centres, 60, 2);
  const { head, trials: tried, curve } = trainLinearHead(training, validation, 2);
  expect(head.outputs).toBe(1);
  const fresh = gaussianClouds(400, centres, 60, 3);
  const right = accuracy(headProbabilities(applyHead(head, fresh.features, 3), 1), fresh.labels, 2);
  expect(right).toBeGreaterThan(0.9);
  expect(tried).toHaveLength(6);
  expect(curve[0]!.validationLoss).toBeCloseTo(Math.log(2), 6);
  expect(Math.min(...curve.map((point) => point.validationLoss))).toBeLessThan(0.3);
});

test('three classes get a softmax layer, and the same data give the same bytes', () => {
  const centres = [
    [3, 0],
    [0, 3],
    [-3, -3],
  ];
  const training = gaussianClouds(150, centres, 1, 4);
  const validation = gaussianClouds(60, centres, 1, 5);
  const first = trainLinearHead(training, validation, 3);
  const second = trainLinearHead(training, validation, 3);
  expect(first.head.outputs).toBe(3);
  expect(Buffer.from(first.head.weight.buffer).equals(Buffer.from(second.head.weight.buffer))).toBe(true);
  const right = accuracy(headProbabilities(applyHead(first.head, validation.features, 2), 3), validation.labels, 3);
  expect(right).toBeGreaterThan(0.95);
});

test('a constant feature does not spoil the head', () => {
  const training = { features: new Float32Array([1, 7, -1, 7, 1.1, 7, -1.1, 7]), labels: [1, 0, 1, 0], width: 2 };
  const { head } = trainLinearHead(training, training, 2, { l2: [0.01] });
  expect([...head.weight, ...head.bias].every(Number.isFinite)).toBe(true);
  expect(head.weight[0]!).toBeGreaterThan(0);
});
