import { expect, test } from 'vitest';
import { activations } from '../../../../src/explain/network/executors/activations';
import { forward } from '../../../../src/explain/network/executors/forward';
import { gradient } from '../../../../src/explain/network/executors/gradient';
import type { Graph, Operation } from '../../../../src/explain/network/graph';
import type { Network, Parameter } from '../../../../src/explain/network/network';
import type { ReluRule } from '../../../../src/explain/network/operations/operation';
import { drawn, networkOf, relativeDifference, seededParameters } from '../../../support/networks';
import { convolution, pool } from '../../../support/operations';
import { passingTensors } from '../../../support/tensors';

const none = [0, 0, 0, 0] as const;

/** A graph of steps, each named `a`, `b`, … and reading the one before it. */
function chain(...operations: readonly Operation[]): Graph {
  const letters = 'abcdefgh';
  return [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    ...operations.map((operation, i) => ({
      name: letters[i]!,
      operation,
      inputs: [i === 0 ? 'input' : letters[i - 1]!],
    })),
  ];
}

function run(graph: Graph, shape: readonly [number, number, 3], input: ArrayLike<number>, parameters: object = {}) {
  const entries = Object.entries(parameters) as [string, [readonly number[], readonly number[]]][];
  const typed = new Map<string, Parameter>(
    entries.map(([name, [size, values]]) => [name, { shape: size, values: Float32Array.from(values) }]),
  );
  return networkOutput(networkOf(graph, shape, typed), input);
}

function networkOutput(network: Network, input: ArrayLike<number>) {
  const before = passingTensors();
  const [height, width, channels] = network.inputShape;
  const batch = input.length / (height * width * channels);
  const output = forward(network, Float32Array.from(input), batch);
  expect(passingTensors()).toBe(before);
  return Array.from(output);
}

/** A map whose three channels hold `value`, `10·value` and `100·value`. */
const threeFold = (values: readonly number[]) => values.flatMap((v) => [v, 10 * v, 100 * v]);

const onlyFirst = (values: readonly number[]) => values.filter((_, i) => i % 3 === 0);

test('a convolution reads weights in the order out, in, row, column, and adds its bias', () => {
  // 2×3 map; a 1×2 kernel over channel 0 and 1: 1·a + 2·b + 3·a' + 4·b' with a, b neighbours.
  const input = [1, 2, 3, 4, 5, 6].flatMap((v) => [v, -v, 1000]);
  const graph = chain(convolution({ kernel: [1, 2], bias: true }));
  const weight = [
    [1, 3, 1, 2],
    [1, 2, 10, 0, 0, 0],
  ];
  expect(run(graph, [2, 3, 3], input, { 'a.weight': weight, 'a.bias': [[1], [0.5]] })).toEqual(
    [
      [1, 2],
      [2, 3],
      [4, 5],
      [5, 6],
    ].map(([a, b]) => a! + 2 * b! - 10 * a! + 0.5),
  );
});

test('stride, asymmetric padding and an even kernel', () => {
  // Sums of 2×2 windows of ones at stride [2, 1], one row above and one column on the right.
  const graph = chain(convolution({ kernel: [2, 2], stride: [2, 1], padding: [1, 0, 0, 1] }));
  const input = Array.from({ length: 3 * 2 }, () => [1, 0, 0]).flat();
  const weight = [
    [1, 3, 2, 2],
    [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0],
  ];
  expect(run(graph, [3, 2, 3], input, { 'a.weight': weight })).toEqual([2, 1, 4, 2]);
});

test('dilation spreads the taps', () => {
  const graph = chain(convolution({ kernel: [1, 2], dilation: [1, 3], padding: [0, 0, 1, 0] }));
  const input = [1, 2, 3, 4, 5].flatMap((v) => [v, 0, 0]);
  const weight = [
    [1, 3, 1, 2],
    [10, 1, 0, 0, 0, 0],
  ];
  // Padded row 0 1 2 3 4 5, taps three apart: 10·0 + 3, 10·1 + 4, 10·2 + 5.
  expect(run(graph, [1, 5, 3], input, { 'a.weight': weight })).toEqual([3, 14, 25]);
});

test('groups: depthwise with a multiplier, and two groups of two channels', () => {
  const depthwise = chain(convolution({ filters: 6, groups: 3 }));
  const weights = [
    [6, 1, 1, 1],
    [1, 2, 3, 4, 5, 6],
  ];
  expect(run(depthwise, [1, 1, 3], [1, 10, 100], { 'a.weight': weights })).toEqual([1, 2, 30, 40, 500, 600]);
  const grouped = chain({ kind: 'pad', padding: none, channels: [0, 1] }, convolution({ filters: 2, groups: 2 }));
  const halves = [
    [2, 2, 1, 1],
    [1, 2, 3, 4],
  ];
  expect(run(grouped, [1, 1, 3], [1, 10, 100], { 'b.weight': halves })).toEqual([21, 300]);
});

test('batch norm uses the running statistics', () => {
  const graph = chain({ kind: 'batchNorm', epsilon: 0.25 });
  const of = (...values: number[]) => [[3], values];
  const parameters = {
    'a.weight': of(2, 1, 1),
    'a.bias': of(1, 0, 0),
    'a.running_mean': of(3, 0, 0),
    'a.running_var': of(3.75, 0.75, 0.75),
  };
  expect(run(graph, [1, 1, 3], [5, 7, -7], parameters)).toEqual([3, 7, -7]);
});

test('max-pool: the edge never wins over negative values', () => {
  const graph = chain(pool('maxPool', { kernel: [3, 3], padding: [1, 1, 1, 1] }));
  const values = [-5, -2, -3, -4, -20, -6, -9, -8, -7, -10, -12, -11];
  expect(onlyFirst(run(graph, [4, 3, 3], threeFold(values)))).toEqual([-2, -2, -4, -6]);
});

test('ceil mode: a last window that starts inside the map, and none that starts beyond it', () => {
  const graph = chain(pool('maxPool', { kernel: [3, 3], ceil: true }));
  const row = (n: number) => threeFold(Array.from({ length: 3 * n }, (_, i) => -i - 1));
  expect(onlyFirst(run(graph, [3, 6, 3], row(6)))).toEqual([-1, -3, -5]);
  expect(onlyFirst(run(graph, [3, 5, 3], row(5)))).toEqual([-1, -3]);
  // Length 3, padding 1, kernel 2, stride 3: torch drops the window that would start in the padding.
  const padded = chain(pool('maxPool', { kernel: [1, 2], stride: [1, 3], padding: [0, 0, 1, 1], ceil: true }));
  expect(onlyFirst(run(padded, [1, 3, 3], threeFold([1, 2, 3])))).toEqual([1, 3]);
});

test('average pool: with and without counting the padding, ceil cells never counted', () => {
  const input = threeFold([4, 8, 12]);
  const window = { kernel: [1, 2], stride: [1, 2], padding: [0, 0, 1, 0], ceil: false } as const;
  expect(onlyFirst(run(chain(pool('avgPool', window)), [1, 3, 3], input))).toEqual([2, 10]);
  const uncounted = { ...window, countPadding: false };
  expect(onlyFirst(run(chain(pool('avgPool', uncounted)), [1, 3, 3], input))).toEqual([4, 10]);
  const ceil = { kernel: [1, 2], stride: [1, 2], ceil: true } as const;
  expect(onlyFirst(run(chain(pool('avgPool', ceil)), [1, 3, 3], input))).toEqual([6, 12]);
});

test('adaptive average pool: windows that share cells, repeat them, or are the cells themselves', () => {
  const to = (...size: [number, number]) => chain({ kind: 'adaptiveAvgPool', size });
  // Five columns in two windows: 0–2 and 2–4; in three: 0–1, 1–3, 3–4.
  const row = threeFold([1, 2, 6, 8, 10]);
  expect(run(to(1, 2), [1, 5, 3], row)).toEqual(threeFold([3, 8]));
  expect(onlyFirst(run(to(1, 3), [1, 5, 3], row))).toEqual([1.5, expect.closeTo(16 / 3, 5), 9]);
  // Two rows in three windows: 0, 0–1, 1; one column in two windows: itself, twice.
  expect(run(to(3, 2), [2, 1, 3], threeFold([4, 8]))).toEqual(threeFold([4, 4, 6, 6, 8, 8]));
  const map = threeFold([1, 2, 3, 4, 5, 6]);
  expect(run(to(2, 3), [2, 3, 3], map)).toEqual(map);
  expect(run(to(1, 1), [2, 3, 3], map)).toEqual(threeFold([3.5]));
});

test('rescale: fixed numbers a channel', () => {
  const graph = chain({ kind: 'rescale', scale: [2, -1, 0.5], shift: [1, 0, -3] });
  expect(run(graph, [1, 2, 3], [1, 2, 4, -1, 0, 8])).toEqual([3, -2, -1, -1, 0, 1]);
});

test('an operation that changes nothing leaves its input to those that read it too', () => {
  const graph: Graph = [
    ...chain({ kind: 'relu' }, { kind: 'adaptiveAvgPool', size: [1, 2] }),
    { name: 'sum', operation: { kind: 'add' }, inputs: ['a', 'b'] },
    { name: 'again', operation: { kind: 'add' }, inputs: ['sum', 'b'] },
  ];
  expect(run(graph, [1, 2, 3], [1, -2, 3, 4, 5, 6])).toEqual([3, 0, 9, 12, 15, 18]);
});

test('option A shortcut: every second row and column, zeros for new channels', () => {
  const graph = chain({ kind: 'subsample', stride: [2, 2] }, { kind: 'pad', padding: [0, 1, 0, 0], channels: [1, 0] });
  const output = run(graph, [3, 2, 3], threeFold([1, 2, 3, 4, 5, 6]));
  expect(output).toEqual([0, 1, 10, 100, 0, 5, 50, 500, 0, 0, 0, 0]);
});

test('add, concat, ReLU6, global pools, flatten and dense', () => {
  const graph: Graph = [
    ...chain({ kind: 'relu6' }),
    { name: 'sum', operation: { kind: 'add' }, inputs: ['input', 'a', 'a'] },
    { name: 'both', operation: { kind: 'concat' }, inputs: ['sum', 'a'] },
  ];
  const image = [1, -2, 3, 10, 20, -30];
  expect(run(graph, [1, 2, 3], image)).toEqual([3, -2, 9, 1, 0, 3, 22, 32, -30, 6, 6, 0]);
  const after = (operation: Operation): Graph => [...graph, { name: 'last', operation, inputs: ['both'] }];
  expect(run(after({ kind: 'globalAvgPool' }), [1, 2, 3], image)).toEqual([12.5, 15, -10.5, 3.5, 3, 1.5]);
  expect(run(after({ kind: 'globalMaxPool' }), [1, 2, 3], image)).toEqual([22, 32, 9, 6, 6, 3]);
  // Channel first, as PyTorch flattens.
  const flat = [3, 22, -2, 32, 9, -30, 1, 6, 0, 6, 3, 0];
  expect(run(after({ kind: 'flatten' }), [1, 2, 3], image)).toEqual(flat);
  const dense = chain({ kind: 'globalAvgPool' }, { kind: 'dense', units: 2, bias: true });
  const parameters = {
    'b.weight': [
      [2, 3],
      [1, 2, 3, -1, 0, 0],
    ],
    'b.bias': [[2], [10, 20]],
  };
  expect(run(dense, [1, 2, 3], image, parameters)).toEqual([5.5 + 18 - 40.5 + 10, 14.5]);
});

test('each image of a batch is as it is alone', () => {
  const graph = chain(
    convolution({ filters: 4, kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] }),
    { kind: 'relu' },
    { kind: 'globalAvgPool' },
  );
  const network = networkOf(graph, [7, 5, 3], seededParameters(graph, [7, 5, 3], 3));
  const images = drawn(3 * 7 * 5 * 3, 4, 2, -1);
  const alone = [0, 1, 2].flatMap((i) => networkOutput(network, images.subarray(i * 105, (i + 1) * 105)));
  expect(relativeDifference(networkOutput(network, images), alone)).toBeLessThan(1e-6);
});

const differentiable: readonly [string, readonly Operation[]][] = [
  ['stride and padding', [convolution({ filters: 2, kernel: [3, 3], stride: [2, 2], padding: [1, 1, 1, 1] })]],
  ['same convolution', [convolution({ filters: 2, kernel: [3, 5], padding: [1, 1, 2, 2], bias: true })]],
  ['even kernel, uneven padding', [convolution({ filters: 2, kernel: [2, 4], padding: [1, 0, 2, 1] })]],
  ['dilation', [convolution({ filters: 2, kernel: [3, 2], dilation: [2, 3], padding: [2, 2, 1, 0] })]],
  ['depthwise, dilated', [convolution({ filters: 6, groups: 3, kernel: [3, 3], dilation: [2, 1], stride: [2, 1] })]],
  [
    'groups',
    [
      { kind: 'pad', padding: [1, 0, 0, 2], channels: [1, 0] },
      convolution({ filters: 4, groups: 2, kernel: [3, 3], stride: [2, 1], padding: [1, 0, 1, 1] }),
    ],
  ],
  ['batch norm', [{ kind: 'batchNorm', epsilon: 1e-5 }]],
  ['ceil max-pool', [pool('maxPool', { kernel: [3, 3], padding: [1, 1, 0, 0], ceil: true })]],
  ['average pool', [pool('avgPool', { kernel: [3, 3], padding: [1, 1, 1, 1], ceil: true, countPadding: false })]],
  ['average pool, edge counted', [pool('avgPool', { kernel: [3, 3], stride: [1, 1], padding: [1, 1, 1, 1] })]],
  [
    '1×7 after 7×1',
    [
      convolution({ filters: 2, kernel: [7, 1], padding: [3, 3, 0, 0] }),
      convolution({ filters: 3, kernel: [1, 7], padding: [0, 0, 3, 3], stride: [2, 1] }),
    ],
  ],
  ['rescale', [{ kind: 'rescale', scale: [2, -1, 0.5], shift: [1, 0, -3] }]],
  ['adaptive average pool', [{ kind: 'adaptiveAvgPool', size: [3, 4] }]],
  ['adaptive average pool, upwards', [{ kind: 'adaptiveAvgPool', size: [9, 7] }]],
  ['adaptive average pool, as it is', [{ kind: 'adaptiveAvgPool', size: [7, 6] }, { kind: 'globalAvgPool' }]],
  [
    'dense after dense',
    [{ kind: 'flatten' }, { kind: 'dense', units: 4, bias: true }, { kind: 'dense', units: 2, bias: true }],
  ],
  ['subsample', [{ kind: 'subsample', stride: [2, 3] }]],
  ['global max', [{ kind: 'globalMaxPool' }]],
  ['flatten, dense', [{ kind: 'flatten' }, { kind: 'dense', units: 3, bias: true }]],
];

test.each(differentiable)('gradient equals finite differences: %s', (_, operations) => {
  const shape = [7, 6, 3] as const;
  const graph = chain(...operations);
  const network = networkOf(graph, shape, seededParameters(graph, shape, 5));
  const input = drawn(126, 6, 2, -1);
  const weights = drawn(forward(network, input).length, 7, 2, -1);
  const score = (values: Float32Array) => forward(network, values).reduce((sum, raw, i) => sum + raw * weights[i]!, 0);
  const before = passingTensors();
  const { gradient: slope, score: at, activation } = gradient(network, input, weights);
  expect(passingTensors()).toBe(before);
  expect(at).toBeCloseTo(score(input), 4);
  expect(activation.values).toEqual(input);
  // All operations here are linear near the input: a large step is exact, but must not change which value is largest.
  const step = operations.some(({ kind }) => kind === 'maxPool' || kind === 'globalMaxPool') ? 1e-3 : 0.5;
  for (const i of [0, 17, 40, 62, 63, 64, 101, 125]) {
    const [up, down] = [input.slice(), input.slice()];
    up[i]! += step;
    down[i]! -= step;
    const wanted = (score(up) - score(down)) / (up[i]! - down[i]!);
    expect(Math.abs(slope.values[i]! - wanted), `pixel ${i}`).toBeLessThan(step === 0.5 ? 1e-5 : 2e-3);
  }
});

const curved: readonly (readonly [string, readonly Operation[]])[] = [
  ['sigmoid', [{ kind: 'sigmoid' }]],
  ['tanh', [{ kind: 'tanh' }]],
  ['SiLU', [{ kind: 'silu' }]],
  ['softplus', [{ kind: 'softplus' }]],
  ['SELU', [{ kind: 'selu' }]],
  ['hard sigmoid', [{ kind: 'hardSigmoid', slope: 0.2, offset: 0.5 }]],
  ['hard swish', [{ kind: 'hardSwish' }]],
  ['GELU', [{ kind: 'gelu', approximation: 'none' }]],
  ['GELU by tanh', [{ kind: 'gelu', approximation: 'tanh' }]],
  ['leaky ReLU', [{ kind: 'leakyRelu', slope: 0.3 }]],
  ['ELU', [{ kind: 'elu', alpha: 0.7 }]],
  ['clip', [{ kind: 'clip', least: -0.8, most: null }]],
  ['PReLU', [{ kind: 'prelu' }]],
  ['learned scale', [{ kind: 'scale', bias: true }]],
  ['learned map', [{ kind: 'addMap', shape: [7, 6, 3] }, { kind: 'tanh' }]],
  ['layer norm', [{ kind: 'layerNorm', epsilon: 0.1 }]],
  ['layer norm of a vector', [{ kind: 'globalAvgPool' }, { kind: 'layerNorm', epsilon: 0.1 }]],
  ['group norm', [{ kind: 'groupNorm', groups: 3, epsilon: 0.1 }]],
];

test.each(curved)('gradient is near finite differences: %s', (_, operations) => {
  const shape = [7, 6, 3] as const;
  const graph = chain(...operations);
  const network = networkOf(graph, shape, seededParameters(graph, shape, 5));
  // No number near a bend.
  const input = drawn(126, 6, 2, -1).map((value) => value + 0.02 * Math.sign(value));
  const weights = drawn(forward(network, input).length, 7, 2, -1);
  const score = (values: Float32Array) => forward(network, values).reduce((sum, raw, i) => sum + raw * weights[i]!, 0);
  const slope = gradient(network, input, weights).gradient.values;
  const largest = slope.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = 0.01;
  for (const i of [0, 17, 40, 62, 63, 64, 101, 125]) {
    const [up, down] = [input.slice(), input.slice()];
    up[i]! += step;
    down[i]! -= step;
    const wanted = (score(up) - score(down)) / (up[i]! - down[i]!);
    expect(Math.abs(slope[i]! - wanted), `pixel ${i}`).toBeLessThan(1e-3 * largest);
  }
});

const values: readonly (readonly [Operation, readonly number[], readonly number[]])[] = [
  [{ kind: 'sigmoid' }, [0, Math.log(3), -Math.log(3)], [0.5, 0.75, 0.25]],
  [{ kind: 'tanh' }, [0, Math.log(3) / 2, -100], [0, 0.5, -1]],
  [{ kind: 'silu' }, [0, Math.log(3), -100], [0, 0.75 * Math.log(3), 0]],
  [{ kind: 'softplus' }, [0, -100, 100], [Math.log(2), 0, 100]],
  [{ kind: 'selu' }, [1, 0, -100], [1.0507009873554805, 0, -1.7580993408473766]],
  [{ kind: 'hardSigmoid', slope: 0.2, offset: 0.5 }, [1, -3, 3], [0.7, 0, 1]],
  [{ kind: 'hardSwish' }, [1, -3, 4], [2 / 3, 0, 4]],
  [{ kind: 'gelu', approximation: 'none' }, [0, 100, -100], [0, 100, 0]],
  [{ kind: 'gelu', approximation: 'tanh' }, [0, 100, -100], [0, 100, 0]],
  [{ kind: 'leakyRelu', slope: 0.1 }, [2, 0, -2], [2, 0, -0.2]],
  [{ kind: 'elu', alpha: 1 }, [2, 0, -100], [2, 0, -1]],
  [{ kind: 'elu', alpha: 0.5 }, [100, -Math.log(2), -100], [100, -0.25, -0.5]],
  [{ kind: 'clip', least: -1, most: 1 }, [-2, 0.5, 2], [-1, 0.5, 1]],
  [{ kind: 'clip', least: null, most: 1 }, [-2e30, 0.5, 2], [-2e30, 0.5, 1]],
  [{ kind: 'clip', least: -1, most: null }, [-2, 0.5, 2e30], [-1, 0.5, 2e30]],
  [{ kind: 'layerNorm', epsilon: 0 }, [1, 3, 5], [-Math.sqrt(1.5), 0, Math.sqrt(1.5)]],
  [{ kind: 'maximum' }, [-1, 0, 2], [-1, 0, 2]],
  [{ kind: 'minimum' }, [-1, 0, 2], [-1, 0, 2]],
  [{ kind: 'mul' }, [-1, 0, 2], [1, 0, 4]],
];

test.each(values)('values by hand, of a map and of a vector: $kind %#', (operation, input, wanted) => {
  const twice = operation.kind === 'mul' || operation.kind === 'maximum' || operation.kind === 'minimum';
  const plain = { 'last.weight': [[3], [1, 1, 1]], 'last.bias': [[3], [0, 0, 0]] };
  for (const from of ['input', 'mean']) {
    const graph: Graph = [
      ...chain().slice(0, 1),
      { name: 'mean', operation: { kind: 'globalAvgPool' }, inputs: ['input'] },
      { name: 'last', operation, inputs: twice ? [from, from] : [from] },
    ];
    const found = run(graph, [1, 1, 3], input, operation.kind === 'layerNorm' ? plain : {});
    expect(relativeDifference(found, wanted)).toBeLessThan(1e-6);
  }
});

test('PReLU, learned scale, learned map, group norm and a gate, by hand', () => {
  const of = (...values: number[]) => [[3], values];
  const last = (operation: Operation, parameters: object, input: readonly number[]) =>
    run(chain(operation), [1, input.length / 3, 3], input, parameters);
  expect(last({ kind: 'prelu' }, { 'a.weight': of(0.5, -2, 3) }, [-1, -1, -1, 1, 2, 0])).toEqual([
    -0.5, 2, -3, 1, 2, 0,
  ]);
  expect(last({ kind: 'scale', bias: false }, { 'a.weight': of(1, 2, 3) }, [1, 1, 1, 2, 3, 4])).toEqual([
    1, 2, 3, 2, 6, 12,
  ]);
  const both = { 'a.weight': of(1, 2, 3), 'a.bias': of(0, 0, 1) };
  expect(last({ kind: 'scale', bias: true }, both, [1, 1, 1])).toEqual([1, 2, 4]);
  const map = {
    'a.weight': [
      [1, 2, 3],
      [1, 2, 3, 4, 5, 6],
    ],
  };
  expect(last({ kind: 'addMap', shape: [1, 2, 3] }, map, [10, 20, 30, 40, 50, 60])).toEqual([11, 22, 33, 44, 55, 66]);
  // Instance norm of two cells: each channel's are its mean ± its deviation.
  const norm = { 'a.weight': of(1, 1, 2), 'a.bias': of(0, 1, 0) };
  const normed = last({ kind: 'groupNorm', groups: 3, epsilon: 0 }, norm, [1, 5, 7, 3, 1, 9]);
  expect(relativeDifference(normed, [-1, 2, -2, 1, 0, 2])).toBeLessThan(1e-6);
  for (const inputs of [
    ['input', 'a'],
    ['a', 'input'],
  ]) {
    const gated: Graph = [...chain({ kind: 'globalAvgPool' }), { name: 'gated', operation: { kind: 'mul' }, inputs }];
    expect(run(gated, [1, 2, 3], [1, 2, 3, 3, 2, 1])).toEqual([2, 4, 6, 6, 4, 2]);
  }
});

const rules: readonly [ReluRule, readonly number[]][] = [
  ['gradient', [0, 0, 5, -5, 0, 0]],
  ['deconvolution', [5, 0, 5, 0, 5, 0]],
  ['guided', [0, 0, 5, 0, 0, 0]],
];

test.each(rules)('ReLU passes backwards by the rule: %s', (reluRule, wanted) => {
  // x = −1, −1, 2, 2, 0, 0 with incoming gradients 5, −5 in turn; nothing passes at exactly 0.
  const graph = chain({ kind: 'relu' }, { kind: 'flatten' });
  const values = Float32Array.from([-1, 2, 0, -1, 2, 0]);
  const network = networkOf(graph, [1, 2, 3], new Map());
  const slope = gradient(network, values, Float32Array.from([5, -5, 5, -5, 5, -5]), { reluRule }).gradient.values;
  expect(Array.from(slope, (v) => v + 0)).toEqual([wanted[0], wanted[2], wanted[4], wanted[1], wanted[3], wanted[5]]);
});

test.each(rules)('ReLU6 is closed at 0, at 6 and above: %s', (reluRule) => {
  const graph = chain({ kind: 'relu6' }, { kind: 'flatten' });
  const values = Float32Array.from([0, 6, 7, 3, -1, 5]);
  const slope = gradient(networkOf(graph, [1, 2, 3], new Map()), values, new Float32Array(6).fill(2), { reluRule });
  const open = [0, 0, 0, 2, 0, 2];
  expect(Array.from(slope.gradient.values)).toEqual(reluRule === 'deconvolution' ? new Array(6).fill(2) : open);
});

test('a padded max-pool over equal values has a gradient without NaN', () => {
  const graph = chain(pool('maxPool', { kernel: [3, 3], padding: [1, 1, 1, 1] }), { kind: 'globalAvgPool' });
  const slope = gradient(networkOf(graph, [5, 4, 3], new Map()), new Float32Array(60), new Float32Array([1, 0, 0]));
  const total = slope.gradient.values.reduce((sum, value) => sum + value, 0);
  expect(total).toBeCloseTo(1, 5);
});

test('activations and gradients at inner nodes; unknown nodes are named', () => {
  const graph = chain(
    convolution({ filters: 2, kernel: [3, 3], padding: [1, 1, 1, 1] }),
    { kind: 'batchNorm', epsilon: 1e-5 },
    { kind: 'relu' },
    { kind: 'globalAvgPool' },
    { kind: 'dense', units: 2, bias: true },
  );
  const network = networkOf(graph, [5, 4, 3], seededParameters(graph, [5, 4, 3], 8));
  const input = drawn(60, 9, 2, -1);
  const before = passingTensors();
  const { output, maps } = activations(network, input, ['a', 'c', 'd', 'input']);
  expect([...maps.keys()]).toEqual(['a', 'c', 'd', 'input']);
  expect(maps.get('input')!.values).toEqual(input);
  const map = maps.get('c')!;
  expect([map.height, map.width, map.channels, map.values.length]).toEqual([5, 4, 2, 40]);
  const means = [0, 1].map((k) => map.values.filter((_, i) => i % 2 === k).reduce((sum, v) => sum + v / 20, 0));
  expect(relativeDifference(maps.get('d')!.values, means)).toBeLessThan(1e-5);
  expect(relativeDifference(output, forward(network, input))).toBeLessThan(1e-5);
  // The head is linear in the pooled map: ∂y_0/∂A_k is w_0k / (H·W) everywhere.
  const head = network.parameters.get('e.weight')!.values;
  const slope = gradient(network, input, new Float32Array([1, 0]), { at: 'c' });
  expect(relativeDifference(slope.activation.values, map.values)).toBeLessThan(1e-5);
  expect(
    relativeDifference(
      slope.gradient.values,
      map.values.map((_, i) => head[i % 2]! / 20),
    ),
  ).toBeLessThan(1e-5);
  expect(slope.score).toBeCloseTo(output[0]!, 5);
  expect(() => activations(network, input, ['z'])).toThrow('unknown layer: z (this network has: ');
  expect(() => gradient(network, input, new Float32Array([1, 0]), { at: 'z' })).toThrow('unknown layer: z');
  expect(() => gradient(network, input, new Float32Array(3))).toThrow('3 output weights for 2 raw outputs');
  expect(() => forward(network, input, 2)).toThrow('60 values for a batch of 2 × 5×4×3 = 120');
  expect(passingTensors()).toBe(before);
});

test('inside a block, what the shortcut carries past a node is constant', () => {
  const graph: Graph = [
    ...chain({ kind: 'relu' }, convolution({ filters: 3, groups: 3 })),
    { name: 'side', operation: { kind: 'relu6' }, inputs: ['input'] },
    { name: 'sum', operation: { kind: 'add' }, inputs: ['b', 'side', 'a', 'input'] },
    { name: 'pool', operation: { kind: 'globalAvgPool' }, inputs: ['sum'] },
  ];
  const parameters = new Map([['b.weight', { shape: [3, 1, 1, 1], values: Float32Array.from([2, 3, 4]) }]]);
  const network = networkOf(graph, [1, 2, 3], parameters);
  const input = Float32Array.from([1, -2, 3, -4, 5, 60]);
  const weights = new Float32Array([2, 4, 6]);
  const at = (node: string) => Array.from(gradient(network, input, weights, { at: node }).gradient.values);
  expect(at('b')).toEqual([1, 2, 3, 1, 2, 3]);
  expect(at('side')).toEqual([1, 2, 3, 1, 2, 3]);
  expect(at('a')).toEqual([3, 8, 15, 3, 8, 15]);
  expect(at('input')).toEqual([3 + 2, 2, 15 + 6, 1, 8 + 4, 15 + 3]);
});
