import { describe, expect, it, test, vi } from 'vitest';
import { tf } from '../../../../src/explain/engine';
import { compile } from '../../../../src/explain/network/executors/compiled';
import { convolveForward, convolveHalf, halfWeight } from '../../../../src/explain/network/kernels/convolution';
import { bestWay, wayShare } from '../../../../src/explain/network/kernels/convolution-ways';
import { inHalf, packed, packs } from '../../../../src/explain/network/kernels/half';
import { halfGain } from '../../../../src/explain/network/kernels/half-trial';
import { backend } from '../../../../src/explain/network/kernels/native-backend';
import { drawn } from '../../../support/networks';
import { convolution } from '../../../support/operations';
import { passingTensors } from '../../../support/tensors';

/** To the nearest number of 8 bits, of two as near the even one. */
function rounded(values: Float32Array): Float32Array {
  const bits = new Uint32Array(values.slice().buffer);
  for (let i = 0; i < bits.length; i++) bits[i] = ((bits[i]! + 0x7fff + ((bits[i]! >>> 16) & 1)) >>> 16) << 16;
  return new Float32Array(bits.buffer);
}

describe('a convolution in bfloat16', () => {
  const kinds = [
    { kernel: [3, 3], padding: [1, 1, 1, 1] },
    { kernel: [3, 2], padding: [0, 2, 1, 0], stride: [2, 1] },
    { kernel: [1, 1], stride: [2, 2] },
    { kernel: [3, 3], padding: [2, 2, 2, 2], dilation: [2, 2] },
  ] as const;
  it.each(kinds)('is the one of rounded numbers, its sums rounded once: %o', (kind) => {
    const operation = convolution({ filters: 6, ...kind });
    const x = drawn(2 * 9 * 11 * 10, 3, 2, -1);
    const weight = drawn(kind.kernel[0] * kind.kernel[1] * 10 * 6, 4, 2, -1);
    const before = passingTensors();
    const [got, again, wanted] = tf.tidy(() => {
      const maps = (values: Float32Array) => tf.tensor4d(values, [2, 9, 11, 10]);
      const kernels = (values: Float32Array) => tf.tensor4d(values, [...kind.kernel, 10, 6]);
      const small = halfWeight(kernels(weight), operation);
      const input = maps(x);
      const work = () => convolveHalf(input, small, operation);
      const graph = compile([input, small], () => [work()]);
      const compiled = graph.run([input, small])[0]!.dataSync() as Float32Array;
      graph.close();
      const exact = convolveForward(maps(rounded(x)), kernels(rounded(weight)), operation);
      return [work().dataSync() as Float32Array, compiled, exact.dataSync() as Float32Array] as const;
    });
    expect(passingTensors()).toBe(before);
    expect(got.length).toBe(wanted.length);
    // Half a unit in the last of 8 bits, and what float32 loses before.
    wanted.forEach((value, i) => {
      expect(Math.abs(got[i]! - value)).toBeLessThanOrEqual(Math.abs(value) / 256 + 1e-5);
    });
    expect([...got]).not.toEqual([...wanted]);
    expect([...again]).toEqual([...got]);
  });

  it('deletes what came before an operation that the engine has no kernel for', () => {
    const engine = backend();
    const { binding } = engine;
    const [x, weight] = tf.tidy(() => [
      tf.keep(tf.tensor2d(drawn(24, 1), [4, 6])),
      tf.keep(packed(tf.tensor2d(drawn(24, 1), [4, 6]))),
    ]) as [tf.Tensor, tf.Tensor];
    const executeOp = vi.fn<typeof binding.executeOp>((...asked) => binding.executeOp(...asked));
    const deleteTensor = vi.fn((id: number) => binding.deleteTensor(id));
    engine.binding = Object.create(binding, { executeOp: { value: executeOp }, deleteTensor: { value: deleteTensor } });
    try {
      expect(() => inHalf('NoSuchOperation', {}, x, weight)).toThrow();
    } finally {
      engine.binding = binding;
    }
    const ids = executeOp.mock.results.flatMap(({ type, value }) => (type === 'return' ? [value[0]!.id] : []));
    expect(ids).toHaveLength(3);
    expect(deleteTensor.mock.calls.map(([id]) => id)).toEqual(expect.arrayContaining(ids));
    tf.dispose([x, weight]);
  });

  it('keeps its weights in half of the bytes, those of an even length', () => {
    const kept = tf.tidy(() => packed(tf.tensor2d(drawn(24, 1), [4, 6])).shape);
    expect(kept).toEqual([4, 3]);
    expect([packs([3, 4]), packs([4, 3])]).toEqual([true, false]);
  });
});

test('a trial tells how many times as fast it is, and leaves nothing behind', () => {
  const before = passingTensors();
  const gain = halfGain();
  expect(passingTensors()).toBe(before);
  expect(gain).toBeGreaterThanOrEqual(0);
  expect(gain).toBeLessThan(100);
});

describe('where it is taken', () => {
  const same = (filters: number, more: Parameters<typeof convolution>[0] = {}) =>
    convolution({ filters, kernel: [3, 3], padding: [1, 1, 1, 1], ...more });
  it('is only where it may be, and there where most is multiplied for each number read', () => {
    expect(bestWay(same(64), [30, 56, 56, 64], 729, true)).toBe('bfloat16');
    expect(bestWay(same(64), [30, 56, 56, 64], 729, false)).toBe(null);
    expect(bestWay(same(16, { kernel: [1, 1] }), [30, 55, 55, 16], 729, true)).toBe(null);
    expect(bestWay(same(256, { kernel: [1, 1] }), [30, 55, 55, 64], 729, true)).toBe('bfloat16');
  });
  it('is never of a picture, of an odd number of filters or of groups', () => {
    expect(bestWay(same(64), [30, 224, 224, 3], 729, true)).toBe(null);
    for (const [filters, more] of [
      [63, {}],
      [64, { groups: 2 }],
    ] as const) {
      const share = wayShare(same(filters, more), [30, 56, 56, 64], 729, 'bfloat16');
      expect(share).toBe(Number.POSITIVE_INFINITY);
    }
  });
});
