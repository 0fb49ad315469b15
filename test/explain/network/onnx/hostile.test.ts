import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import type { ForeignOptions } from '../../../../src/explain/network/foreign/foreign-network';
import { readOnnxNetwork } from '../../../../src/explain/network/onnx/onnx-network';
import { seededRandom } from '../../../../src/explain/random';
import { type ModelSketch, onnxFile } from '../../../support/onnx-file';

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
    /com\.microsoft\.FusedConv at map: an operator that is not known/,
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

test.each(cases)('refused in one line: %s', async (_, model, sentence, options) => {
  const error: unknown = await read(onnxFile(model), options).catch((reason) => reason);
  expect(error).toBeInstanceOf(WhylightError);
  const { message } = error as Error;
  expect(message).toMatch(/^model\.onnx: /);
  expect(message).toMatch(sentence);
  expect(message).not.toContain('\n');
});

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
