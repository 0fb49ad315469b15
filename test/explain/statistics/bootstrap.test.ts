import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { bootstrapEstimate } from '../../../src/explain/statistics/bootstrap';
import { correlation } from '../../../src/explain/statistics/correlation';
import { normalCumulative, normalQuantile } from '../../../src/explain/statistics/normal';
import golden from '../../golden/bootstrap.json';

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

const column = (cases: readonly (readonly number[])[], i: number) => cases.map((one) => one[i]!);
const statistics: Readonly<Record<string, (cases: readonly (readonly number[])[]) => number>> = {
  mean: (cases) => mean(column(cases, 0)),
  variance: (cases) => {
    const values = column(cases, 0);
    const middle = mean(values);
    return mean(values.map((one) => (one - middle) ** 2));
  },
  ratio: (cases) => mean(column(cases, 0)) / mean(column(cases, 1)),
  correlation: (cases) => correlation(column(cases, 0), column(cases, 1)),
};

describe('bootstrapEstimate', () => {
  it.each(golden.intervals)('gives the BCa interval of SciPy for $name', (one) => {
    const { resamples, seed } = one;
    const { value, low, high } = bootstrapEstimate(one.cases, statistics[one.statistic]!, { resamples, seed });
    expect(value).toBeCloseTo(one.value, 12);
    // SciPy interpolates between two resamples where this takes one of them.
    expect(Math.abs(low - one.low)).toBeLessThanOrEqual(one.gap[0]! + 1e-12);
    expect(Math.abs(high - one.high)).toBeLessThanOrEqual(one.gap[1]! + 1e-12);
  });

  it('covers a mean of skewed cases, and their ratio', () => {
    let [means, ratios] = [0, 0];
    const random = seededRandom(3);
    const normal = gaussian(seededRandom(4));
    for (let set = 0; set < 300; set++) {
      const cases = Array.from({ length: 60 }, () => -Math.log(1 - random()));
      const one = bootstrapEstimate(cases, mean, { resamples: 600, seed: set });
      means += Number(one.low <= 1 && one.high >= 1);
      const pairs = Array.from({ length: 60 }, () => ({ a: 2 + normal(), b: 6 + normal() }));
      const share = (list: readonly { a: number; b: number }[]) =>
        mean(list.map(({ a }) => a)) / (mean(list.map(({ a }) => a)) + mean(list.map(({ b }) => b)));
      const other = bootstrapEstimate(pairs, share, { resamples: 600, seed: set });
      ratios += Number(other.low <= 0.25 && other.high >= 0.25);
    }
    // Four standard errors of 300 sets.
    for (const hits of [means, ratios]) expect(Math.abs(hits / 300 - 0.95)).toBeLessThan(0.05);
  });

  it('is the same for the same seed, and a point where cases are equal', () => {
    const cases = [1, 2, 5, 3, 4, 9];
    expect(bootstrapEstimate(cases, mean)).toEqual(bootstrapEstimate(cases, mean));
    expect(bootstrapEstimate([2, 2, 2], mean)).toEqual({ value: 2, low: 2, high: 2, count: 3 });
    expect(() => bootstrapEstimate([1], mean)).toThrow('a bootstrap of 1 cases (allowed: from 2)');
  });
});

describe('the normal distribution', () => {
  it.each(golden.normal)('has the share below $z of SciPy', ({ z, share }) => {
    expect(Math.abs(normalCumulative(z) - share)).toBeLessThan(1e-7);
    expect(Math.abs(normalQuantile(share) - z)).toBeLessThan(1e-3);
  });

  it('has the quantiles of the tables', () => {
    expect(normalCumulative(1.959964)).toBeCloseTo(0.975, 6);
    expect(normalCumulative(-1)).toBeCloseTo(0.158655, 6);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959964, 5);
    expect(normalQuantile(0.9875)).toBeCloseTo(2.241403, 5);
  });
});
