import { describe, expect, test } from 'vitest';
import { histogramEntropy } from '../../../../src/explain/measures/efficient-randomisation';
import { hog } from '../../../../src/explain/measures/similarity/hog';
import { similarityTo } from '../../../../src/explain/measures/similarity/map-similarity';
import { ssim } from '../../../../src/explain/measures/similarity/ssim';
import { seededRandom } from '../../../../src/explain/random';
import { rankCorrelation } from '../../../../src/explain/statistics/rank-correlation';
import golden from '../../../golden/measures_stability.json';
import { drawn } from '../../../support/networks';

/** The pictures of `picture` in test/golden/measures_stability.py. */
function picture(kind: string, height: number, width: number, seed: number): Float64Array {
  const random = seededRandom(seed);
  return Float64Array.from({ length: height * width }, (_, i) => {
    const value = random();
    const [y, x] = [Math.floor(i / width), i % width];
    if (kind === 'steps') return Math.floor(4 * value) / 4;
    if (kind === 'ramp') return value * 0.1 + x / width + y / height;
    if (kind === 'flat') return x < Math.floor(width / 2) ? 0 : value;
    return value;
  });
}

describe.each(golden.similarity)('of $kinds, $height×$width', ({ kinds, height, width, seed, ...wanted }) => {
  const a = picture(kinds[0]!, height, width, seed);
  const b = picture(kinds[1]!, height, width, seed + 1);

  test('structural similarity is scikit-image’s', () => {
    expect(ssim(a, b, { height, width, range: 2 })).toBeCloseTo(wanted.ssim, 10);
  });

  test('rank correlation is SciPy’s', () => {
    expect(rankCorrelation(a, b)).toBeCloseTo(wanted.spearman, 12);
  });

  test('oriented gradients are scikit-image’s', () => {
    if (wanted.hog === null) {
      expect(() => hog(a, height, width)).toThrow(`oriented gradients of ${height}×${width} px (allowed: from 24 px`);
      return;
    }
    const own = hog(a, height, width);
    expect(own).toHaveLength(wanted.hog.length);
    const most = own.reduce((worst, value, i) => Math.max(worst, Math.abs(value - wanted.hog![i]!)), 0);
    // scikit-image adds a cell's gradients up in float32.
    expect(most).toBeLessThan(1e-7);
  });

  test('entropy of the histogram is Quantus’s', () => {
    // Of float32 numbers: one at the edge of a bin may be in the next.
    expect(Math.abs(histogramEntropy(Float32Array.from(a), 100) - wanted.entropy)).toBeLessThan(2e-3);
  });
});

const size = { height: 26, width: 31 };
const noise = drawn(26 * 31, 1, 2, -1);

test('a map is wholly like itself, and like itself times a number', () => {
  for (const absolute of [true, false]) {
    const alike = similarityTo(noise, { ...size, absolute })(noise.map((value) => 3 * value));
    expect(Object.keys(alike)).toEqual(['spearman', 'ssim', 'hog']);
    for (const value of Object.values(alike)) expect(value).toBeCloseTo(1, 6);
  }
});

test('with the other sign a map is the opposite by rank, and the same by its absolute values', () => {
  const other = noise.map((value) => -value);
  expect(similarityTo(noise, { ...size, absolute: false })(other).spearman).toBeCloseTo(-1, 12);
  expect(similarityTo(noise, { ...size, absolute: true })(other).spearman).toBeCloseTo(1, 12);
});

test('an even map is like nothing by rank and edges, and small maps have fewer similarities', () => {
  const even = new Float32Array(26 * 31).fill(2);
  const { spearman, hog: edges } = similarityTo(noise, { ...size, absolute: true })(even);
  expect([spearman, edges]).toEqual([0, 0]);
  const part = (count: number) => noise.slice(0, count);
  const of = (height: number, width: number) => {
    const options = { height, width, absolute: true };
    return Object.keys(similarityTo(part(height * width), options)(part(height * width)));
  };
  expect(of(23, 31)).toEqual(['spearman', 'ssim']);
  expect(of(10, 31)).toEqual(['spearman']);
  expect(() => ssim(noise, noise, { height: 10, width: 31, range: 1 })).toThrow('structural similarity of 10×31 px');
});

test('an even histogram has the most entropy there is, and one of two values ln 2', () => {
  expect(
    histogramEntropy(
      Float32Array.from({ length: 500 }, (_, i) => i),
      50,
    ),
  ).toBeCloseTo(Math.log(50), 12);
  expect(histogramEntropy(Float32Array.of(0, 1, 1, 0), 100)).toBeCloseTo(Math.LN2, 12);
  expect(histogramEntropy(new Float32Array(9), 100)).toBe(0);
});
