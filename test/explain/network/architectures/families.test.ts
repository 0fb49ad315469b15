import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { buildArchitecture } from '../../../../src/explain/network/architectures';
import { forward } from '../../../../src/explain/network/executors/forward';
import { gradient } from '../../../../src/explain/network/executors/gradient';
import { parameterShapes } from '../../../../src/explain/network/parameter-shapes';
import { drawn, networkOf, parametersByName, relativeDifference } from '../../../support/networks';
import { passingTensors } from '../../../support/tensors';

interface FamilyCase {
  readonly architecture: string;
  readonly library: string;
  readonly classes: number;
  readonly seed: number;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly logits: readonly number[];
  /** In float64; `error`: how far PyTorch's own float32 is from it, as a share of the largest. */
  readonly gradient: {
    readonly step: number;
    readonly samples: readonly number[];
    readonly absoluteSum: number;
    readonly largest: number;
    readonly error: number;
  };
}

const file = path.join(__dirname, '../../../golden/families.json');
const cases: readonly FamilyCase[] = JSON.parse(readFileSync(file, 'utf8')).networks;

test.each(cases)('$architecture equals $library: raw outputs and the input’s gradient', (wanted) => {
  const { architecture, classes, seed, batch, height, width } = wanted;
  const inputShape = [height, width, 3] as const;
  const { graph, camNode } = buildArchitecture(architecture, classes, inputShape);
  const parameters = parametersByName(parameterShapes(graph, inputShape), seed);
  const network = networkOf(graph, inputShape, parameters, { architecture, camNode });
  const before = passingTensors();
  const inputs = drawn(batch * height * width * 3, seed + 1, 4, -2);
  expect(relativeDifference(forward(network, inputs, batch), wanted.logits)).toBeLessThan(1e-4);
  const { step, samples, absoluteSum, largest, error } = wanted.gradient;
  const slope = gradient(network, inputs.subarray(0, height * width * 3), drawn(classes, seed + 2, 2, -1), {}).gradient
    .values;
  // Where a ReLU's input is nearly 0, rounding decides on which side it is.
  const tolerance = 5e-3 + 3 * error;
  const sum = slope.reduce((total, value) => total + Math.abs(value), 0);
  expect(Math.abs(sum - absoluteSum) / absoluteSum).toBeLessThan(tolerance);
  const furthest = Math.max(...samples.map((sample, i) => Math.abs(slope[i * step]! - sample)));
  expect(furthest / largest).toBeLessThan(tolerance);
  expect(passingTensors()).toBe(before);
});
