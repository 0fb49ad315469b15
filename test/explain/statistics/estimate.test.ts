import { describe, expect, it } from 'vitest';
import { localPeaks } from '../../../src/explain/measures/peaks';
import { correlation } from '../../../src/explain/statistics/correlation';
import {
  estimateDifference,
  estimateMean,
  estimateMeanDifference,
  estimatePairedDifference,
  estimateShare,
  studentQuantile,
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
  it('is the mean with Student’s interval, cut at the bounds', () => {
    // By hand: variance 102 / 7, t of seven degrees of freedom 2.3646.
    const { value, low, high, count } = estimateMean([0, 1, 2, 4, 6, 8, 9, 10], [0, 10]);
    expect([value, count]).toEqual([5, 8]);
    expect(low).toBeCloseTo(5 - 2.3646 * Math.sqrt(102 / 7 / 8), 3);
    expect(high - value).toBeCloseTo(value - low, 10);
    expect(estimateMean([0, 0, 0, 0, 0, 0.9], [0, 1]).low).toBe(0);
  });

  it('takes its quantiles from Student’s distribution', () => {
    for (const [freedom, quantile] of [
      [5, 2.5706],
      [9, 2.2622],
      [29, 2.0452],
      [99, 1.9842],
    ] as const) {
      expect(Math.abs(studentQuantile(freedom) - quantile)).toBeLessThan(0.003);
    }
  });

  it('of equal values says how many others there may be, and refuses none', () => {
    const equal = estimateMean(new Array(20).fill(0.5), [0, 1]);
    // 1 − 0.05^(1/20) = 0.1391 of the population may lie at either bound.
    expect(equal).toMatchObject({ value: 0.5, count: 20 });
    expect([equal.low, equal.high].map((x) => x.toFixed(4))).toEqual(['0.4304', '0.5696']);
    expect(estimateMean(new Array(20).fill(1), [0, 1])).toMatchObject({ value: 1, high: 1 });
    expect(estimateMean(new Array(20).fill(1), [0, 1]).low).toBeCloseTo(0.8609, 4);
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

describe('estimateDifference', () => {
  it('gives Newcombe’s interval', () => {
    // Newcombe 1998, table II, method 10: 56 of 70 less 48 of 80.
    const { value, low, high, count } = estimateDifference(estimateShare(56, 70), estimateShare(48, 80));
    expect([value, low, high].map((x) => x.toFixed(4))).toEqual(['0.2000', '0.0524', '0.3339']);
    expect(count).toBe(150);
  });
});

describe('estimateMeanDifference', () => {
  const shares = [0.2, 0.3, 0.25, 0.2, 0.4, 0.15, 0.2, 0.3];

  it('is the mean of the differences, with their own spread', () => {
    const other = [0.1, 0.4, 0.2, 0.3, 0.6, 0, 0.1, 0.5];
    expect(estimateMeanDifference(other, shares)).toEqual(
      estimateMean(
        other.map((one, i) => one - shares[i]!),
        [-1, 1],
      ),
    );
    const ones = shares.map(() => 1);
    const none = shares.map(() => 0);
    expect(estimateMeanDifference(ones, none)).toEqual(estimateMean(ones, [-1, 1]));
    expect(estimateMeanDifference([1, 1], [0.2, 0.4])).toEqual(estimateMean([0.8, 0.6], [-1, 1]));
    expect(() => estimateMeanDifference([1], [])).toThrow('1 values cannot be paired with 0');
  });

  it('does not take for known what was the same in every case', () => {
    const [one, other] = [estimateMean(new Array(8).fill(1), [0, 1]), estimateMean(shares, [0, 1])];
    const { value, low, high, count } = estimateMeanDifference(new Array(8).fill(1), shares);
    expect([value, count]).toEqual([0.75, 8]);
    // 1 − 0.05^(1/8) of others may be 0.
    expect(low).toBeCloseTo(0.75 - Math.hypot(1 - 0.05 ** (1 / 8) - 0, other.high - 0.25), 12);
    expect(high).toBeCloseTo(0.75 + (0.25 - other.low), 12);
    expect(one.low).toBeLessThan(0.7);
    const turned = estimateMeanDifference(shares, new Array(8).fill(1));
    expect([turned.low, turned.high]).toEqual([-high, -low]);
  });
});

describe('estimatePairedDifference', () => {
  const answers = (both: number, first: number, second: number, neither: number) => {
    const rows = [
      ...new Array(both).fill([true, true]),
      ...new Array(first).fill([true, false]),
      ...new Array(second).fill([false, true]),
      ...new Array(neither).fill([false, false]),
    ] as [boolean, boolean][];
    return [rows.map(([a]) => a), rows.map(([, b]) => b)] as const;
  };

  it('is narrower than the unpaired one where the answers go together', () => {
    const paired = estimatePairedDifference(...answers(50, 12, 2, 36));
    expect(paired).toMatchObject({ count: 100 });
    expect(paired.value).toBeCloseTo(0.1, 12);
    const unpaired = estimateDifference(estimateShare(62, 100), estimateShare(52, 100));
    expect(paired.high - paired.low).toBeLessThan(0.7 * (unpaired.high - unpaired.low));
    expect(paired.low).toBeGreaterThan(0);
    expect(unpaired.low).toBeLessThan(0);
  });

  it('is the unpaired one where they do not, and has a width where nothing differs', () => {
    const chance = estimatePairedDifference(...answers(25, 25, 25, 25));
    const apart = estimateDifference(estimateShare(50, 100), estimateShare(50, 100));
    expect(chance).toEqual({ ...apart, count: 100 });
    const { value, low, high } = estimatePairedDifference(...answers(200, 0, 0, 0));
    expect(value).toBe(0);
    expect(high).toBeCloseTo(1 - estimateShare(200, 200).low, 12);
    expect(low).toBeCloseTo(-high, 12);
    expect(() => estimatePairedDifference([true], [])).toThrow('1 answers cannot be paired with 0');
  });
});
