import { expect, test } from 'vitest';
import { deconvolution } from '../../../src/explain/methods/deconvolution';
import { guidedBackpropagation } from '../../../src/explain/methods/guided-backpropagation';
import { saliency } from '../../../src/explain/methods/saliency';
import type { Graph, Operation } from '../../../src/explain/network/graph';
import { networkOf } from '../../support/networks';
import { convolution } from '../../support/operations';
import { drawnPhoto } from '../../support/pictures';

const photo = drawnPhoto(4, 6, 1);

/** Four hidden colours behind a ReLU, pooled, and one linear score of them. */
function network(
  hidden: readonly (readonly number[])[],
  biases: readonly number[],
  head: readonly number[],
  activation: Operation = { kind: 'relu' },
) {
  const graph: Graph = [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    {
      name: 'conv',
      operation: convolution({ filters: 4, bias: true }),
      inputs: ['input'],
    },
    { name: 'relu', operation: activation, inputs: ['conv'] },
    { name: 'pool', operation: { kind: 'globalAvgPool' }, inputs: ['relu'] },
    { name: 'fc', operation: { kind: 'dense', units: 1, bias: false }, inputs: ['pool'] },
  ];
  const parameters = new Map([
    ['conv.weight', { shape: [4, 3, 1, 1], values: Float32Array.from(hidden.flat()) }],
    ['conv.bias', { shape: [4], values: Float32Array.from(biases) }],
    ['relu.weight', { shape: [4], values: Float32Array.of(0.1, 0.2, 0.3, 0.4) }],
    ['fc.weight', { shape: [1, 4], values: Float32Array.from(head) }],
  ]);
  return networkOf(graph, [4, 6, 3], parameters, { classes: ['only'] });
}

const colours = [
  [1, 2, 3],
  [-1, 4, 0.5],
  [2, -3, 1],
  [0.5, 1, -2],
];
// Two units are open at every pixel, two shut; of each pair the head wants one and not the other.
const biases = [10, -20, 10, -20];
const head = [1, 2, -3, -4];
const explained = { gradient: saliency, deconvolution, guided: guidedBackpropagation };

test.each([
  ['gradient', [1, 0, -3, 0]],
  ['deconvolution', [1, 2, 0, 0]],
  ['guided', [1, 0, 0, 0]],
] as const)('%s: the head’s weights that a ReLU passes', async (rule, passed) => {
  const { values, signed, layer } = await explained[rule](network(colours, biases, head), photo, {});
  const channels = [0, 1, 2].map(
    (c) => passed.reduce<number>((sum, weight, j) => sum + weight * colours[j]![c]!, 0) / 24,
  );
  const wanted = Math.max(...channels.map(Math.abs));
  for (const value of values) expect(value).toBeCloseTo(wanted, 6);
  expect([signed, layer]).toEqual([false, null]);
});

test('where every signal is positive the three are one', async () => {
  const positive = network(
    colours.map((row) => row.map(Math.abs)),
    [1, 2, 3, 4],
    head.map(Math.abs),
  );
  const [gradient, deconvolved, guided] = [
    await saliency(positive, photo),
    await deconvolution(positive, photo),
    await guidedBackpropagation(positive, photo),
  ];
  expect(deconvolved.values).toEqual(gradient.values);
  expect(guided.values).toEqual(gradient.values);
  expect([deconvolved.method, guided.method]).toEqual(['deconvolution', 'guided-backpropagation']);
});

const gated: readonly Operation[] = [
  { kind: 'leakyRelu', slope: 0.1 },
  { kind: 'prelu' },
  { kind: 'elu', alpha: 0.5 },
  { kind: 'selu' },
  { kind: 'silu' },
  { kind: 'hardSwish' },
  { kind: 'gelu', approximation: 'none' },
  { kind: 'gelu', approximation: 'tanh' },
  { kind: 'softplus' },
];

test.each(gated)('$kind is taken for a ReLU by rule=gate, and refused without', async (activation) => {
  const [plain, other] = [network(colours, biases, head), network(colours, biases, head, activation)];
  for (const method of [deconvolution, guidedBackpropagation]) {
    const wanted = await method(plain, photo);
    const { values, options, notes } = await method(other, photo, { rule: 'gate' });
    expect(values).toEqual(wanted.values);
    expect(notes).toEqual([expect.stringMatching(/^rule=gate, on the way back taken for ReLUs: [^;]+$/)]);
    expect(wanted.notes).toEqual([]);
    expect([options.rule, wanted.options.rule]).toEqual(['gate', undefined]);
    expect((await method(plain, photo, { rule: 'gate' })).values).toEqual(wanted.values);
  }
  await expect(deconvolution(other, photo)).rejects.toThrow(
    /^deconvolution has a rule for ReLU and ReLU6 alone, and in test relu is .* \(allowed: networks of ReLUs; or the option rule=gate\)$/,
  );
  await expect(guidedBackpropagation(other, photo)).rejects.toThrow('guided-backpropagation has a rule for ReLU');
});

test.each([
  { kind: 'sigmoid' },
  { kind: 'hardSigmoid', slope: 0.02, offset: 0.5 },
  { kind: 'tanh' },
  { kind: 'clip', least: -5, most: 5 },
] as const)('$kind keeps its own slope by rule=gate', async (activation) => {
  // Biases that saturate nothing.
  const other = network(colours, [0.1, -0.2, 0.3, -0.4], head, activation);
  const { values } = await saliency(other, photo);
  for (const method of [deconvolution, guidedBackpropagation]) {
    await expect(method(other, photo)).rejects.toThrow('has a rule for ReLU and ReLU6 alone');
    const map = await method(other, photo, { rule: 'gate' });
    expect(map.values).toEqual(values);
    expect(map.notes).toEqual([expect.stringMatching(/^rule=gate, on the way back by their own slope: [^;]+$/)]);
  }
});
