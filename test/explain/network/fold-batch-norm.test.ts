import { expect, test } from 'vitest';
import { scoped, tf } from '../../../src/explain/engine';
import { activations } from '../../../src/explain/network/executors/activations';
import { uploadParameters } from '../../../src/explain/network/executors/engine-layout';
import { evaluate } from '../../../src/explain/network/executors/evaluate';
import { foldBatchNorm } from '../../../src/explain/network/fold-batch-norm';
import type { Network } from '../../../src/explain/network/network';
import { parameterShapes } from '../../../src/explain/network/parameter-shapes';
import { drawn, networkOf, relativeDifference, seededNetwork } from '../../support/networks';

const shape = [33, 30, 3] as const;

/** Raw outputs of the graph exactly as it stands, batch norm and all. */
function plainOutput(network: Network, values: Float32Array): Float32Array {
  const { graph, inputShape } = network;
  const uploaded = uploadParameters(network);
  try {
    return scoped(() => {
      const start = tf.tensor(values, [1, ...inputShape]);
      return evaluate(graph, start, uploaded.source).get(graph.at(-1)!.name)!.dataSync() as Float32Array;
    });
  } finally {
    uploaded.dispose();
  }
}

test.each(['resnet18', 'resnet20-cifar', 'tiny-resnet', 'squeezenet1_1'])('%s: equal outputs, and back', (name) => {
  const network = seededNetwork(name, 5, shape, 21);
  const input = drawn(33 * 30 * 3, 22, 4, -2);
  const { network: folded, unfolded } = foldBatchNorm(network);
  expect(folded.graph.some(({ operation }) => operation.kind === 'batchNorm')).toBe(false);
  expect(relativeDifference(plainOutput(folded, input), plainOutput(network, input))).toBeLessThan(1e-5);
  expect(unfolded).toBe(network);
  expect(network.graph.filter(({ operation }) => operation.kind === 'batchNorm').length).toBe(
    [...network.parameters.keys()].filter((parameter) => parameter.endsWith('running_var')).length,
  );
});

test('a folded network has the parameters that its graph asks for, and no others', () => {
  const { network, folded } = foldBatchNorm(seededNetwork('tiny-resnet', 2, shape, 23));
  const wanted = parameterShapes(network.graph, shape);
  expect(folded).toHaveLength(10);
  expect([...network.parameters.keys()].sort()).toEqual([...wanted.keys()].sort());
  for (const [name, parameter] of network.parameters) expect(parameter.shape).toEqual(wanted.get(name));
});

test('a convolution that is asked for keeps its own output', () => {
  const network = seededNetwork('tiny-resnet', 2, shape, 24);
  const { network: kept, folded } = foldBatchNorm(network, ['layer2.0.conv2', 'relu']);
  expect(folded).not.toContain('layer2.0.conv2');
  expect(folded).toContain('layer2.0.conv1');
  expect(kept.graph.some(({ name }) => name === 'layer2.0.conv2')).toBe(true);
  const map = activations(network, drawn(33 * 30 * 3, 25), ['layer2.0.conv2']).maps.get('layer2.0.conv2')!;
  expect([map.height, map.width, map.channels]).toEqual([5, 4, 48]);
  expect(foldBatchNorm(network, ['layer2.0.conv2'])).toBe(foldBatchNorm(network, ['relu', 'layer2.0.conv2']));
});

test('a convolution with a second reader, and batch norm after anything else, stay as they are', () => {
  const one = { kernel: [1, 1], stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 } as const;
  const network = networkOf(
    [
      { name: 'input', operation: { kind: 'input' }, inputs: [] },
      { name: 'norm0', operation: { kind: 'batchNorm', epsilon: 1e-5 }, inputs: ['input'] },
      { name: 'conv', operation: { kind: 'conv2d', filters: 3, bias: false, ...one }, inputs: ['norm0'] },
      { name: 'norm', operation: { kind: 'batchNorm', epsilon: 1e-5 }, inputs: ['conv'] },
      { name: 'sum', operation: { kind: 'add' }, inputs: ['norm', 'conv'] },
    ],
    [2, 2, 3],
    new Map(),
  );
  expect(foldBatchNorm(network).folded).toEqual([]);
});
