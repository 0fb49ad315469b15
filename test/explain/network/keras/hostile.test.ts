import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WhylightError } from '../../../../src/explain/errors';
import { loadNetwork } from '../../../../src/explain/network/load-network';
import { seededRandom } from '../../../../src/explain/random';
import { passingTensors } from '../../../support/tensors';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-keras-hostile-'));
const card = path.join(folder, 'card.yaml');
let sound: Json;
let binary: Buffer;
beforeAll(async () => {
  const { layers } = tf;
  const input = tf.input({ shape: [12, 14, 3] });
  const first = layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same', activation: 'relu' }).apply(input);
  const second = layers
    .batchNormalization()
    .apply(layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }).apply(first));
  const joined = layers.add().apply([first, second] as tf.SymbolicTensor[]);
  const pooled = layers.globalAveragePooling2d({}).apply(layers.maxPooling2d({ poolSize: 2 }).apply(joined));
  const output = layers.dense({ units: 3, activation: 'softmax' }).apply(pooled) as tf.SymbolicTensor;
  mkdirSync(path.join(folder, 'm'));
  await tf.model({ inputs: input, outputs: output }).save(`file://${path.join(folder, 'm')}`);
  sound = JSON.parse(readFileSync(path.join(folder, 'm/model.json'), 'utf8')) as Json;
  binary = readFileSync(path.join(folder, 'm/weights.bin'));
  writeFileSync(
    card,
    `title: Mine
keras: { file: m/model.json }
preprocessing: { resize: null, crop: [12, 14], mean: [0, 0, 0], std: [1, 1, 1] }
output: softmax
classes: [a, b, c]
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads the model as it now lies there: soundly, or with one line. Returns the line, or null. */
async function outcome(json: Json | string, what = ''): Promise<string | null> {
  writeFileSync(path.join(folder, 'm/model.json'), typeof json === 'string' ? json : JSON.stringify(json));
  try {
    const { parameters } = await loadNetwork(card);
    for (const { shape, values } of parameters.values()) {
      expect(values).toHaveLength(shape.reduce((product, length) => product * length, 1));
    }
    return null;
  } catch (error) {
    expect(error, `${what}\n${(error as Error).stack}`).toBeInstanceOf(WhylightError);
    const { message } = error as WhylightError;
    expect(message).not.toMatch(/[\n\r]/);
    return message;
  }
}

const odd: readonly Json[] = [
  null,
  true,
  -1,
  0,
  1.5,
  1e9,
  1e300,
  '',
  'relu',
  'x',
  [],
  {},
  [[]],
  [null],
  [0, 0, 0],
  { a: null },
];

/** Puts an odd value in some place of a copy. */
function changed(json: Json, random: () => number): { json: Json; what: string } {
  const copy = structuredClone(json);
  const places: { holder: Json[] | { [key: string]: Json }; key: string; trail: string }[] = [];
  const visit = (value: Json, trail: string): void => {
    if (value === null || typeof value !== 'object') return;
    for (const key of Object.keys(value)) {
      places.push({ holder: value, key, trail: `${trail}.${key}` });
      visit((value as Record<string, Json>)[key]!, `${trail}.${key}`);
    }
  };
  visit(copy, '');
  const { holder, key, trail } = places[Math.floor(random() * places.length)]!;
  const value = odd[Math.floor(random() * odd.length)]!;
  if (random() < 0.2) delete (holder as Record<string, Json>)[key];
  else (holder as Record<string, Json>)[key] = value;
  return { json: copy, what: `${trail} = ${JSON.stringify(value)}` };
}

test('a sound model loads', async () => expect(await outcome(sound)).toBeNull());

test('a model with a place changed at random is sound or refused, and leaves no tensor', async () => {
  const random = seededRandom(1);
  const before = passingTensors();
  let refused = 0;
  for (let round = 0; round < 600; round++) {
    const { json, what } = changed(sound, random);
    if ((await outcome(json, what)) !== null) refused++;
  }
  expect(refused).toBeGreaterThan(100);
  expect(passingTensors()).toBe(before);
});

test('weights cut off at any length are refused', async () => {
  try {
    for (let length = 0; length < binary.length; length += 13) {
      writeFileSync(path.join(folder, 'm/weights.bin'), binary.subarray(0, length));
      expect(await outcome(sound), `${length} bytes`).not.toBeNull();
    }
  } finally {
    writeFileSync(path.join(folder, 'm/weights.bin'), binary);
  }
});

test('a text nested a hundred thousand deep, and one cut off', async () => {
  expect(await outcome(`${'['.repeat(1e5)}${']'.repeat(1e5)}`)).not.toBeNull();
  expect(await outcome(JSON.stringify(sound).slice(0, -20))).toMatch(/not a JSON object/);
});
