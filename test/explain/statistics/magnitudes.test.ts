import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { countReaching, magnitudeAt } from '../../../src/explain/statistics/magnitudes';

const random = seededRandom(3);
const normal = gaussian(random);
const lists: readonly Float32Array[] = [
  Float32Array.from({ length: 5000 }, normal),
  Float32Array.from({ length: 999 }, () => Math.exp(20 * normal())),
  Float32Array.from({ length: 700 }, () => Math.round(3 * normal())),
  Float32Array.from({ length: 300 }, () => 1e-42 * normal()),
  Float32Array.of(-0, 0, -1, 1, Number.POSITIVE_INFINITY, 1e-45),
  Float32Array.of(2),
  new Float32Array(40),
];

describe('magnitudeAt', () => {
  it('is what stands there when all are sorted', () => {
    for (const values of lists) {
      const sorted = values.map(Math.abs).sort();
      for (const share of [0, 0.01, 0.3, 0.5, 0.99, 1]) {
        const rank = Math.floor(share * (values.length - 1));
        expect(magnitudeAt(values, rank)).toBe(sorted[rank]);
      }
    }
  });

  it('has what is no number last, and leaves the values as they are', () => {
    const values = Float32Array.of(Number.NaN, -3, 1);
    expect([0, 1, 2].map((rank) => magnitudeAt(values, rank))).toEqual([1, 3, Number.NaN]);
    expect(values).toEqual(Float32Array.of(Number.NaN, -3, 1));
  });

  it('reads a part of a longer array', () => {
    expect(magnitudeAt(Float32Array.of(9, -2, 1, 8).subarray(1, 3), 1)).toBe(2);
  });
});

describe('countReaching', () => {
  /** By the definition: sorted, and added up from the largest on. */
  function defined(values: Float32Array, sum: number): number {
    const sorted = [...values].filter((value) => value > 0).sort((a, b) => b - a);
    let [reached, count] = [0, 0];
    while (reached < sum && count < sorted.length) reached += sorted[count++]!;
    return count;
  }

  it('counts the largest values that reach a share of all', () => {
    for (const values of lists) {
      const all = values.reduce((sum, value) => sum + Math.max(0, value), 0);
      for (const share of [0, 0.1, 0.5, 0.9, 1, 1.1]) {
        expect(countReaching(values, share * all)).toBe(defined(values, share * all));
      }
    }
  });
});
