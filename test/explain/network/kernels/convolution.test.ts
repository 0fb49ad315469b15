import { expect, test } from 'vitest';
import { tf } from '../../../../src/explain/engine';
import type { Padding } from '../../../../src/explain/network/graph';
import { convolve, convolveBackward } from '../../../../src/explain/network/kernels/convolution';
import { seededRandom } from '../../../../src/explain/random';
import { drawn, relativeDifference } from '../../../support/networks';
import { convolution } from '../../../support/operations';
import { passingTensors } from '../../../support/tensors';

test('the slope at a strided convolution of a picture is the one of the tape, on 60 random convolutions', () => {
  const random = seededRandom(3);
  const draw = (from: number, to: number) => from + Math.floor(random() * (to - from + 1));
  const before = passingTensors();
  for (let seed = 1; seed <= 60; seed++) {
    const stride = draw(2, 4);
    const kernel = [draw(1, 7), draw(1, 7)] as const;
    const padding = [draw(0, kernel[0] - 1), draw(0, 3), draw(0, kernel[1] - 1), draw(0, 3)] as unknown as Padding;
    const dilation = [draw(1, 2), 1] as const;
    const operation = convolution({ filters: draw(1, 5), kernel, stride: [stride, stride], padding, dilation });
    const shape = [draw(1, 3), draw(14, 25), draw(8, 25), draw(1, 4)] as const;
    const [x, weight] = [
      tf.tensor4d(
        drawn(
          shape.reduce((a, b) => a * b),
          seed,
          2,
          -1,
        ),
        [...shape],
      ),
      tf.tensor4d(drawn(kernel[0] * kernel[1] * shape[3] * operation.filters, seed + 100, 2, -1), [
        ...kernel,
        shape[3],
        operation.filters,
      ]),
    ];
    const [got, wanted] = tf.tidy(() => {
      const y = convolve(x, weight, operation);
      const dy = tf.tensor4d(drawn(y.size, seed + 200, 2, -1), y.shape);
      const tape = tf.grad((value: tf.Tensor) => convolve(value as tf.Tensor4D, weight, operation))(x, dy);
      return [convolveBackward(dy, weight, operation, shape).dataSync(), tape.dataSync()];
    });
    expect(relativeDifference(got!, wanted!), `convolution ${seed}`).toBeLessThan(1e-5);
    tf.dispose([x, weight]);
  }
  expect(passingTensors()).toBe(before);
});
