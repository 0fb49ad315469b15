import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { forward } from '../../../../src/explain/network/executors/forward';
import { readKerasH5 } from '../../../../src/explain/network/keras/keras-h5';
import { readTfjsModel } from '../../../../src/explain/network/tfjs/tfjs-model';
import { describeWithMirror, mirrored } from '../../../support/mirror';
import { networkOf, relativeDifference } from '../../../support/networks';

const numbers = (file: string) => {
  const bytes = new Uint8Array(readFileSync(file));
  return new Float32Array(bytes.buffer, 0, bytes.length / 4);
};

const softmax = (scores: Float32Array) => {
  const shares = scores.map((score) => Math.exp(score - Math.max(...scores)));
  return shares.map((share) => share / shares.reduce((a, b) => a + b));
};

/** Folder, file, where its numbers lie, whether they are probabilities, what is said of its pixels. */
const cases = [
  ['tm-leaves', 'model.json', 'model.json', true, 127 / 255],
  ['tm-keras-h5', 'keras_model.h5', 'keras_model.h5', false, 127 / 255],
  ['clothes-tfjs', 'model.json', 'model.json', true, null],
  ['cifar100edge', 'model.json', 'model.onnx', false, null],
] as const;

describeWithMirror('networks that people published', () => {
  test.each(cases)('%s answers as its own framework does', async (folder, file, stem, probabilities, std) => {
    const place = (name: string) => mirrored('models', folder, name);
    const read = file.endsWith('.h5') ? readKerasH5 : readTfjsModel;
    const { graph, parameters, inputShape, preprocessing } = await read(place(file));
    const network = networkOf(graph, inputShape, parameters);
    const input = numbers(place(`${stem}.in.f32`)).subarray(0, inputShape[0] * inputShape[1] * inputShape[2]);
    const raw = forward(network, input);
    const answers = probabilities ? softmax(raw) : raw;
    expect(relativeDifference(answers, numbers(place(`${stem}.out.f32`)).subarray(0, raw.length))).toBeLessThan(1e-5);
    expect(preprocessing?.std?.[0] ?? null).toBe(std);
  });
});
