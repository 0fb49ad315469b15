import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { tf } from '../../../../src/explain/engine';
import { forward } from '../../../../src/explain/network/executors/forward';
import type { Graph, Operation } from '../../../../src/explain/network/graph';
import { LOWEST } from '../../../../src/explain/network/kernels/pad-map';
import type { Parameter } from '../../../../src/explain/network/network';
import { nodeShapes } from '../../../../src/explain/network/node-shapes';
import { descriptionOf, operations } from '../../../../src/explain/network/operations';
import { elementwise } from '../../../../src/explain/network/operations/bases';
import type { Plain } from '../../../../src/explain/network/operations/operation';
import { networkOf, seededParameters } from '../../../support/networks';
import { convolution } from '../../../support/operations';

const source = path.resolve(__dirname, '../../../../src');

/** The operation after the input, its global mean where it reads a vector, or a convolution where it folds into one. */
function graphOf(operation: Operation): Graph {
  const { reads, affine } = descriptionOf({ name: 'last', operation });
  const folds = affine !== null;
  const start = operation.kind === 'prependTokens' ? 'sequence' : reads === 'maps' ? 'input' : 'mean';
  return [
    { name: 'input', operation: { kind: 'input' }, inputs: [] },
    { name: 'mean', operation: { kind: 'globalAvgPool' }, inputs: ['input'] },
    ...(folds ? [{ name: 'conv', operation: convolution({ filters: 4 }), inputs: ['input'] }] : []),
    { name: 'sequence', operation: { kind: 'tokens' }, inputs: ['input'] },
    { name: 'last', operation, inputs: [folds ? 'conv' : start] },
  ];
}

test('only operations, architectures, the builder they use and importers name kinds of operations', () => {
  const kinds = operations.map(({ kind }) => kind);
  // Of the others the name is a word or a name of a node, too.
  const words = ['input', 'pad', 'add', 'concat', 'flatten', 'dense', 'sigmoid', 'tanh', 'scale', 'clip', 'crop'];
  const unmistakable = kinds.filter((kind) => ![...words, 'maximum', 'minimum', 'tokens'].includes(kind));
  const named = new RegExp(
    `(?:kind(?:: | [!=]== )|case )'(?:${kinds.join('|')})'|'(?:${unmistakable.join('|')})'|operation\\.kind [!=]==`,
  );
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).map((file) =>
    file.replaceAll(path.sep, '/'),
  );
  const others = files.filter(
    (file) =>
      file.endsWith('.ts') &&
      !/^explain\/network\/(?:operations|architectures|keras|onnx|passes|foreign|tensorflow|tfjs|batch-norm-epsilon\.ts|graph-builder\.ts)/.test(
        file,
      ),
  );
  expect(others.length).toBeGreaterThan(200);
  expect(others.filter((file) => named.test(readFileSync(path.join(source, file), 'utf8')))).toEqual([]);
});

test('each kind is described once, in the file of its name', () => {
  const kinds = operations.map(({ kind }) => kind);
  const files = readdirSync(path.join(source, 'explain/network/operations'));
  expect(new Set(kinds).size).toBe(kinds.length);
  for (const kind of kinds) expect(files).toContain(`${kind.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}.ts`);
});

test('an unknown operation is refused by name, with those that there are', () => {
  const graph = [
    ...graphOf({ kind: 'relu' }),
    { name: 'act', operation: { kind: 'swish' }, inputs: ['last'] },
  ] as Graph;
  expect(() => nodeShapes(graph, [4, 4, 3])).toThrow(
    /^unknown operation: swish, at act \(known: input, conv2d, .*\bdense\b.*\)$/,
  );
});

test.each([
  ['node last (relu) reads 0 values (allowed: 1)', { kind: 'relu' }, []],
  ['node last (conv2d) reads 2 values (allowed: 1)', convolution(), ['input', 'input']],
  ['node last (add) reads 1 values (allowed: 2 or more)', { kind: 'add' }, ['input']],
  ['node last (input) reads 1 values (allowed: 0)', { kind: 'input' }, ['input']],
  ['node last (conv2d) reads mean, which is 3 (allowed: maps)', convolution(), ['mean']],
  [
    'node last (dense) reads input, which is 4×5×3 (allowed: vectors)',
    { kind: 'dense', units: 2, bias: true },
    ['input'],
  ],
  ['last joins maps that do not fit: 4×5×3 and 3', { kind: 'add' }, ['input', 'mean']],
  ['last joins maps that do not fit: 4×5×3 and 3', { kind: 'maximum' }, ['input', 'mean']],
  ['node last (minimum) reads 1 values (allowed: 2 or more)', { kind: 'minimum' }, ['input']],
  ['node last (mul) reads 1 values (allowed: 2)', { kind: 'mul' }, ['input']],
  [
    'last multiplies values that do not fit: 4×5×4 and 4×5×3 (allowed: one shape; or a map and a number for each of its channels, or of its places)',
    { kind: 'mul' },
    ['wide', 'input'],
  ],
  [
    'last multiplies values that do not fit: 3 and 4×5×4 (allowed: one shape; or a map and a number for each of its channels, or of its places)',
    { kind: 'mul' },
    ['mean', 'wide'],
  ],
  [
    'last multiplies values that do not fit: 5 and 3 (allowed: one shape; or a map and a number for each of its channels, or of its places)',
    { kind: 'mul' },
    ['five', 'mean'],
  ],
  [
    'last adds a map of 5×4×3 to one of 4×5×3 (allowed: one of its size)',
    { kind: 'addMap', shape: [5, 4, 3] },
    ['input'],
  ],
  ['node last (addMap) reads mean, which is 3 (allowed: maps)', { kind: 'addMap', shape: [3] }, ['mean']],
  [
    'last has 2 groups for 3 channels (allowed: divisors of 3)',
    { kind: 'groupNorm', groups: 2, epsilon: 1 },
    ['input'],
  ],
  [
    'last has 0 groups for 3 channels (allowed: divisors of 3)',
    { kind: 'groupNorm', groups: 0, epsilon: 1 },
    ['input'],
  ],
  [
    'node last (groupNorm) reads mean, which is 3 (allowed: maps)',
    { kind: 'groupNorm', groups: 1, epsilon: 1 },
    ['mean'],
  ],
  [
    'last clips to at least 2 and at most 1 (allowed: the first not above the second)',
    { kind: 'clip', least: 2, most: 1 },
    ['input'],
  ],
  ['node last reads later, which does not come before it', { kind: 'relu' }, ['later']],
] as const)('inputs that an operation cannot read: %s', (message, operation, inputs) => {
  const graph: Graph = [
    ...graphOf({ kind: 'relu' }).slice(0, 2),
    { name: 'wide', operation: convolution({ filters: 4 }), inputs: ['input'] },
    { name: 'five', operation: { kind: 'dense', units: 5, bias: true }, inputs: ['mean'] },
    { name: 'last', operation, inputs },
  ];
  expect(() => nodeShapes(graph, [4, 5, 3])).toThrow(message);
});

test.each([
  convolution({ filters: 4, groups: 1, bias: true }),
  convolution({ filters: 6, groups: 3 }),
  { kind: 'batchNorm', epsilon: 1e-5 },
  { kind: 'layerNorm', epsilon: 1e-5 },
  { kind: 'groupNorm', groups: 3, epsilon: 1e-5 },
  { kind: 'scale', bias: true },
  { kind: 'prelu' },
  { kind: 'addMap', shape: [4, 5, 3] },
  { kind: 'prependTokens', count: 2 },
  { kind: 'windowAttention', heads: 1, window: [2, 5], shift: [0, 0] },
  { kind: 'dense', units: 2, bias: true },
] as const)('each weight of another shape is refused by name: $kind', (operation) => {
  const graph = graphOf(operation);
  const parameters = seededParameters(graph, [4, 5, 3], 1);
  const image = new Float32Array(60);
  expect(forward(networkOf(graph, [4, 5, 3], parameters), image).length).toBeGreaterThan(0);
  for (const [name, { shape, values }] of parameters) {
    const wrong: Parameter = { shape: [...shape, 1], values };
    const network = networkOf(graph, [4, 5, 3], new Map([...parameters, [name, wrong]]));
    expect(() => forward(network, image)).toThrow(`${name} is ${shape.join('×')}×1, not ${shape.join('×')}`);
    const without = new Map([...parameters].filter(([other]) => other !== name));
    expect(() => forward(networkOf(graph, [4, 5, 3], without), image)).toThrow(`missing parameter: ${name}`);
  }
});

test('operations with weights are those whose wrong shapes are tried above', () => {
  const example = {
    filters: 1,
    groups: 1,
    kernel: [1, 1],
    bias: true,
    units: 1,
    size: [1, 1],
    shape: [1],
    heads: 1,
    window: [2, 2],
  };
  const weighted = operations.filter(({ weights }) => Object.keys(weights(example as never, [4, 4, 3])).length > 0);
  expect(weighted.map(({ kind }) => kind)).toEqual([
    'conv2d',
    'batchNorm',
    'layerNorm',
    'groupNorm',
    'scale',
    'prelu',
    'addMap',
    'dense',
    'prependTokens',
    'windowAttention',
  ]);
});

test('a function of each number is all that an elementwise operation needs', () => {
  const silu = elementwise<Plain<'silu'>>({
    kind: 'silu',
    title: () => 'SiLU',
    value: (_, x) => tf.mul(x, tf.sigmoid(x)),
  });
  const operation = { kind: 'silu' } as const;
  const context = { weight: () => tf.scalar(0), reluRule: 'gradient', free: true, moments: () => undefined } as const;
  const run = (x: tf.Tensor) => silu.forward(operation, { ...context, inputs: [x] }) as tf.Tensor4D;
  const change = tf.tidy(() => {
    const [clean, changed] = [tf.tensor4d([1, -2, LOWEST, 3], [1, 2, 2, 1]), tf.tensor4d([1, 4, 5, 0], [1, 2, 2, 1])];
    const window = silu.window(operation)!.change({
      count: 1,
      change: () => changed,
      unpadded: () => ({ inner: changed, padding: [0, 0, 0, 0] }),
      before: () => clean,
      constant: () => null,
      clean: () => run(clean),
      weight: context.weight,
      forward: (_, [x]) => run(x!),
    });
    return Array.from(window.dataSync());
  });
  const value = (x: number) => x / (1 + Math.exp(-x));
  const wanted = [value(2) - value(1), value(2) - value(-2), 0, 0];
  change.forEach((got, i) => {
    expect(got).toBeCloseTo(wanted[i]!, 6);
  });
  expect(silu.shape(operation, [[4, 5, 3]], 'silu')).toEqual([4, 5, 3]);
  expect(silu.weights(operation, [4, 5, 3])).toEqual({});
});
