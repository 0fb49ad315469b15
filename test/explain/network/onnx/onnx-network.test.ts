import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { withLook } from '../../../../src/explain/look';
import { fillImage } from '../../../../src/explain/methods/occluder-fill';
import { occlusion } from '../../../../src/explain/methods/occlusion';
import { occlusionReference } from '../../../../src/explain/methods/occlusion-reference';
import { openForward } from '../../../../src/explain/network/executors/forward';
import { openGradient } from '../../../../src/explain/network/executors/gradient';
import type { ForeignNetwork } from '../../../../src/explain/network/foreign/foreign-network';
import type { Network } from '../../../../src/explain/network/network';
import { readOnnxNetwork } from '../../../../src/explain/network/onnx/onnx-network';
import { relativeDifference } from '../../../support/networks';
import { drawnPhoto } from '../../../support/pictures';
import { passingTensors } from '../../../support/tensors';

const folder = path.join(__dirname, '../../../golden/onnx');
const files = readdirSync(folder).filter((name) => name.endsWith('.onnx'));
const answers: Readonly<Record<string, { readonly outputs: number[]; readonly slope: number[] }>> = JSON.parse(
  readFileSync(path.join(folder, 'answers.json'), 'utf8'),
);

/** The numbers of `photo` in test/golden/onnx_models.py. */
const photo = (count: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898 + 4.1414));

const networkOf = ({ graph, parameters, camNode, inputShape, outputs }: ForeignNetwork): Network => ({
  name: 'file',
  title: 'File',
  architecture: 'onnx',
  graph,
  parameters,
  camNode,
  inputShape,
  preprocessing: {
    resize: null,
    crop: [inputShape[0], inputShape[1]],
    ...(inputShape[2] === 1
      ? { channels: 'grey' as const, mean: [0.5], std: [0.3] }
      : { mean: [0.4, 0.5, 0.5], std: [0.3, 0.2, 0.3] }),
  },
  output: 'softmax',
  classes: Array.from({ length: outputs }, (_, i) => `${i}`),
  weightsSha256: '',
});

/** The activation at the end, and its slope's product with a row of factors. */
function ended(ending: ForeignNetwork['ending'], raw: Float32Array, factors: readonly number[]) {
  if (ending === null) return { outputs: raw, weights: Float32Array.from(factors) };
  const exponents = Array.from(raw, (value) => Math.exp(ending === 'sigmoid' ? -value : value));
  const sum = exponents.reduce((total, value) => total + value, 0);
  const shares = exponents.map((value) => (ending === 'sigmoid' ? 1 / (1 + value) : value / sum));
  const mean = shares.reduce((total, share, i) => total + share * factors[i]!, 0);
  const weights = shares.map((share, i) =>
    ending === 'sigmoid' ? factors[i]! * share * (1 - share) : share * (factors[i]! - mean),
  );
  return { outputs: Float32Array.from(shares), weights: Float32Array.from(weights) };
}

test('answers of every file were stored', () => {
  expect(Object.keys(answers)).toEqual(files.sort());
  expect(files.length).toBeGreaterThan(15);
});

test.each(files)('%s answers as its exporter’s framework does, and so does its slope', async (name) => {
  const foreign = await readOnnxNetwork(path.join(folder, name), {});
  const [height, width, channels] = foreign.inputShape;
  expect([height, width, channels]).toEqual([20, 28, name.includes('grey') ? 1 : 3]);
  const network = networkOf(foreign);
  const input = photo(height * width * channels);
  const before = passingTensors();
  const forward = openForward(network);
  const raw = forward.run(input, 1);
  forward.close();
  const factors = Array.from({ length: foreign.outputs }, (_, i) => i + 1);
  const { outputs, weights } = ended(foreign.ending, raw, factors);
  expect(relativeDifference(outputs, answers[name]!.outputs)).toBeLessThan(2e-6);
  const slopes = openGradient(network);
  const { gradients } = slopes.run(input, 1, weights);
  slopes.close();
  const sampled: number[] = [];
  for (let y = 0; y < height; y += 3) {
    for (let x = 0; x < width; x += 4) {
      for (let c = 0; c < channels; c++) sampled.push(gradients[(y * width + x) * channels + c]!);
    }
  }
  expect(relativeDifference(sampled, answers[name]!.slope)).toBeLessThan(2e-5);
  expect(passingTensors()).toBe(before);
});

test.each(files)('%s: occlusion by windows equals whole passes', async (name) => {
  const network = networkOf(await readOnnxNetwork(path.join(folder, name), {}));
  const how = { size: [5, 6], stride: [7, 5] } as const;
  const picture = drawnPhoto(20, 28, 3);
  const map = await occlusion(network, picture, { ...how, target: 0, fill: 'mean' });
  await withLook(network, picture, (look) => {
    const filling = fillImage(look.input, network.preprocessing, 'mean', 5, 0);
    const whole = occlusionReference(look, look.target(0), how, filling);
    const scores = (values: Float32Array) => values.map((drop) => map.target.logit - drop);
    expect(relativeDifference(scores(map.values), scores(whole.values))).toBeLessThan(1e-5);
  });
});
