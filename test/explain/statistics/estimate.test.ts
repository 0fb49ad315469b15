import { describe, expect, it } from 'vitest';
import { localPeaks } from '../../../src/explain/metrics/peaks';
import { seededRandom } from '../../../src/explain/random';
import { correlation } from '../../../src/explain/statistics/correlation';
import {
  estimateDifference,
  estimateMean,
  estimateMeanShare,
  estimateShare,
} from '../../../src/explain/statistics/estimate';

describe('estimateShare', () => {
  it('gives Wilson’s interval', () => {
    // Newcombe 1998, table I, method 3: 15 of 148.
    const { value, low, high, count } = estimateShare(15, 148);
    expect([value, low, high].map((x) => x.toFixed(4))).toEqual(['0.1014', '0.0624', '0.1605']);
    expect(count).toBe(148);
  });

  it('stays within 0 and 1, and refuses no cases', () => {
    expect(estimateShare(0, 20)).toMatchObject({ value: 0, low: 0 });
    expect(estimateShare(3, 3)).toMatchObject({ value: 1, high: 1 });
    expect(() => estimateShare(0, 0)).toThrow(/no cases/);
  });
});

describe('estimateMean', () => {
  it('is the mean, with an interval of about ±1.96 standard errors, the same for the same seed', () => {
    const random = seededRandom(5);
    const values = Array.from({ length: 400 }, () => random() + random() + random());
    const estimate = estimateMean(values, [0, 3]);
    const mean = values.reduce((sum, value) => sum + value, 0) / 400;
    const error = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 399 / 400);
    expect(estimate.value).toBeCloseTo(mean, 10);
    expect((mean - estimate.low) / error).toBeCloseTo(1.96, 0);
    expect((estimate.high - mean) / error).toBeCloseTo(1.96, 0);
    expect(estimateMean(values, [0, 3])).toEqual(estimate);
    expect(estimateMean(values, [0, 3], 2)).not.toEqual(estimate);
  });

  it('has no width for six equal values, and refuses none', () => {
    const equal = estimateMean(new Array(6).fill(0.5), [0, 1]);
    expect(equal).toEqual({ value: 0.5, low: 0.5, high: 0.5, count: 6 });
    expect(() => estimateMean([], [0, 1])).toThrow(/no values/);
  });

  it('of fewer than six values has Hoeffding’s interval, within the bounds', () => {
    const five = estimateMean([0.5, 0.5, 0.5, 0.5, 0.5], [-1, 1]);
    // 2 √(ln 40 / 10).
    expect(five.low).toBeCloseTo(0.5 - 1.214723, 5);
    expect(five).toMatchObject({ value: 0.5, high: 1, count: 5 });
    expect(estimateMean([0.3], [0, 1])).toEqual({ value: 0.3, low: 0, high: 1, count: 1 });
    expect(estimateMean([0.1, 0.2], [0, 10]).high).toBeCloseTo(0.15 + 10 * Math.sqrt(Math.log(40) / 4), 9);
  });

  it('refuses a value outside the bounds', () => {
    expect(() => estimateMean([0.5, 1.2], [0, 1])).toThrow('a value to average: 1.2 (allowed: 0 to 1)');
    expect(() => estimateMean([Number.NaN], [0, 1])).toThrow('NaN');
  });
});

describe('correlation', () => {
  it('is 1 and −1 for lines, 0 for a constant, and Pearson’s in between', () => {
    expect(correlation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
    expect(correlation([1, 2, 3], [3, 2, 1])).toBeCloseTo(-1, 12);
    expect(correlation([1, 1, 1], [3, 2, 1])).toBe(0);
    expect(correlation([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12);
  });
});

describe('localPeaks', () => {
  const map = (rows: number[][]) => ({
    values: Float32Array.from(rows.flat()),
    width: rows[0]!.length,
    height: rows.length,
  });

  it('finds each maximum, the highest first, and none below the threshold', () => {
    const peaks = localPeaks(
      map([
        [9, 0, 0, 0, 4],
        [0, 0, 0, 0, 0],
        [0, 1, 0, 5, 0],
      ]),
    );
    expect(peaks).toEqual([
      { x: 0, y: 0, value: 9 },
      { x: 3, y: 2, value: 5 },
      { x: 4, y: 0, value: 4 },
    ]);
    expect(
      localPeaks(
        map([
          [9, 0, 0, 0, 4],
          [0, 0, 0, 0, 0],
          [0, 1, 0, 5, 0],
        ]),
        0.1,
      ),
    ).toHaveLength(4);
  });

  it('takes a plateau for one peak at its middle, and no plateau that has a higher neighbour', () => {
    expect(
      localPeaks(
        map([
          [2, 2, 2, 0],
          [0, 0, 0, 0],
        ]),
      ),
    ).toEqual([{ x: 1, y: 0, value: 2 }]);
    expect(localPeaks(map([[2, 2, 2, 3]]))).toEqual([{ x: 3, y: 0, value: 3 }]);
  });

  it('finds none where nothing is positive', () => {
    expect(
      localPeaks(
        map([
          [-1, 0],
          [0, -2],
        ]),
      ),
    ).toEqual([]);
  });
});

describe('estimateMeanShare', () => {
  it('knows that twenty hits of twenty do not prove certainty, and is the mean otherwise', () => {
    expect(estimateMeanShare(new Array(20).fill(1))).toEqual(estimateShare(20, 20));
    expect(estimateMeanShare(new Array(20).fill(0))).toEqual(estimateShare(0, 20));
    expect(estimateMeanShare([0.5, 1, 0.75])).toEqual(estimateMean([0.5, 1, 0.75], [0, 1]));
    expect(estimateMeanShare([1, 1, 1]).low).toBeLessThan(0.5);
    expect(() => estimateMeanShare([])).toThrow(/no values/);
  });
});

describe('estimateDifference', () => {
  it('gives Newcombe’s interval', () => {
    // Newcombe 1998, table II, method 10: 56 of 70 less 48 of 80.
    const { value, low, high, count } = estimateDifference(estimateShare(56, 70), estimateShare(48, 80));
    expect([value, low, high].map((x) => x.toFixed(4))).toEqual(['0.2000', '0.0524', '0.3339']);
    expect(count).toBe(70);
  });
});
