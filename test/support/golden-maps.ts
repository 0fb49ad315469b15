import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import { expect } from 'vitest';

/** A map of which a golden file holds a few values. */
export interface Sampled {
  readonly step: number;
  readonly samples: readonly number[];
  readonly lowest: number;
  readonly highest: number;
  readonly sum: number;
}

/** The cases of a file in test/golden. */
export function goldenCases<T>(name: string): readonly T[] {
  return JSON.parse(readFileSync(path.join(__dirname, '../golden', name), 'utf8')).networks;
}

/** The numbers behind `packed` of test/golden/methods.py. */
export function unpacked(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(inflateSync(Buffer.from(text, 'base64'))).buffer);
}

/** Largest difference, as a share of the expected map's range; NaN for a NaN. */
export function shareOfRange(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(got).toHaveLength(expected.length);
  const differences = Array.from(expected, (value, i) => Math.abs(value - got[i]!));
  const all = Array.from(expected);
  return Math.max(...differences) / (Math.max(...all) - Math.min(...all));
}

/** Largest difference of the samples, and that of the means, as shares of the expected map's range (as they are for a flat one). */
export function sampledShares(got: Float32Array, { samples, step, lowest, highest, sum }: Sampled) {
  const range = highest - lowest || 1;
  const total = got.reduce((all, value) => all + value, 0);
  return {
    worst: Math.max(...samples.map((sample, i) => Math.abs(sample - got[i * step]!))) / range,
    mean: Math.abs(total - sum) / (range * got.length),
  };
}
