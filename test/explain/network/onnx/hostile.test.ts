import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import { forward } from '../../../../src/explain/network/executors/forward';
import type { ForeignNetwork } from '../../../../src/explain/network/foreign/foreign-network';
import { readOnnxNetwork } from '../../../../src/explain/network/onnx/onnx-network';
import { seededRandom } from '../../../../src/explain/random';
import { type FileModel, type FileNode, type FileTensor, onnxFile } from '../../../support/onnx-file';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-onnx-hostile-'));
const file = path.join(folder, 'mine.onnx');
afterAll(() => rmSync(folder, { recursive: true }));

async function read(model: FileModel | Uint8Array, options: { size?: readonly [number, number] } = {}) {
  writeFileSync(file, model instanceof Uint8Array ? model : onnxFile(model));
  return readOnnxNetwork(file, options);
}

/** The one line that a file is refused with, quickly. */
async function line(
  model: FileModel | Uint8Array,
  options: { size?: readonly [number, number] } = {},
): Promise<string> {
  const start = performance.now();
  const error = await read(model, options).then(
    () => null,
    (reason: unknown) => reason as Error,
  );
  expect(error).toBeInstanceOf(WhylightError);
  expect(error!.message).toMatch(/^mine\.onnx: /);
  expect(error!.message).not.toMatch(/[\n\r]/);
  expect(performance.now() - start).toBeLessThan(3000);
  return error!.message;
}

const node = (operator: string, inputs: string, output: string, rest: Partial<FileNode> = {}): FileNode => ({
  operator,
  inputs: inputs.split(' '),
  outputs: output.split(' '),
  ...rest,
});
const kernel: FileTensor = { name: 'kernel', shape: [2, 3, 1, 1], values: [1, 2, 3, -1, -2, -3] };
const integers = (name: string, ...values: number[]): FileTensor => ({
  name,
  shape: [values.length],
  values,
  integer: true,
});

/** A 1×1 convolution of 5×7 px and its channels means. */
const sound: FileModel = {
  nodes: [node('Conv', 'x kernel', 'map'), node('GlobalAveragePool', 'map', 'mean'), node('Flatten', 'mean', 'y')],
  weights: [kernel],
  inputs: { x: ['batch', 3, 5, 7] },
  outputs: ['y'],
};
/** The same with other operators between convolution and pooling. */
const between = (nodes: readonly FileNode[], weights: readonly FileTensor[] = []): FileModel => ({
  ...sound,
  nodes: [sound.nodes[0]!, ...nodes, node('GlobalAveragePool', 'last', 'mean'), sound.nodes[2]!],
  weights: [kernel, ...weights],
});

const outputsOf = (network: ForeignNetwork, values: Float32Array) =>
  Array.from(
    forward(
      {
        ...network,
        name: 'mine',
        title: 'Mine',
        architecture: 'onnx',
        preprocessing: { resize: null, crop: [5, 7], mean: [0, 0, 0], std: [1, 1, 1] },
        output: 'softmax',
        classes: ['a', 'b'],
      },
      values,
    ),
  );

test('a file made by hand is read, and is its own mean of channels', async () => {
  const network = await read(sound);
  expect(network).toMatchObject({
    inputShape: [5, 7, 3],
    outputs: 2,
    ending: null,
    format: expect.stringContaining('opset 17'),
  });
  expect(network.camNode).toBe(network.graph[1]!.name);
  const values = Float32Array.from({ length: 105 }, (_, i) => (i % 3) + 1);
  for (const [i, expected] of [14, -14].entries()) expect(outputsOf(network, values)[i]).toBeCloseTo(expected, 4);
});

test('what has two meanings is refused by name', async () => {
  expect(await line({ ...sound, weights: [kernel, kernel] })).toContain('two weights are named kernel');
  const twice = [node('Relu', 'x', 'map'), ...sound.nodes];
  expect(await line({ ...sound, nodes: twice })).toContain('two values are named map');
  expect(await line({ ...sound, inputs: { ...sound.inputs, mask: [1, 3, 5, 7] } })).toMatch(
    /2 inputs: x, mask \(allowed: one, a photo\)/,
  );
  expect(await line({ ...sound, outputs: ['y', 'map'] })).toMatch(/2 outputs: y, map \(allowed: one/);
  const more = { name: 'orphan', shape: [2], values: [1, 2] };
  expect(await line({ ...sound, weights: [kernel, more] })).toContain('no operator reads these weights: orphan');
  expect(await line({ ...sound, inputs: { x: [1, 3, 5, 3] } })).toContain('cannot be told');
  expect(await line({ ...sound, inputs: { x: [4, 3, 5, 7] } })).toContain('batches of 4 (allowed: 1, or any)');
});

test('a size is asked for where the file leaves it open, and only then', async () => {
  const open = { ...sound, inputs: { x: ['n', 3, 'h', 'w'] } };
  expect(await line(open)).toContain('--size HEIGHTxWIDTH');
  expect((await read(open, { size: [9, 4] })).inputShape).toEqual([9, 4, 3]);
  expect(await line(sound, { size: [9, 4] })).toContain('5×7 px, not of 9×4');
});

test('an operator that is not known is named with its node and what is allowed', async () => {
  const message = await line(between([node('NonMaxSuppression', 'map', 'last', { name: 'nms' })]));
  expect(message).toMatch(/NonMaxSuppression at nms.*known: Add, .*Conv/);
  const fused = node('FusedConv', 'x kernel', 'map', { domain: 'com.microsoft', name: 'fused' });
  expect(await line({ ...sound, nodes: [fused, ...sound.nodes.slice(1)] })).toMatch(
    /com\.microsoft\.FusedConv at fused: an operator of ONNX Runtime/,
  );
  expect(await line(between([node('constructor', 'map', 'last')]))).toContain('constructor');
  expect(await line(between([node('__proto__', 'map', 'last')]))).toContain('__proto__');
});

test('circles, and values that nothing makes', async () => {
  const circle = [node('Add', 'map back', 'there'), node('Relu', 'there', 'back'), node('Relu', 'back', 'last')];
  expect(await line(between(circle))).toContain('reads back, which does not come before it');
  expect(await line(between([node('Relu', 'nowhere', 'last')]))).toContain('reads nowhere');
  expect(await line({ ...sound, outputs: ['nowhere'] })).toContain('its output nowhere is not computed');
  expect(await line({ ...sound, outputs: ['x'] })).toMatch(/its output is of shape|ends in a map/);
});

test('lengths beyond all memory are refused before anything is made of them', async () => {
  const huge = 2 ** 60;
  expect(await line({ ...sound, weights: [{ ...kernel, shape: [huge, 3, 1, 1] }] })).toContain('kernel');
  expect(await line({ ...sound, weights: [{ ...kernel, shape: [2 ** 30, 2 ** 30, 1, 1] }] })).toContain('kernel');
  expect(await line({ ...sound, weights: [{ ...kernel, shape: [-2, -3, 1, 1] }] })).toContain('kernel');
  expect(await line({ ...sound, inputs: { x: [1, 3, huge, huge] } })).toContain('input x');
  expect(await line({ ...sound, inputs: { x: [1, 3, 2 ** 20, 2 ** 20] } })).toContain('input x');
  const filled = [node('ConstantOfShape', 'sizes', 'full'), node('Add', 'map full', 'last')];
  await line(between(filled, [integers('sizes', 2 ** 20, 2 ** 20, 2 ** 20)]));
  const stretched = [node('Expand', 'one sizes', 'full'), node('Add', 'map full', 'last')];
  const one = { name: 'one', shape: [1], values: [1] };
  await line(between(stretched, [one, integers('sizes', 2 ** 20, 2 ** 20, 2 ** 20)]));
  const ranged = [node('Range', 'from to by', 'full'), node('Reshape', 'map full', 'last')];
  await line(between(ranged, [integers('from', 0), integers('to', huge), integers('by', 1)]));
  await line(between([node('Pad', 'map pads', 'last')], [integers('pads', 0, 0, 0, 0, 0, 0, 2 ** 40, 2 ** 40)]));
  const scales = { name: 'scales', shape: [4], values: [1, 1, 1e9, 1e9] };
  await line(between([node('Resize', 'map  scales', 'last', { attributes: { mode: 'nearest' } })], [scales]));
  await line(between([node('MaxPool', 'map', 'last', { attributes: { kernel_shape: [2 ** 40, 2 ** 40] } })]));
});

test('deep and long files', async () => {
  // Groups within groups, a form of nesting that the wire format has and ONNX does not.
  await line(Buffer.alloc(1_000_000, 0x0b));
  const depth = 3000;
  const chain = Array.from({ length: depth }, (_, i) => node('Relu', i === 0 ? 'map' : `r${i - 1}`, `r${i}`));
  const start = performance.now();
  const long = await read(between([...chain, node('Relu', `r${depth - 1}`, 'last')]));
  expect(long.graph).toHaveLength(depth + 4);
  expect(performance.now() - start).toBeLessThan(10_000);
});

test('weights in other files', async () => {
  const values = Float32Array.from([1, 2, 3, -1, -2, -3]);
  writeFileSync(path.join(folder, 'mine.data'), Buffer.concat([Buffer.alloc(8), Buffer.from(values.buffer)]));
  const inFile = (external: Record<string, string>): FileModel => ({
    ...sound,
    weights: [{ name: 'kernel', shape: kernel.shape, external }],
  });
  const network = await read(inFile({ location: 'mine.data', offset: '8', length: '24' }));
  expect(Array.from(network.parameters.values().next().value!.values)).toEqual(Array.from(values));
  expect(network.weightsSha256).not.toBe((await read(sound)).weightsSha256);
  expect(await line(inFile({ location: 'gone.data' }))).toContain('the weights of kernel are in gone.data');
  expect(await line(inFile({ location: '../mine.data' }))).toContain('outside the model');
  expect(await line(inFile({ location: path.join(folder, 'mine.data') }))).toContain('outside the model');
  expect(await line(inFile({ location: 'mine.data', offset: '16', length: '24' }))).toContain('reach beyond');
  expect(await line(inFile({ location: 'mine.data', offset: 'x', length: '24' }))).toContain('offset');
  expect(await line(inFile({ location: 'mine.data', offset: '8', length: '-3' }))).toContain('length');
  expect(await line(inFile({}))).toContain('kernel');
  expect(await line(inFile({ location: '.' }))).toMatch(/outside|not a file/);
  execFileSync('mkfifo', [path.join(folder, 'pipe')]);
  expect(await line(inFile({ location: 'pipe' }))).toContain('not a file');
});

test('files cut off anywhere and with bytes changed are read, or refused in a line', async () => {
  const random = seededRandom(5);
  for (const name of ['gated-13.onnx', 'shuffle-new.onnx', 'attention-17.onnx', 'norms-13.onnx']) {
    const whole = readFileSync(path.join(__dirname, '../../../golden/onnx', name));
    let refused = 0;
    for (let round = 0; round < 120; round++) {
      const bytes = Buffer.from(whole);
      for (let i = 0; i < 3; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const damaged = round % 3 === 0 ? whole.subarray(0, Math.floor(random() * whole.length)) : bytes;
      const error = await read(damaged).then(
        () => null,
        (reason: unknown) => reason as Error,
      );
      if (error === null) continue;
      refused++;
      expect(error, `${name}, ${round}: ${error.stack}`).toBeInstanceOf(WhylightError);
      expect(error.message).toMatch(/^mine\.onnx: [^\n\r]{1,1500}$/);
    }
    expect(refused).toBeGreaterThan(40);
  }
});
