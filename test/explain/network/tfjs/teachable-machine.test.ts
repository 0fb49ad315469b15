import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterAll, expect, test } from 'vitest';
import { readTeachableMachineZip } from '../../../../src/explain/network/tfjs/teachable-machine';
import { readTfjsModel } from '../../../../src/explain/network/tfjs/tfjs-model';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-teachable-'));
afterAll(() => rmSync(folder, { recursive: true }));

const golden = path.join(__dirname, '../../../golden/keras');
const part = (name: string) => new Uint8Array(readFileSync(path.join(golden, name)));
const labels = ['leaf', 'bark', 'two words', 'root', 'seed'];
const metadata = strToU8(JSON.stringify({ packageName: '@teachablemachine/image', labels, imageSize: 14 }));

let count = 0;
function saved(parts: Record<string, Uint8Array>): string {
  const file = path.join(folder, `${count++}.zip`);
  writeFileSync(file, zipSync(parts));
  return file;
}

const javascript = {
  'model.json': part('mobile-graph/model.json'),
  'weights.bin': part('mobile-graph/weights.bin'),
  'metadata.json': metadata,
};
const numbered = strToU8(labels.map((label, i) => `${i} ${label}\n`).join(''));

test('the TensorFlow.js export: model, weights, labels of its metadata, its pixels', async () => {
  const { camNode, ...foreign } = await readTeachableMachineZip(saved(javascript));
  expect(foreign.labels).toEqual(labels);
  expect(foreign.preprocessing).toEqual({
    channels: 'rgb',
    mean: Array(3).fill(127 / 255),
    std: Array(3).fill(127 / 255),
  });
  expect(foreign.format).toMatch(/^Teachable Machine, TensorFlow\.js graph model/);
  expect(foreign.notes.at(-1)).toMatch(/x\/127 − 1/);
  expect(camNode).not.toBeNull();
});

test('the Keras export, in a folder of its own, its labels with their numbers before them', async () => {
  const file = saved({ 'mine/keras_model.h5': part('everyday-2.h5'), 'mine/labels.txt': numbered });
  const foreign = await readTeachableMachineZip(file);
  expect(foreign.labels).toEqual(labels);
  expect(foreign.outputs).toBe(5);
});

test('a model unpacked beside its metadata.json says its pixels too; without it, nothing is said', async () => {
  for (const [name, bytes] of Object.entries(javascript)) writeFileSync(path.join(folder, name), bytes);
  // The golden network rescales its pixels itself: what the graph says goes before what lies beside it.
  const { preprocessing } = await readTfjsModel(path.join(folder, 'model.json'));
  expect(preprocessing).toEqual({ channels: 'rgb', mean: [0, 0, 0], std: Array(3).fill(1 / 255) });
});

test('what is not there, does not fit or is another export is told in one line that names the archive', async () => {
  const { 'weights.bin': _, ...short } = javascript;
  const few = strToU8(JSON.stringify({ labels: ['leaf', 'bark'] }));
  const cases: [Record<string, Uint8Array>, RegExp][] = [
    [{ 'model_unquant.tflite': strToU8('TFL3'), 'labels.txt': numbered }, /TensorFlow Lite .* export it again .*Keras/],
    [{ 'notes.txt': strToU8('a') }, /not Teachable Machine's: it holds notes\.txt/],
    [short, /holds no weights\.bin, which its model\.json names/],
    [{ ...javascript, 'metadata.json': few }, /2 labels for 5 outputs/],
    [{ ...javascript, 'metadata.json': strToU8('{') }, /metadata\.json holds no labels/],
    [{ 'keras_model.h5': part('everyday-2.h5').slice(0, 5000) }, /keras_model\.h5 in .* is damaged or cut off/],
    [{ 'keras_model.h5': strToU8('nothing') }, /keras_model\.h5 in .* is damaged or cut off/],
  ];
  for (const [parts, message] of cases) {
    const file = saved(parts);
    const error = await readTeachableMachineZip(file).then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(message);
    expect(error?.message).toContain(path.basename(file));
    expect(error?.message).not.toContain('\n');
  }
});
