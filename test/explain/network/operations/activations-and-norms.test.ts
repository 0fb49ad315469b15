import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openForward } from '../../../../src/explain/network/executors/forward';
import { openGradient } from '../../../../src/explain/network/executors/gradient';
import type { Graph, Operation } from '../../../../src/explain/network/graph';
import { drawn, networkOf, relativeDifference, seededParameters } from '../../../support/networks';
import { convolution } from '../../../support/operations';
import { passingTensors } from '../../../support/tensors';

interface Golden {
  readonly versions: { readonly torch: string };
  readonly size: Readonly<Record<'batch' | 'height' | 'width' | 'channels', number>>;
  readonly cases: readonly {
    readonly operation: Operation;
    readonly reads: readonly string[];
    readonly seed: number;
    readonly values: readonly number[];
    readonly slope: readonly number[];
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(path.join(__dirname, '../../../golden/activations-and-norms.json'), 'utf8'),
);
const { batch, height, width, channels } = golden.size;
const cases = golden.cases.map((one) => ({ ...one, title: `${JSON.stringify(one.operation)} of ${one.reads}` }));

test.each(cases)('as PyTorch computes it, and its slope: $title', ({ operation, reads, seed, values, slope }) => {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'left', operation: convolution({ filters: channels }), inputs: ['input'] },
    { name: 'right', operation: convolution({ filters: channels }), inputs: ['input'] },
    { name: 'place', operation: convolution(), inputs: ['input'] },
    { name: 'gate', operation: { kind: 'globalAvgPool' }, inputs: ['right'] },
    { name: 'other', operation: { kind: 'globalAvgPool' }, inputs: ['left'] },
    { name: 'last', operation, inputs: reads },
  ];
  const shape = [height, width, 3] as const;
  const network = networkOf(graph, shape, seededParameters(graph, shape, seed));
  const input = drawn(batch * height * width * 3, seed + 1, 4, -2);
  const before = passingTensors();
  const session = openForward(network);
  expect(relativeDifference(session.run(input, batch), values)).toBeLessThan(2e-6);
  session.close();
  const slopes = openGradient(network);
  const weights = drawn(values.length / batch, seed + 2, 2, -1);
  const { outputs, gradients } = slopes.run(input, batch, weights);
  slopes.close();
  expect(relativeDifference(outputs, values)).toBeLessThan(2e-6);
  expect(relativeDifference(gradients, slope)).toBeLessThan(1e-5);
  expect(passingTensors()).toBe(before);
});
