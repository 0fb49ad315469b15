import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-node';
import { afterAll, expect, test } from 'vitest';
import { prepareInput } from '../../../../src/explain/image/prepare';
import { withLook } from '../../../../src/explain/look';
import { cam } from '../../../../src/explain/methods/cam';
import { fillImage } from '../../../../src/explain/methods/occluder-fill';
import { occlusion } from '../../../../src/explain/methods/occlusion';
import { occlusionReference } from '../../../../src/explain/methods/occlusion-reference';
import { forward } from '../../../../src/explain/network/executors/forward';
import { loadNetwork } from '../../../../src/explain/network/load-network';
import { drawn, relativeDifference } from '../../../support/networks';

const folder = mkdtempSync(path.join(os.tmpdir(), 'whylight-keras-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { layers } = tf;
const photo = {
  pixels: Uint8Array.from(drawn(45 * 51 * 3, 3, 255), Math.round),
  height: 45,
  width: 51,
  sha256: '',
  source: 'noise',
};

interface Card {
  readonly crop?: readonly [number, number];
  readonly output?: string;
  readonly classes?: number;
}

/** Random weights (batch norm's variances positive), saved as TensorFlow.js does, and a card beside. */
async function saved(
  name: string,
  model: tf.LayersModel,
  { crop = [45, 51], output = 'softmax', classes = 4 }: Card = {},
) {
  model.setWeights(
    model.getWeights().map((weight, i) => {
      const size = weight.shape.reduce((product, length) => product * length, 1);
      const fanIn = weight.shape.length > 1 ? size / weight.shape.at(-1)! : 1;
      const positive = /moving_variance|gamma/.test(model.weights[i]!.name);
      const values = positive
        ? drawn(size, i + 7, 1, 0.5)
        : drawn(size, i + 7, 2 / Math.sqrt(fanIn), -1 / Math.sqrt(fanIn));
      return tf.tensor(values, weight.shape);
    }),
  );
  const place = path.join(folder, name);
  mkdirSync(place, { recursive: true });
  await model.save(`file://${place}`);
  return { card: writeCard(name, { crop, output, classes }), place };
}

function writeCard(name: string, { crop = [45, 51], output = 'softmax', classes = 4 }: Card, more = ''): string {
  const labels = Array.from({ length: classes }, (_, i) => `c${i}`).join(', ');
  const card = path.join(folder, `${name}.yaml`);
  writeFileSync(
    card,
    `title: ${name}
keras: { file: ${name}/model.json${more} }
preprocessing: { resize: null, crop: [${crop.join(', ')}], mean: [0.5, 0.4, 0.5], std: [0.5, 0.5, 0.25] }
output: ${output}
classes: [${labels}]
`,
  );
  return card;
}

/** Our raw outputs and those of TensorFlow.js itself, both before the softmax or sigmoid. */
async function compare(card: string, model: tf.LayersModel, rescaled: (x: tf.Tensor) => tf.Tensor = (x) => x) {
  const network = await loadNetwork(card);
  const { values, height, width } = prepareInput(photo, network.preprocessing);
  const before = prepareInput(photo, { ...network.preprocessing, mean: [0.5, 0.4, 0.5], std: [0.5, 0.5, 0.25] });
  const wanted = tf.tidy(() => {
    const input = rescaled(tf.tensor(before.values, [1, height, width, 3]));
    const probabilities = model.predict(input) as tf.Tensor;
    return [...probabilities.dataSync()];
  });
  // A saturated answer would hide differences.
  expect(Math.max(...wanted)).toBeLessThan(0.99);
  const raw = forward(network, values);
  if (network.output === 'sigmoid') return { network, got: [1 / (1 + Math.exp(-raw[0]!))], wanted };
  const shares = [...raw].map((value) => Math.exp(value - Math.max(...raw)));
  const sum = shares.reduce((a, b) => a + b);
  return { network, got: shares.map((share) => share / sum), wanted };
}

test('a sequence with every kind of padding, flattened before the head', async () => {
  const model = tf.sequential({
    layers: [
      layers.conv2d({
        inputShape: [45, 51, 3],
        filters: 6,
        kernelSize: [3, 5],
        strides: 2,
        padding: 'same',
        activation: 'relu',
      }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.conv2d({ filters: 5, kernelSize: 3, dilationRate: 2, padding: 'same', useBias: false }),
      layers.batchNormalization({ scale: false }),
      layers.activation({ activation: 'relu' }),
      layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      layers.dropout({ rate: 0.5 }),
      layers.flatten(),
      layers.batchNormalization(),
      layers.dense({ units: 7, activation: 'relu6' }),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
  });
  const { card } = await saved('sequence', model);
  const { network, got, wanted } = await compare(card, model);
  expect(relativeDifference(got, wanted)).toBeLessThan(1e-5);
  expect(network.camNode).toBeNull();
  await expect(cam(network, photo)).rejects.toThrow('no class activation map');
});

test('a functional model with a shortcut, depthwise and separable convolutions, and its class activation map', async () => {
  const input = tf.input({ shape: [null, null, 3] });
  const stem = layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: 'same', name: 'stem' }).apply(input);
  let x = layers
    .zeroPadding2d({
      padding: [
        [0, 1],
        [2, 1],
      ],
    })
    .apply(stem);
  x = layers.depthwiseConv2d({ kernelSize: 3, strides: 2, depthMultiplier: 2, useBias: false }).apply(x);
  x = layers.batchNormalization({ epsilon: 0.01 }).apply(x);
  x = layers.reLU({ maxValue: 6 }).apply(x);
  const left = layers.conv2d({ filters: 8, kernelSize: 1, name: 'left' }).apply(x) as tf.SymbolicTensor;
  const right = layers
    .separableConv2d({ filters: 8, kernelSize: 3, padding: 'same', activation: 'relu' })
    .apply(x) as tf.SymbolicTensor;
  const sum = layers.add().apply([left, right]) as tf.SymbolicTensor;
  const both = layers.concatenate({ name: 'both' }).apply([sum, left]);
  const pooled = layers.globalAveragePooling2d({}).apply(both);
  const model = tf.model({
    inputs: input,
    outputs: layers.dense({ units: 4, activation: 'softmax', name: 'scores' }).apply(pooled) as tf.SymbolicTensor,
  });
  const { card } = await saved('shortcut', model);
  const { network, got, wanted } = await compare(card, model);
  expect(relativeDifference(got, wanted)).toBeLessThan(1e-5);
  expect(network.camNode).toBe('both');
  const map = await cam(network, photo, { target: 'c2' });
  const bias = network.parameters.get('scores.bias')!.values[2]!;
  const { values } = map.coarse!;
  expect(values.reduce((a, b) => a + b) / values.length).toBeCloseTo(map.target.logit - bias, 4);
});

test("Teachable Machine's form: a model in a sequence in a sequence, and a small classifier", async () => {
  const input = tf.input({ shape: [45, 51, 3] });
  let x = layers.conv2d({ filters: 6, kernelSize: 3, strides: 2, useBias: false, name: 'Conv1' }).apply(input);
  x = layers.batchNormalization({ name: 'bn_Conv1' }).apply(x);
  x = layers.reLU({ maxValue: 6, name: 'Conv1_relu' }).apply(x);
  const backbone = tf.model({ inputs: input, outputs: x as tf.SymbolicTensor, name: 'model1' });
  const feature = tf.sequential({ layers: [backbone, layers.globalAveragePooling2d({ name: 'pool' })] });
  const head = tf.sequential({
    layers: [
      layers.dense({ inputShape: [6], units: 10, activation: 'relu' }),
      layers.dense({ units: 4, useBias: false, activation: 'softmax' }),
    ],
  });
  const model = tf.sequential({ layers: [feature, head] });
  const { card } = await saved('teachable', model);
  const { network, got, wanted } = await compare(card, model);
  expect(relativeDifference(got, wanted)).toBeLessThan(1e-5);
  expect(network.graph.map(({ name }) => name)).toContain('Conv1_relu');
});

test("MobileNet's head: a vector as a map of one pixel, convolved", async () => {
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [45, 51, 3], filters: 6, kernelSize: 3, strides: 2 }),
      layers.globalAveragePooling2d({}),
      layers.reshape({ targetShape: [1, 1, 6] }),
      layers.dropout({ rate: 0.1 }),
      layers.conv2d({ filters: 4, kernelSize: 1, name: 'preds' }),
      layers.reshape({ targetShape: [4] }),
      layers.activation({ activation: 'softmax' }),
    ],
  });
  const { card } = await saved('one-pixel', model);
  const { network, got, wanted } = await compare(card, model);
  expect(relativeDifference(got, wanted)).toBeLessThan(1e-5);
  expect(network.camNode).not.toBeNull();
});

test("one sigmoid output; rescaling goes into the preprocessing; quantised weights; the converter's form of the file", async () => {
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [45, 51, 3], filters: 6, kernelSize: 3, activation: 'relu', name: 'conv' }),
      layers.globalMaxPooling2d({}),
      layers.dense({ units: 1, activation: 'sigmoid' }),
    ],
  });
  const { card, place } = await saved('sigmoid', model, { output: 'sigmoid', classes: 2 });
  const plain = await compare(card, model);
  expect(plain.network.output).toBe('sigmoid');
  expect(relativeDifference(plain.got, plain.wanted)).toBeLessThan(1e-5);
  const file = path.join(place, 'model.json');
  const json = JSON.parse(readFileSync(file, 'utf8'));
  const config = json.modelTopology.config;
  config.layers.unshift({ class_name: 'Rescaling', config: { name: 'scale', scale: 0.5, offset: -0.25 } });
  json.modelTopology = { keras_version: '2.9', backend: 'tensorflow', model_config: json.modelTopology };
  writeFileSync(file, JSON.stringify(json));
  const rescaled = await compare(card, model, (x) => tf.add(tf.mul(x, 0.5), -0.25));
  expect(relativeDifference(rescaled.got, rescaled.wanted)).toBeLessThan(1e-5);
  // Kernels as bytes: value = byte · scale + least.
  const bytes: Buffer[] = [];
  const all = readFileSync(path.join(place, 'weights.bin'));
  let at = 0;
  for (const spec of json.weightsManifest[0].weights) {
    const count = spec.shape.reduce((a: number, b: number) => a * b, 1);
    const values = new Float32Array(new Uint8Array(all.subarray(at, at + 4 * count)).buffer);
    at += 4 * count;
    const least = Math.min(...values);
    const scale = (Math.max(...values) - least) / 255 || 1;
    spec.quantization = { dtype: 'uint8', min: least, scale };
    bytes.push(Buffer.from(Array.from(values, (value) => Math.round((value - least) / scale))));
  }
  writeFileSync(path.join(place, 'weights.bin'), Buffer.concat(bytes));
  writeFileSync(file, JSON.stringify(json));
  const quantised = await compare(card, model, (x) => tf.add(tf.mul(x, 0.5), -0.25));
  expect(Math.abs(quantised.got[0]! - quantised.wanted[0]!)).toBeLessThan(0.02);
});

test('a PReLU as Keras makes it has a slope for every place', async () => {
  const model = tf.sequential({
    layers: [
      layers.conv2d({ inputShape: [45, 51, 3], filters: 3, kernelSize: 3, strides: 2 }),
      layers.prelu({}),
      layers.conv2d({ filters: 4, kernelSize: 3, strides: 2 }),
      layers.prelu({ sharedAxes: [1, 2] }),
      layers.globalAveragePooling2d({}),
      layers.dense({ units: 4, activation: 'softmax' }),
    ],
  });
  const { card } = await saved('slopes', model);
  const { network, got, wanted } = await compare(card, model);
  const sizes = network.graph
    .filter(({ operation }) => operation.kind === 'prelu')
    .map(({ name }) => network.parameters.get(`${name}.weight`)!.shape.join('×'));
  expect(sizes).toEqual(['22×25×3', '4']);
  expect(relativeDifference(got, wanted)).toBeLessThan(1e-5);
  const how = { size: [9, 11], stride: [12, 10] } as const;
  const map = await occlusion(network, photo, { ...how, target: 1, fill: 'mean' });
  await withLook(network, photo, (look) => {
    const filling = fillImage(look.input, network.preprocessing, 'mean', 9, 0);
    expect(relativeDifference(map.values, occlusionReference(look, look.target(1), how, filling).values)).toBeLessThan(
      1e-4,
    );
  });
});

test('what is not supported is named', async () => {
  const start = () => layers.conv2d({ inputShape: [45, 51, 3], filters: 3, kernelSize: 3, name: 'start' });
  const ending = () => [layers.globalAveragePooling2d({}), layers.dense({ units: 4 })];
  const cases: [string, tf.layers.Layer[], Card, RegExp][] = [
    [
      'transposed',
      [start(), layers.conv2dTranspose({ filters: 2, kernelSize: 3, name: 'wide' }), ...ending()],
      {},
      /layer wide \(Conv2DTranspose\) is not supported \(supported: .*Conv2D/,
    ],
    [
      'threshold',
      [start(), layers.thresholdedReLU({ theta: 0.5, name: 'step' }), ...ending()],
      {},
      /layer step \(ThresholdedReLU\) is not supported/,
    ],
    [
      'soft',
      [start(), layers.globalAveragePooling2d({}), layers.softmax({ name: 'soft' }), layers.dense({ units: 4 })],
      {},
      /is not supported after the network's softmax/,
    ],
    ['map', [start()], {}, /its output is a map of 43×49×3/],
    ['count', [start(), ...ending()], { classes: 3 }, /has 4 outputs, and its card with 3 classes/],
    ['size', [start(), ...ending()], { crop: [40, 40] }, /the model takes 45×51 px, not 40×40/],
    [
      'end',
      [start(), layers.globalAveragePooling2d({}), layers.dense({ units: 1, activation: 'sigmoid' })],
      {},
      /ends in sigmoid, and its card says softmax/,
    ],
  ];
  for (const [name, list, card, message] of cases) {
    const { card: file } = await saved(name, tf.sequential({ layers: list }), card);
    await expect(loadNetwork(file), name).rejects.toThrow(message);
  }
});

test('damaged and foreign files are refused', async () => {
  const model = tf.sequential({
    layers: [layers.conv2d({ inputShape: [45, 51, 3], filters: 4, kernelSize: 3 }), layers.globalAveragePooling2d({})],
  });
  const { card, place } = await saved('files', model);
  expect((await loadNetwork(card)).camNode).not.toBeNull();
  const file = path.join(place, 'model.json');
  const text = readFileSync(file, 'utf8');
  const broken = async (content: string, message: RegExp) => {
    writeFileSync(file, content);
    await expect(loadNetwork(card)).rejects.toThrow(message);
    writeFileSync(file, text);
  };
  await broken('<html>', /model\.json is not a JSON object/);
  await broken('{}', /no Keras model saved by TensorFlow\.js/);
  await broken(
    text.replace('layers-model', 'graph-model'),
    /is a TensorFlow\.js graph model \(allowed: the layers format\)/,
  );
  await broken(text.replace('weights.bin', '../weights.bin'), /names a weight file outside its folder/);
  await broken(
    text.replace('weights.bin', 'gone.bin'),
    /cannot read gone\.bin, which model\.json names: there is no such file/,
  );
  await broken(text.replace('/kernel"', '/core"'), /the weights hold no kernel of layer/);
  writeCard('files', {}, ", sha256: '00000000'");
  await expect(loadNetwork(card)).rejects.toThrow(/wrong checksum/);
  writeFileSync(path.join(place, 'weights.bin'), Buffer.alloc(8));
  writeCard('files', {});
  await expect(loadNetwork(card)).rejects.toThrow(/the weights of model\.json are damaged/);
});
