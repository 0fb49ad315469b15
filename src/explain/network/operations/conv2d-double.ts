import type { Convolution } from '../kernels/convolution';
import type { DoublePass } from './operation';
import { slide } from './slide';

/** A kernel as taps × input channels × filters, so that the innermost loop runs through memory. */
function byTap({ filters, kernel, groups }: Convolution, weights: Float32Array, channels: number): Float64Array {
  const [taps, own, each] = [kernel[0] * kernel[1], channels / groups, filters / groups];
  const result = new Float64Array(taps * channels * each);
  for (let f = 0; f < filters; f++) {
    for (let c = 0; c < own; c++) {
      for (let tap = 0; tap < taps; tap++) {
        const channel = Math.floor(f / each) * own + c;
        result[(tap * channels + channel) * each + (f % each)] = weights[(f * own + c) * taps + tap]!;
      }
    }
  }
  return result;
}

/** A convolution in double precision, tap by tap. */
export const conv2dDouble: DoublePass<Convolution & { readonly bias: boolean }> = {
  forward: (operation, [x], weight, shape) => {
    const { filters, groups, bias } = operation;
    const channels = x!.shape[2]!;
    const [each, own] = [filters / groups, channels / groups];
    const kernel = byTap(operation, weight('weight'), channels);
    const shift = bias ? weight('bias') : null;
    const result = Float64Array.from({ length: shape[0]! * shape[1]! * filters }, (_, i) => shift?.[i % filters] ?? 0);
    slide(operation, x!.shape, shape, (to, from, tap) => {
      for (let c = 0; c < channels; c++) {
        const value = x!.values[from * channels + c]!;
        const [at, out] = [(tap * channels + c) * each, to * filters + Math.floor(c / own) * each];
        for (let f = 0; f < each; f++) result[out + f]! += value * kernel[at + f]!;
      }
    });
    return result;
  },
  backward: (operation, { inputs: [x], dy, weight }) => {
    const { filters, groups } = operation;
    const channels = x!.shape[2]!;
    const [each, own] = [filters / groups, channels / groups];
    const kernel = byTap(operation, weight('weight'), channels);
    const result = new Float64Array(x!.values.length);
    slide(operation, x!.shape, dy.shape, (to, from, tap) => {
      for (let c = 0; c < channels; c++) {
        const [at, out] = [(tap * channels + c) * each, to * filters + Math.floor(c / own) * each];
        let sum = 0;
        for (let f = 0; f < each; f++) sum += dy.values[out + f]! * kernel[at + f]!;
        result[from * channels + c]! += sum;
      }
    });
    return [result];
  },
};
