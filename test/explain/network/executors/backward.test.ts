import { expect, test } from 'vitest';
import { tf } from '../../../../src/explain/engine';
import { uploadParameters } from '../../../../src/explain/network/executors/engine-layout';
import { evaluate } from '../../../../src/explain/network/executors/evaluate';
import { openGradient } from '../../../../src/explain/network/executors/gradient';
import type { Graph, GraphNode, Operation } from '../../../../src/explain/network/graph';
import { descriptionOf } from '../../../../src/explain/network/operations';
import type { ReluRule } from '../../../../src/explain/network/operations/operation';
import { drawn, networkOf, relativeDifference, seededParameters } from '../../../support/networks';
import { convolution, pool } from '../../../support/operations';
import { passingTensors } from '../../../support/tensors';

const around = [1, 1, 1, 1] as const;
const three = (more: Parameters<typeof convolution>[0] = {}) =>
  convolution({ filters: 6, kernel: [3, 3], padding: around, bias: true, ...more });

const middles: readonly (readonly [string, Operation])[] = [
  ['a strided convolution', three({ stride: [2, 2] })],
  ['uneven strides and padding', three({ stride: [1, 2], padding: [0, 2, 1, 0] })],
  ['a dilated convolution', three({ dilation: [2, 1], padding: [2, 2, 1, 1] })],
  ['an even kernel', three({ kernel: [2, 4], padding: [1, 0, 2, 1] })],
  ['no padding', three({ padding: [0, 0, 0, 0] })],
  ['a depthwise convolution', three({ groups: 6 })],
  ['a grouped convolution', three({ groups: 2 })],
  ['batch norm', { kind: 'batchNorm', epsilon: 1e-3 }],
  ['a ReLU6', { kind: 'relu6' }],
  ['a max-pool with padding', pool('maxPool', { kernel: [3, 3], padding: around })],
  ['a max-pool in ceil mode', pool('maxPool', { kernel: [3, 3], ceil: true })],
  ['an average pool', pool('avgPool', { kernel: [3, 3], padding: around, ceil: true })],
  ['padding', { kind: 'pad', padding: [1, 0, 2, 1], channels: [0, 0] }],
  ['a subsampling', { kind: 'subsample', stride: [2, 2] }],
  ['a rescaling', { kind: 'rescale', scale: [1, 2, 3, 4, 5, 6], shift: [0, 1, 0, 1, 0, 1] }],
  ...(
    [
      { kind: 'sigmoid' },
      { kind: 'tanh' },
      { kind: 'silu' },
      { kind: 'softplus' },
      { kind: 'selu' },
      { kind: 'hardSigmoid', slope: 0.2, offset: 0.5 },
      { kind: 'hardSwish' },
      { kind: 'gelu', approximation: 'none' },
      { kind: 'gelu', approximation: 'tanh' },
      { kind: 'leakyRelu', slope: 0.1 },
      { kind: 'elu', alpha: 0.7 },
      { kind: 'clip', least: -1, most: 1 },
      { kind: 'prelu' },
      { kind: 'scale', bias: true },
      { kind: 'addMap', shape: [11, 14, 6] },
      { kind: 'layerNorm', epsilon: 1e-3 },
      { kind: 'groupNorm', groups: 3, epsilon: 1e-3 },
      { kind: 'mul' },
      { kind: 'maximum' },
      { kind: 'minimum' },
    ] as const
  ).map((operation) => [`a node of kind ${operation.kind}`, operation] as const),
  ['an adaptive pool', { kind: 'adaptiveAvgPool', size: [3, 4] }],
];

/** How many values an operation reads at least. */
const reads = (operation: Operation) => descriptionOf({ name: 'middle', operation }).arity[0];

/** Convolution, ReLU, the operation, then branches that are added and joined, and a head. */
function graphAround(middle: Operation, pooled: boolean): Graph {
  const node = (name: string, operation: Operation, ...inputs: string[]): GraphNode => ({ name, operation, inputs });
  return [
    node('input', { kind: 'input' }),
    node('conv', three(), 'input'),
    node('relu', { kind: 'relu' }, 'conv'),
    node('other', three(), 'input'),
    node('middle', middle, ...['relu', 'other'].slice(0, reads(middle))),
    node('left', three({ kernel: [1, 1], padding: [0, 0, 0, 0] }), 'middle'),
    node('open', { kind: 'relu' }, 'left'),
    node('sum', { kind: 'add' }, 'open', 'middle'),
    node('joined', { kind: 'concat' }, 'sum', 'left', 'middle'),
    node('flat', pooled ? { kind: 'globalAvgPool' } : { kind: 'flatten' }, 'joined'),
    node('fc', { kind: 'dense', units: 4, bias: true }, 'flat'),
  ];
}

const shape = [11, 14, 3] as const;
const weights = Float32Array.of(1, -0.5, 0.25, 2);

/** What the engine's own differentiation of the whole graph gives. */
function byTape(
  graph: Graph,
  parameters: ReturnType<typeof seededParameters>,
  input: Float32Array,
  reluRule: ReluRule,
) {
  const uploaded = uploadParameters({ graph, parameters, inputShape: shape });
  const slope = tf.tidy(() => {
    const score = (x: tf.Tensor) =>
      tf.sum(tf.mul(evaluate(graph, x, uploaded.source, { reluRule }).get('fc')!, tf.tensor1d(weights)));
    return tf.grad(score)(tf.tensor(input, [2, ...shape]));
  });
  const values = slope.dataSync() as Float32Array;
  slope.dispose();
  uploaded.dispose();
  return values;
}

test.each(middles)('%s: the slope at the input is the tape’s, by every ReLU rule', (_, middle) => {
  const input = drawn(2 * shape[0] * shape[1] * 3, 5);
  for (const pooled of [true, false]) {
    const graph = graphAround(middle, pooled);
    const parameters = seededParameters(graph, shape, 9);
    for (const reluRule of ['gradient', 'deconvolution', 'guided'] as const) {
      const before = passingTensors();
      const session = openGradient(networkOf(graph, shape, parameters), { reluRule });
      const { gradients } = session.run(input, 2, weights);
      session.close();
      expect(passingTensors()).toBe(before);
      expect(relativeDifference(gradients, byTape(graph, parameters, input, reluRule))).toBeLessThan(1e-5);
    }
  }
});
