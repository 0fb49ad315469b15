import { describe, expect, test } from 'vitest';
import { doubleGradient, doubleObstacle } from '../../../../src/explain/network/executors/double-gradient';
import { openGradient } from '../../../../src/explain/network/executors/gradient';
import type { Graph, GraphNode, Operation } from '../../../../src/explain/network/graph';
import { drawn, networkOf, relativeDifference, seededNetwork, seededParameters } from '../../../support/networks';
import { convolution, pool } from '../../../support/operations';

const shape = [11, 14, 3] as const;
const weights = Float32Array.of(1, -0.5, 0.25, 2);
const around = [1, 1, 1, 1] as const;
const three = (more: Parameters<typeof convolution>[0] = {}) =>
  convolution({ filters: 6, kernel: [3, 3], padding: around, bias: true, ...more });

function networkAround(middle: Operation, pooled: boolean) {
  const node = (name: string, operation: Operation, ...inputs: string[]): GraphNode => ({ name, operation, inputs });
  const graph: Graph = [
    node('input', { kind: 'input' }),
    node('conv', three(), 'input'),
    node('relu', { kind: 'relu' }, 'conv'),
    node('middle', middle, 'relu'),
    node('left', convolution({ filters: 6 }), 'middle'),
    node('open', { kind: 'relu' }, 'left'),
    node('sum', { kind: 'add' }, 'open', 'middle', 'middle'),
    node('joined', { kind: 'concat' }, 'sum', 'left'),
    node('flat', pooled ? { kind: 'globalAvgPool' } : { kind: 'flatten' }, 'joined'),
    node('fc', { kind: 'dense', units: 4, bias: true }, 'flat'),
  ];
  return networkOf(graph, shape, seededParameters(graph, shape, 9));
}

const middles: readonly (readonly [string, Operation])[] = [
  ['uneven strides and padding', three({ stride: [1, 2], padding: [0, 2, 1, 0] })],
  ['a dilated convolution', three({ dilation: [2, 1], padding: [2, 2, 1, 1] })],
  ['an even kernel', three({ kernel: [2, 4], padding: [1, 0, 2, 1] })],
  ['a depthwise convolution', three({ groups: 6 })],
  ['a grouped convolution', three({ groups: 2 })],
  ['batch norm', { kind: 'batchNorm', epsilon: 1e-3 }],
  ['a max-pool with padding', pool('maxPool', { kernel: [3, 3], padding: around })],
  ['a max-pool in ceil mode', pool('maxPool', { kernel: [3, 3], ceil: true })],
];

describe.each(middles)('%s', (_, middle) => {
  const input = drawn(shape[0] * shape[1] * 3, 5);

  test.each([true, false])('outputs and slopes are the engine’s, by every ReLU rule (pooled: %s)', (pooled) => {
    const network = networkAround(middle, pooled);
    for (const reluRule of ['gradient', 'deconvolution', 'guided'] as const) {
      const session = openGradient(network, { reluRule });
      const { outputs, gradients } = session.run(input, 1, weights);
      session.close();
      const exact = doubleGradient(network, input, weights, reluRule);
      expect(relativeDifference(outputs, Float32Array.from(exact.outputs))).toBeLessThan(1e-5);
      expect(relativeDifference(gradients, Float32Array.from(exact.gradient))).toBeLessThan(1e-5);
    }
  });

  test('the slope is that of the outputs, to far more digits than float32 has', () => {
    const network = networkAround(middle, true);
    const { gradient } = doubleGradient(network, input, weights);
    const score = (values: ArrayLike<number>) =>
      doubleGradient(network, values, weights).outputs.reduce((sum, one, i) => sum + one * weights[i]!, 0);
    const direction = drawn(input.length, 8, 2, -1);
    const step = 1e-6;
    const moved = (sign: number) => Float64Array.from(input, (value, i) => value + sign * step * direction[i]!);
    const slope = (score(moved(1)) - score(moved(-1))) / (2 * step);
    const expected = gradient.reduce((sum, one, i) => sum + one * direction[i]!, 0);
    expect(Math.abs(slope - expected) / Math.abs(expected)).toBeLessThan(1e-8);
  });
});

test('an operation that is not computed so, and too large a network, are told', () => {
  expect(doubleObstacle(networkAround({ kind: 'silu' }, true))).toBe('silu is not computed in double precision');
  expect(doubleObstacle(networkAround({ kind: 'relu' }, true))).toBeNull();
  expect(doubleObstacle(seededNetwork('resnet18', 2, [224, 224, 3], 1))).toMatch(
    /^1\.8 billion multiply-adds are too many/,
  );
});
