import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import type { ForeignOptions } from '../../../../src/explain/network/foreign/foreign-network';
import { readOnnxNetwork } from '../../../../src/explain/network/onnx/onnx-network';
import { seededRandom } from '../../../../src/explain/random';
import { type ModelSketch, type OperatorSketch, onnxFile, type TensorSketch } from '../../../support/onnx-file';

const folder = mkdtempSync(path.join(tmpdir(), 'whylight-onnx-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(bytes: Uint8Array, options: ForeignOptions = {}) {
  const file = path.join(folder, 'model.onnx');
  writeFileSync(file, bytes);
  return readOnnxNetwork(file, options);
}

/** A convolution, its mean, and a linear head of two outputs. */
const conv = { operator: 'Conv', inputs: ['x', 'kernel'], outputs: ['map'], attributes: { kernel_shape: [3, 3] } };
const pool = { operator: 'GlobalAveragePool', inputs: ['map'], outputs: ['cell'] };
const flat = { operator: 'Flatten', inputs: ['cell'], outputs: ['vector'] };
const head = { operator: 'Gemm', inputs: ['vector', 'matrix'], outputs: ['y'], attributes: { transB: 1 } };
const kernel = { name: 'kernel', shape: [4, 3, 3, 3], values: Array.from({ length: 108 }, (_, i) => Math.sin(i)) };
const matrix = { name: 'matrix', shape: [2, 4], values: [1, 2, 3, 4, 5, 6, 7, 8] };
const whole: ModelSketch = { nodes: [conv, pool, flat, head], weights: [kernel, matrix] };

test('a plain network is read', async () => {
  const network = await read(onnxFile(whole));
  expect(network.graph.map(({ operation }) => operation.kind)).toEqual(['input', 'conv2d', 'globalAvgPool', 'dense']);
  expect(network.camNode).toBe(network.graph[1]!.name);
  expect(network.inputShape).toEqual([6, 8, 3]);
});

const external = (entries: Record<string, string>): ModelSketch => ({
  ...whole,
  weights: [{ name: 'kernel', shape: [4, 3, 3, 3], external: entries }, matrix],
});

const cases: readonly [string, ModelSketch, RegExp, ForeignOptions?][] = [
  ['two weights of one name', { ...whole, weights: [kernel, matrix, kernel] }, /two weights are named kernel/],
  ['two values of one name', { ...whole, nodes: [conv, conv, pool, flat, head] }, /two values are named map/],
  [
    'two inputs',
    {
      ...whole,
      inputs: [
        ['x', [1, 3, 6, 8]],
        ['mask', [1, 1, 6, 8]],
      ],
    },
    /2 inputs: x, mask \(allowed: one, a photo\)/,
  ],
  ['no input', { ...whole, inputs: [] }, /no input/],
  ['two outputs', { ...whole, outputs: ['y', 'map'] }, /2 outputs: y, map/],
  ['a map at the end', { ...whole, outputs: ['map'] }, /output is of shape 1×4×4×6/],
  [
    'weights that nothing reads',
    { ...whole, weights: [kernel, matrix, { ...matrix, name: 'spare' }] },
    /no operator reads these weights: spare/,
  ],
  [
    'weights that are not there',
    { ...whole, weights: [matrix] },
    /Conv at map reads kernel, which does not come before it/,
  ],
  [
    'a cycle',
    { ...whole, nodes: [{ ...conv, inputs: ['cell', 'kernel'] }, pool, flat, head] },
    /reads cell, which does not come before it/,
  ],
  [
    'an operator that is not known',
    {
      ...whole,
      nodes: [conv, { operator: 'NonMaxSuppression', inputs: ['map'], outputs: ['cell'], name: 'boxes' }, flat, head],
    },
    /NonMaxSuppression at boxes: an operator that is not known \(known: Add, /,
  ],
  [
    "another set's operator",
    { ...whole, nodes: [{ ...conv, operator: 'FusedConv', domain: 'com.microsoft' }, pool, flat, head] },
    /com\.microsoft\.FusedConv at map: an operator of ONNX Runtime/,
  ],
  ['any size', { ...whole, inputs: [['x', ['n', 3, 'h', 'w']]] }, /pictures of any size \(\?×3×\?×\?\): say which/],
  ['another size', whole, /takes pictures of 6×8 px, not of 5×5/, { size: [5, 5] }],
  ['batches', { ...whole, inputs: [['x', [8, 3, 6, 8]]] }, /batches of 8/],
  [
    'channels first or last',
    { ...whole, inputs: [['x', [1, 3, 6, 3]]] },
    /of which axis the channels are cannot be told/,
  ],
  ['no picture', { ...whole, inputs: [['x', [1, 10]]] }, /of shape 1×10 \(allowed: a batch of pictures/],
  [
    'a shape of 2^60 numbers',
    { ...whole, weights: [{ name: 'kernel', shape: [2 ** 30, 2 ** 30], values: [1] }, matrix] },
    /tensor kernel has the shape 1073741824×1073741824 \(allowed: up to 2\^31 numbers\)/,
  ],
  [
    'too few bytes',
    { ...whole, weights: [{ ...kernel, values: [1, 2, 3] }, matrix] },
    /tensor kernel of 108 float32 numbers holds 12 bytes/,
  ],
  [
    'a type of text',
    { ...whole, weights: [{ ...kernel, type: 8 }, matrix] },
    /is of type 8 of the format \(allowed: float32,/,
  ],
  [
    'absent data',
    external({ location: 'weights.bin' }),
    /weights of kernel are in weights\.bin, which is not beside the model/,
  ],
  ['data elsewhere', external({ location: '../weights.bin' }), /lie outside the model's folder/],
  ['data from the root', external({ location: '/etc/passwd' }), /lie outside the model's folder/],
  [
    'data beyond the end',
    external({ location: 'model.onnx', offset: '9999999' }),
    /reach beyond the \d+ bytes of model\.onnx/,
  ],
  [
    'a softmax in the middle',
    {
      ...whole,
      nodes: [
        conv,
        { operator: 'Softmax', inputs: ['map'], outputs: ['map2'] },
        { ...pool, inputs: ['map2'] },
        flat,
        head,
      ],
    },
    /Softmax at map2: of something else than a vector of scores/,
  ],
  [
    'a kernel computed from the photo',
    {
      ...whole,
      nodes: [
        conv,
        { operator: 'Conv', inputs: ['x', 'map'], outputs: ['map2'] },
        { ...pool, inputs: ['map2'] },
        flat,
        head,
      ],
    },
    /a kernel computed by the network/,
  ],
  [
    'rows mixed with channels',
    {
      ...whole,
      nodes: [
        conv,
        { operator: 'Transpose', inputs: ['map'], outputs: ['turned'], attributes: { perm: [0, 2, 1, 3] } },
        { ...pool, inputs: ['turned'] },
        flat,
        head,
      ],
    },
    /channels are mixed with its rows and columns|rows and columns are not as they were/,
  ],
];

/** Forms that look alike and mean something else: each refused rather than read wrongly. */
const resize = (attributes: Record<string, string>, factor: number): ModelSketch => ({
  nodes: [
    conv,
    { operator: 'Resize', inputs: ['map', '', 'factors'], outputs: ['larger'], attributes },
    { ...pool, inputs: ['larger'] },
    flat,
    head,
  ],
  weights: [kernel, matrix, { name: 'factors', shape: [4], values: [1, 1, factor, factor] }],
});
const nearest = (coordinates: string, rounding: string) => ({
  mode: 'nearest',
  coordinate_transformation_mode: coordinates,
  nearest_mode: rounding,
});

test.each([
  ['asymmetric', 'floor', 3, true],
  ['asymmetric', 'round_prefer_floor', 2, true],
  ['asymmetric', 'round_prefer_floor', 3, false],
  ['asymmetric', 'ceil', 2, false],
  ['half_pixel', 'round_prefer_floor', 3, true],
  ['half_pixel', 'floor', 2, false],
  ['align_corners', 'round_prefer_floor', 3, false],
] as const)('nearest by %s and %s, %d times: read is %s', async (coordinates, rounding, factor, isRead) => {
  const result = read(onnxFile(resize(nearest(coordinates, rounding), factor)));
  if (isRead) expect((await result).graph.some(({ operation }) => operation.kind === 'upsample')).toBe(true);
  else await expect(result).rejects.toThrow(/Resize at larger: nearest by /);
});

const more: typeof cases = [
  [
    'outputs in another order',
    {
      nodes: [
        conv,
        pool,
        flat,
        { ...head, outputs: ['scores'] },
        { operator: 'Reshape', inputs: ['scores', 'parts'], outputs: ['square'] },
        { operator: 'Transpose', inputs: ['square'], outputs: ['turned'], attributes: { perm: [1, 0] } },
        { operator: 'Reshape', inputs: ['turned', 'row'], outputs: ['y'] },
      ],
      weights: [
        kernel,
        { name: 'matrix', shape: [4, 4], values: Array.from({ length: 16 }, (_, i) => i) },
        { name: 'parts', shape: [2], values: [2, 2] },
        { name: 'row', shape: [2], values: [1, 4] },
      ],
    },
    /its output is of shape 1×4 \(allowed: a score a class\)/,
  ],
  [
    'a batch norm of rows',
    {
      nodes: [
        conv,
        { operator: 'Transpose', inputs: ['map'], outputs: ['last'], attributes: { perm: [0, 2, 3, 1] } },
        { operator: 'BatchNormalization', inputs: ['last', 'four', 'four', 'four', 'four'], outputs: ['normal'] },
        { ...pool, inputs: ['normal'] },
        flat,
        head,
      ],
      weights: [kernel, matrix, { name: 'four', shape: [4], values: [1, 2, 3, 4] }],
    },
    /BatchNormalization at normal: /,
  ],
  [
    'whole numbers of a map',
    {
      ...whole,
      nodes: [
        conv,
        { operator: 'Cast', inputs: ['map'], outputs: ['whole'], attributes: { to: 7 } },
        { ...pool, inputs: ['whole'] },
        flat,
        head,
      ],
    },
    /Cast at whole: to kind 7 of the format/,
  ],
];

test.each([...cases, ...more])('refused in one line: %s', async (_, model, sentence, options) => {
  const error: unknown = await read(onnxFile(model), options).catch((reason) => reason);
  expect(error).toBeInstanceOf(WhylightError);
  const { message } = error as Error;
  expect(message).toMatch(/^model\.onnx: /);
  expect(message).toMatch(sentence);
  expect(message).not.toContain('\n');
});

/** The line with which a file is refused, without delay. */
async function line(model: ModelSketch | Uint8Array): Promise<string> {
  const start = performance.now();
  const bytes = model instanceof Uint8Array ? model : onnxFile(model);
  const error: unknown = await read(bytes).catch((reason) => reason);
  expect(error).toBeInstanceOf(WhylightError);
  expect((error as Error).message).toMatch(/^model\.onnx: [^\n\r]+$/);
  expect(performance.now() - start).toBeLessThan(3000);
  return (error as Error).message;
}

const integers = (name: string, ...values: number[]): TensorSketch => ({
  name,
  shape: [values.length],
  type: 7,
  raw: new Uint8Array(BigInt64Array.from(values, BigInt).buffer),
});

/** The network with other operators between its convolution and its mean; the last gives `last`. */
const between = (nodes: readonly OperatorSketch[], weights: readonly TensorSketch[] = []): ModelSketch => ({
  ...whole,
  nodes: [conv, ...nodes, { ...pool, inputs: ['last'] }, flat, head],
  weights: [kernel, matrix, ...weights],
});
const operator = (kind: string, inputs: string, output: string, attributes = {}): OperatorSketch => ({
  operator: kind,
  inputs: inputs.split(' '),
  outputs: [output],
  attributes,
});

test('lengths beyond all memory are refused before anything is made of them', async () => {
  for (const shape of [
    [2 ** 60, 3, 3, 3],
    [-4, -3, 3, 3],
  ]) {
    expect(await line({ ...whole, weights: [{ ...kernel, shape }, matrix] })).toContain('tensor kernel has the shape');
  }
  for (const side of [2 ** 60, 2 ** 20]) {
    const message = await line({ ...whole, inputs: [['x', [1, 3, side, side]]] });
    expect(message).toContain('(allowed: up to 4096 px a side)');
  }
  const cube = integers('sizes', 2 ** 20, 2 ** 20, 2 ** 20);
  const sum = operator('Add', 'map full', 'last');
  await line(between([operator('ConstantOfShape', 'sizes', 'full'), sum], [cube]));
  const one = { name: 'one', shape: [1], values: [1] };
  await line(between([operator('Expand', 'one sizes', 'full'), sum], [one, cube]));
  const range = [integers('from', 0), integers('to', 2 ** 50), integers('by', 1)];
  await line(between([operator('Range', 'from to by', 'full'), operator('Reshape', 'map full', 'last')], range));
  const pads = integers('pads', 0, 0, 0, 0, 0, 0, 2 ** 40, 2 ** 40);
  expect(await line(between([operator('Pad', 'map pads', 'last')], [pads]))).toContain('(allowed: up to 2^30)');
  const scales = { name: 'scales', shape: [4], values: [1, 1, 1e9, 1e9] };
  const resize = operator('Resize', 'map  scales', 'last', {
    mode: 'nearest',
    coordinate_transformation_mode: 'asymmetric',
  });
  await line(between([resize], [scales]));
  await line(between([operator('MaxPool', 'map', 'last', { kernel_shape: [2 ** 40, 2 ** 40] })]));
});

test('names that every object has are no operators', async () => {
  for (const kind of ['constructor', '__proto__', 'toString']) {
    expect(await line(between([operator(kind, 'map', 'last')]))).toContain(`${kind} at last: an operator that is not`);
  }
});

test('nesting that has no end is refused, and a long network is read', async () => {
  await line(Buffer.alloc(1_000_000, 0x0b));
  const depth = 3000;
  const chain = Array.from({ length: depth }, (_, i) => operator('Relu', i === 0 ? 'map' : `r${i}`, `r${i + 1}`));
  const start = performance.now();
  const network = await read(onnxFile(between([...chain, operator('Relu', `r${depth}`, 'last')])));
  expect(network.graph).toHaveLength(depth + 5);
  expect(performance.now() - start).toBeLessThan(20_000);
});

test('weights in another file are those of one in the file, and what is no file is not read', async () => {
  const bytes = Buffer.from(Float32Array.from(kernel.values).buffer);
  writeFileSync(path.join(folder, 'weights.data'), Buffer.concat([Buffer.alloc(8), bytes]));
  const [apart, together] = [
    await read(onnxFile(external({ location: 'weights.data', offset: '8', length: `${bytes.length}` }))),
    await read(onnxFile(whole)),
  ];
  expect(apart.parameters).toEqual(together.parameters);
  expect(apart.weightsSha256).not.toBe(together.weightsSha256);
  expect(await line(external({ location: 'weights.data', offset: 'x' }))).toContain('at offset x (allowed: bytes)');
  expect(await line(external({ location: 'weights.data', length: '-3' }))).toContain('at length -3 (allowed: bytes)');
  expect(await line(external({}))).toContain('lies in another file that it does not name');
  mkdirSync(path.join(folder, 'within'));
  expect(await line(external({ location: 'within' }))).toContain('are in within, which is not a file');
});

test.each(['gated-13.onnx', 'shuffle-new.onnx', 'attention-17.onnx', 'norms-13.onnx'])(
  'damaged copies of %s are read, or refused in one line',
  async (name) => {
    const random = seededRandom(6);
    const original = readFileSync(path.join(__dirname, '../../../golden/onnx', name));
    let refused = 0;
    for (let i = 0; i < 120; i++) {
      const copy = Buffer.from(i % 3 === 0 ? original.subarray(0, Math.floor(random() * original.length)) : original);
      for (let changes = 0; changes < 3 && copy.length > 0; changes++) {
        copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
      }
      const error: unknown = await read(copy).catch((reason) => reason);
      if (!(error instanceof Error)) continue;
      refused++;
      expect(error, `${i}: ${error.stack}`).toBeInstanceOf(WhylightError);
      expect(error.message).toMatch(/^model\.onnx: [^\n\r]{1,1500}$/);
    }
    expect(refused).toBeGreaterThan(40);
  },
);

test('thousands of damaged copies are answered by an error of the library, or read', async () => {
  const random = seededRandom(5);
  const original = onnxFile(whole);
  const start = performance.now();
  let refused = 0;
  for (let i = 0; i < 3000; i++) {
    const copy = original.slice(0, random() < 0.3 ? Math.floor(random() * original.length) : original.length);
    for (let changes = Math.floor(random() * 4); changes >= 0 && copy.length > 0; changes--) {
      copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
    }
    await read(copy).catch((error) => {
      expect(error).toBeInstanceOf(WhylightError);
      refused++;
    });
  }
  expect(refused).toBeGreaterThan(1000);
  expect(performance.now() - start).toBeLessThan(110_000);
});
