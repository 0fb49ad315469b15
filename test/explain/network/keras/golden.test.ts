import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openForward } from '../../../../src/explain/network/executors/forward';
import { openGradient } from '../../../../src/explain/network/executors/gradient';
import type { ForeignNetwork } from '../../../../src/explain/network/foreign/foreign-network';
import { readKerasArchive } from '../../../../src/explain/network/keras/keras-archive';
import { readKerasH5 } from '../../../../src/explain/network/keras/keras-h5';
import { readTfjsModel } from '../../../../src/explain/network/tfjs/tfjs-model';
import { drawn, networkOf, relativeDifference } from '../../../support/networks';
import { passingTensors } from '../../../support/tensors';

interface Golden {
  readonly cases: readonly {
    readonly files: readonly string[];
    readonly seed: number;
    readonly scale: number;
    readonly logits: readonly number[];
    readonly answers: readonly number[];
    readonly slope: readonly number[];
  }[];
}

const folder = path.join(__dirname, '../../../golden/keras');
const { cases }: Golden = JSON.parse(readFileSync(path.join(folder, 'golden.json'), 'utf8'));
const each = cases.flatMap(({ files, ...one }) => files.map((file) => ({ file, ...one })));

const read = (file: string): Promise<ForeignNetwork> => {
  const place = path.join(folder, file);
  if (file.endsWith('.h5')) return readKerasH5(place);
  return file.endsWith('.keras') ? readKerasArchive(place) : readTfjsModel(place);
};

function ended({ ending, outputs }: ForeignNetwork, raw: Float32Array): number[] {
  if (ending === 'sigmoid') return Array.from(raw, (value) => 1 / (1 + Math.exp(-value)));
  return Array.from({ length: raw.length / outputs }, (_, i) => raw.subarray(i * outputs, (i + 1) * outputs)).flatMap(
    (scores) => {
      const shares = Array.from(scores, (value) => Math.exp(value - Math.max(...scores)));
      const sum = shares.reduce((a, b) => a + b);
      return shares.map((share) => share / sum);
    },
  );
}

test.each(each)('$file answers as Keras does, and so does its slope', async ({ file, seed, scale, ...golden }) => {
  const foreign = await read(file);
  const { graph, parameters, inputShape, outputs } = foreign;
  const network = networkOf(graph, inputShape, parameters);
  const count = inputShape.reduce((product, length) => product * length, 1);
  const input = drawn(2 * count, seed + 100, scale);
  const before = passingTensors();
  const session = openForward(network);
  const raw = Float32Array.from(session.run(input, 2));
  session.close();
  expect(relativeDifference(raw, golden.logits)).toBeLessThan(5e-6);
  expect(relativeDifference(ended(foreign, raw), golden.answers)).toBeLessThan(5e-6);
  const slopes = openGradient(network);
  const { gradients } = slopes.run(input.subarray(0, count), 1, drawn(outputs, seed + 101, 2, -1));
  slopes.close();
  expect(relativeDifference(gradients, golden.slope)).toBeLessThan(2e-5);
  expect(passingTensors()).toBe(before);
});
