import { describe, expect, it } from 'vitest';
import { tf } from '../../../../src/explain/engine';
import { openForward } from '../../../../src/explain/network/executors/forward';
import type { Padding } from '../../../../src/explain/network/graph';
import { bestWay } from '../../../../src/explain/network/kernels/convolution-ways';
import { convolveWinograd, winogradWeight } from '../../../../src/explain/network/kernels/winograd';
import { winogradShare } from '../../../../src/explain/network/kernels/winograd-plan';
import { drawn, seededNetwork } from '../../../support/networks';
import { convolution } from '../../../support/operations';
import { passingTensors } from '../../../support/tensors';

type Shape = readonly [number, number, number, number];

/** A 3×3 convolution in float64. */
function direct(
  x: Float32Array,
  [batch, height, width, channels]: Shape,
  weight: Float32Array,
  filters: number,
  padding: Padding,
) {
  const [top, bottom, left, right] = padding;
  const [rows, columns] = [height + top + bottom - 2, width + left + right - 2];
  const result = new Float64Array(batch * rows * columns * filters);
  for (let i = 0; i < result.length; i++) {
    const [filter, column] = [i % filters, Math.floor(i / filters) % columns];
    const [row, copy] = [Math.floor(i / (filters * columns)) % rows, Math.floor(i / (filters * columns * rows))];
    for (let tap = 0; tap < 9; tap++) {
      const [y, at] = [row + Math.floor(tap / 3) - top, column + (tap % 3) - left];
      if (y < 0 || y >= height || at < 0 || at >= width) continue;
      for (let c = 0; c < channels; c++) {
        const value = x[((copy * height + y) * width + at) * channels + c]!;
        result[i] = result[i]! + value * weight[(tap * channels + c) * filters + filter]!;
      }
    }
  }
  return result;
}

const cases: { shape: Shape; filters: number; padding: Padding }[] = [
  { shape: [2, 7, 10, 5], filters: 6, padding: [1, 1, 1, 1] },
  { shape: [3, 4, 13, 8], filters: 3, padding: [0, 0, 0, 0] },
  { shape: [1, 3, 3, 16], filters: 2, padding: [2, 0, 1, 3] },
  { shape: [2, 9, 5, 7], filters: 9, padding: [0, 1, 2, 0] },
];

describe('a convolution by tiles', () => {
  it.each(cases)('equals the direct one: $shape, padding $padding', ({ shape, filters, padding }) => {
    const [batch, height, width, channels] = shape;
    const x = drawn(batch * height * width * channels, 3, 2, -1);
    const weight = drawn(9 * channels * filters, 4, 2, -1);
    const wanted = direct(x, shape, weight, filters, padding);
    const before = passingTensors();
    const got = tf.tidy(() => {
      const kernel = winogradWeight(tf.tensor4d(weight, [3, 3, channels, filters]));
      return convolveWinograd(tf.tensor4d(x, [...shape]), kernel, padding).dataSync();
    });
    expect(passingTensors()).toBe(before);
    expect(got.length).toBe(wanted.length);
    const range = Math.max(...wanted) - Math.min(...wanted);
    expect(Math.max(...wanted.map((value, i) => Math.abs(value - got[i]!))) / range).toBeLessThan(2e-6);
  });

  it('loses little more than float32 does, with many channels', () => {
    const shape: Shape = [1, 14, 14, 256];
    const x = drawn(14 * 14 * 256, 5).map((value) => Math.max(0, value - 0.5));
    const weight = drawn(9 * 256 * 8, 6, 0.1, -0.05);
    const wanted = direct(x, shape, weight, 8, [1, 1, 1, 1]);
    const [tiled, engine] = tf.tidy(() => {
      const [input, kernel] = [tf.tensor4d(x, [...shape]), tf.tensor4d(weight, [3, 3, 256, 8])];
      const tiles = convolveWinograd(input, winogradWeight(kernel), [1, 1, 1, 1]);
      return [tiles.dataSync(), tf.conv2d(input, kernel, 1, 'same').dataSync()];
    });
    const error = (got: ArrayLike<number>) =>
      Math.sqrt(wanted.reduce((sum, value, i) => sum + (value - got[i]!) ** 2, 0) / wanted.length);
    expect(error(tiled!)).toBeLessThan(6 * error(engine!));
  });
});

describe('where it is taken', () => {
  const same = (filters: number, more: Parameters<typeof convolution>[0] = {}) =>
    convolution({ filters, kernel: [3, 3], padding: [1, 1, 1, 1], ...more });
  it('is where channels are many and the run is long', () => {
    expect(bestWay(same(512), [30, 7, 7, 512], 729, false)).toBe('winograd');
    expect(bestWay(same(256), [30, 14, 14, 256], 729, false)).toBe('winograd');
    expect(bestWay(same(512), [1, 7, 7, 512], 1, false)).toBe(null);
    expect(bestWay(same(64), [30, 56, 56, 64], 729, false)).toBe(null);
    expect(winogradShare(same(512), [64, 28, 28, 512], 1e9)).toBeGreaterThan(0.25);
  });
  it('is never where it cannot be', () => {
    const shape: Shape = [30, 14, 14, 512];
    for (const more of [{ stride: [2, 2] }, { dilation: [2, 2] }, { groups: 2 }, { kernel: [1, 1] }] as const) {
      expect(winogradShare(same(512, more), shape, 1e9)).toBe(Number.POSITIVE_INFINITY);
    }
  });
  it('answers as a short run does', () => {
    const network = seededNetwork('vgg16', 5, [97, 75, 3], 1);
    const values = drawn(8 * 97 * 75 * 3, 7, 2, -1);
    const [short, long] = [1, 1e9].map((copies) => {
      const session = openForward(network, { copies });
      try {
        return session.run(values, 8);
      } finally {
        session.close();
      }
    });
    const range = Math.max(...short!) - Math.min(...short!);
    expect(Math.max(...short!.map((value, i) => Math.abs(value - long![i]!)))).toBeLessThan(1e-5 * range);
    expect([...short!]).not.toEqual([...long!]);
  });
});
