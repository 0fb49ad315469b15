import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { tf } from '../../../../src/explain/engine';
import { compile } from '../../../../src/explain/network/executors/compiled';
import { gradient, openGradient } from '../../../../src/explain/network/executors/gradient';
import { record } from '../../../../src/explain/network/executors/recording';
import { native } from '../../../../src/explain/network/kernels/native';
import { backend } from '../../../../src/explain/network/kernels/native-backend';
import { drawn, relativeDifference, seededNetwork } from '../../../support/networks';
import { passingTensors } from '../../../support/tensors';

const before = passingTensors();
const folder = mkdtempSync(path.join(tmpdir(), 'compiled-'));
vi.stubEnv('TMPDIR', folder);
afterAll(() => {
  expect(passingTensors()).toBe(before);
  expect(readdirSync(folder)).toEqual([]);
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** The values of a function's results, and those of its compiled form, on inputs that it was not compiled with. */
function both(
  shapes: readonly (readonly [number, number, number, number])[],
  work: (...inputs: tf.Tensor4D[]) => tf.Tensor[],
) {
  const drawnTensors = (seed: number) =>
    shapes.map((shape, i) =>
      tf.tensor4d(
        drawn(
          shape.reduce((a, b) => a * b, 1),
          seed + i,
          4,
          -2,
        ),
        [...shape],
      ),
    );
  const values = (tensors: tf.Tensor[]) => tensors.map((tensor) => [tensor.shape, Array.from(tensor.dataSync())]);
  let found: { eager: unknown[]; compiled: unknown[] };
  tf.tidy(() => {
    const first = drawnTensors(1);
    const compiled = compile(first, () => work(...first));
    try {
      const second = drawnTensors(50);
      found = { eager: values(work(...second)), compiled: values(compiled.run(second)) };
      expect(values(compiled.run(second))).toEqual(found.compiled);
    } finally {
      compiled.close();
    }
  });
  return found!;
}

test('several results, constants of its own, results that are inputs or the same twice', () => {
  const { eager, compiled } = both(
    [
      [1, 5, 6, 2],
      [1, 5, 6, 2],
    ],
    (a, b) => {
      const sum = tf.add(a, tf.mul(b, tf.tensor1d([2, -3])));
      const [left, right] = tf.split(tf.relu(sum), 2, 3);
      return [sum, b, right!, sum, tf.pad(left!, [[0, 0], [1, 2], [0, 1], [0, 0]], -1), tf.argMax(a, 3)]; // biome-ignore format: one line
    },
  );
  expect(compiled).toEqual(eager);
});

test('attributes of every kind: lists, text, flags, numbers', () => {
  const { eager, compiled } = both(
    [
      [2, 7, 5, 3],
      [3, 3, 3, 4],
    ],
    (x, weight) => {
      const how = {
        strides: [1, 2, 1, 1],
        padding: 'EXPLICIT',
        explicit_paddings: [0, 0, 1, 1, 0, 2, 0, 0],
        data_format: 'NHWC',
        dilations: [1, 1, 1, 1],
        use_cudnn_on_gpu: false,
      };
      const y = native('Conv2D', how, [x, weight]);
      return [tf.leakyRelu(y, 0.25), tf.mean(y, [1, 2], true), tf.cast(tf.greater(y, 0), 'float32')];
    },
  );
  for (const [i, [shape, values]] of (compiled as [number[], number[]][]).entries()) {
    const [expected, numbers] = eager[i] as [number[], number[]];
    expect(shape).toEqual(expected);
    for (const [k, value] of values.entries()) expect(value).toBeCloseTo(numbers[k]!, 4);
  }
});

test('a value is read although TensorFlow joins what comes before and after it', () => {
  const { eager, compiled } = both(
    [
      [1, 9, 8, 3],
      [3, 3, 3, 4],
      [1, 1, 1, 4],
    ],
    (x, weight, bias) => {
      const convolved = tf.conv2d(x, weight, 1, 'same');
      const y = native<tf.Tensor>('BiasAdd', { data_format: 'NHWC' }, [convolved, tf.reshape(bias, [4])]);
      return [y, tf.mul(y, tf.sigmoid(y))];
    },
  );
  const numbers = (all: unknown[]) => (all as [number[], number[]][]).flatMap(([, values]) => values);
  expect(relativeDifference(numbers(compiled), numbers(eager))).toBeLessThan(1e-6);
});

test('reading a value, and a tensor from elsewhere, are refused, and calls are no longer watched after that', () => {
  const { binding } = backend();
  tf.tidy(() => {
    const x = tf.tensor1d([1, 2]);
    const other = tf.add(tf.tensor1d([3, 4]), 1);
    expect(() => compile([x], () => [tf.mul(x, tf.add(x, 1).dataSync()[0]!)])).toThrow(
      'a tensor is read while operations are recorded',
    );
    expect(() => compile([x], () => [tf.add(x, other)])).toThrow('reads a tensor that is no input of the recording');
    expect(() => record([], () => tf.matMul(tf.zeros([2, 3]), tf.zeros([4, 5])))).toThrow('Matrix size-incompatible');
  });
  expect(backend().binding).toBe(binding);
});

const how = (padding: string, explicit: number[], strides: number[], dilations = [1, 1]) => ({
  strides: [1, ...strides, 1],
  padding,
  explicit_paddings: explicit.length === 0 ? [] : [0, 0, ...explicit, 0, 0],
  data_format: 'NHWC',
  dilations: [1, ...dilations, 1],
  use_cudnn_on_gpu: false,
});

test.each([
  ['valid', how('VALID', [], [1, 2])],
  ['same', how('SAME', [], [3, 2])],
  ['explicit', how('EXPLICIT', [0, 2, 3, 1], [2, 3])],
])('a recorded convolution is not computed, and has the shape that it has: %s', (_, attributes) => {
  tf.tidy(() => {
    const x = tf.tensor4d(drawn(2 * 11 * 13 * 3, 1), [2, 11, 13, 3]);
    const weight = tf.tensor4d(drawn(4 * 3 * 3 * 5, 2), [4, 3, 3, 5]);
    const size = tf.tensor1d(x.shape, 'int32');
    const forward = (input: tf.Tensor) => native<tf.Tensor4D>('Conv2D', attributes, [input, weight]);
    const backward = (dy: tf.Tensor) => native<tf.Tensor4D>('Conv2DBackpropInput', attributes, [size, weight, dy]);
    const y = forward(x);
    const slope = backward(y);
    const given = [x, weight].map(({ shape }, i) => ({ id: backend().getInputTensorIds([x, weight])[i]!, shape }));
    const { result, recording } = record(given, () => {
      const again = forward(x);
      const own = tf.tensor1d(x.shape, 'int32');
      return [again, native<tf.Tensor4D>('Conv2DBackpropInput', attributes, [own, weight, again])];
    });
    expect(recording.operations.map(({ name }) => name)).toEqual(['Conv2D', 'Conv2DBackpropInput']);
    expect(result.map(({ shape }) => shape)).toEqual([y.shape, slope.shape]);
    for (const zeros of result) expect(zeros.dataSync().every((value) => value === 0)).toBe(true);
    const compiled = compile([x, weight], () => {
      const again = forward(x);
      const own = tf.tensor1d(x.shape, 'int32');
      return [again, native<tf.Tensor4D>('Conv2DBackpropInput', attributes, [own, weight, again])];
    });
    const [found, back] = compiled.run([x, weight]);
    expect(relativeDifference(found!.dataSync(), y.dataSync())).toBeLessThan(1e-5);
    expect(relativeDifference(back!.dataSync(), slope.dataSync())).toBeLessThan(1e-5);
    compiled.close();
  });
});

test('so has a dilated one, of which TensorFlow has no backward pass', () => {
  tf.tidy(() => {
    const attributes = how('EXPLICIT', [2, 1, 0, 0], [1, 1], [2, 3]);
    const [x, weight] = [tf.ones([1, 11, 13, 2]), tf.ones([4, 3, 2, 5])];
    const given = [x, weight].map((one) => ({ id: backend().getInputTensorIds([one])[0]!, shape: one.shape }));
    const forward = () => native<tf.Tensor4D>('Conv2D', attributes, [x, weight]);
    const { result } = record(given, forward);
    expect([result.shape, result.dataSync()[0]]).toEqual([forward().shape, 0]);
    const size = () => tf.tensor1d(x.shape, 'int32');
    const backward = () => native('Conv2DBackpropInput', attributes, [size(), weight, result]);
    expect(() => record(given, backward)).toThrow('dilation rates');
  });
});

test('so has a recorded product of matrices, turned or stacked', () => {
  tf.tidy(() => {
    const [a, b] = [tf.ones<tf.Rank.R3>([2, 3, 4]), tf.ones<tf.Rank.R3>([2, 5, 3])];
    const one = tf.ones<tf.Rank.R3>([1, 5, 3]);
    const given = [a, b, one].map((x) => ({ id: backend().getInputTensorIds([x])[0]!, shape: x.shape }));
    const product = (right: tf.Tensor) => tf.matMul(a, right, true, true);
    const { result } = record(given, () => [product(b), product(one)]);
    expect(result.map(({ shape }) => shape)).toEqual([product(b).shape, product(one).shape]);
    // Where one stack is repeated for the other, TensorFlow is asked.
    expect(result.map((x) => Number(x.dataSync()[0]))).toEqual([0, 3]);
  });
});

test('networks that share a graph share its passes, whatever the order of their parameters', () => {
  const network = seededNetwork('resnet18', 3, [32, 32, 3], 1);
  const other = seededNetwork('resnet18', 3, [32, 32, 3], 2);
  const turned = { ...other, graph: network.graph, parameters: new Map([...other.parameters].reverse()) };
  const input = drawn(32 * 32 * 3, 8);
  const weights = Float32Array.of(1, 0, -1);
  gradient(network, input, weights);
  const loaded = tf.node.getNumOfSavedModels();
  const shared = gradient(turned, input, weights).gradient.values;
  expect(tf.node.getNumOfSavedModels()).toBe(loaded);
  expect(shared).toEqual(gradient(other, input, weights).gradient.values);
});

test('the last sixteen places of gradients stay compiled', () => {
  const network = seededNetwork('resnet18', 3, [32, 32, 3], 1);
  const session = openGradient(network);
  const all = Array.from({ length: 18 }, (_, i) => {
    const values = drawn((i + 1) * 32 * 32 * 3, 7);
    return session.run(values, i + 1, Float32Array.of(1, 0, 0)).gradients.slice(0, 32 * 32 * 3);
  });
  // Two passes each; what was compiled before is closed.
  expect(tf.node.getNumOfSavedModels()).toBe(32);
  // Batch 1 was forgotten, and is compiled anew.
  expect(session.run(drawn(32 * 32 * 3, 7), 1, Float32Array.of(1, 0, 0)).gradients).toEqual(all[0]);
  session.close();
});
