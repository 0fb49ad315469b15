import type { NetworkInput, Preprocessing } from '../image/preprocessing';
import { seededRandom } from '../random';

/** What an occluder is filled with. */
export const occlusionFills = ['black', 'zero', 'mean', 'blur', 'noise'] as const;
export type OcclusionFill = (typeof occlusionFills)[number];

/** The whole input as it would look if covered, H×W×channels. */
export function fillImage(
  { values, height, width }: NetworkInput,
  { mean, std }: Preprocessing,
  fill: OcclusionFill,
  size: number,
  seed: number,
): Float32Array {
  const result = new Float32Array(values.length);
  const channels = mean.length;
  switch (fill) {
    case 'zero':
      return result;
    case 'black':
      return result.map((_, i) => -mean[i % channels]! / std[i % channels]!);
    case 'mean': {
      const sums = new Float64Array(channels);
      values.forEach((value, i) => {
        sums[i % channels]! += value;
      });
      return result.map((_, i) => sums[i % channels]! / (height * width));
    }
    case 'noise': {
      const random = seededRandom(seed);
      return result.map((_, i) => (random() - mean[i % channels]!) / std[i % channels]!);
    }
    case 'blur':
      return boxBlur(boxBlur(values, height, width, size, channels), height, width, size, channels);
  }
}

/** Mean over a (2·radius+1)² square, the edge repeated. Separable, by running sums. */
function boxBlur(values: Float32Array, height: number, width: number, radius: number, channels: number): Float32Array {
  const along = (source: Float32Array, lines: number, length: number, lineStep: number, step: number) => {
    const result = new Float32Array(source.length);
    for (let line = 0; line < lines; line++) {
      for (let c = 0; c < channels; c++) {
        const at = (i: number) => source[line * lineStep + Math.min(length - 1, Math.max(0, i)) * step + c]!;
        let sum = 0;
        for (let i = -radius; i <= radius; i++) sum += at(i);
        for (let i = 0; i < length; i++) {
          result[line * lineStep + i * step + c] = sum / (2 * radius + 1);
          sum += at(i + radius + 1) - at(i - radius);
        }
      }
    }
    return result;
  };
  return along(along(values, height, width, width * channels, channels), width, height, channels, width * channels);
}
