import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/explain/random';
import { wilsonInterval } from '../../../src/explain/statistics/classification';
import { estimateLeastShare } from '../../../src/explain/statistics/least-share';

describe('estimateLeastShare', () => {
  it('is the share itself with Wilson’s interval where there is one group', () => {
    const { group, estimate } = estimateLeastShare([{ hits: 7, count: 10 }]);
    const [low, high] = wilsonInterval(7, 10);
    expect(group).toBe(0);
    expect(estimate).toMatchObject({ value: 0.7, count: 10 });
    expect(estimate.low).toBeCloseTo(low, 5);
    expect(estimate.high).toBeCloseTo(high, 5);
  });

  it('is the worst group’s, with wider intervals for more groups: z = 2.865 for twelve', () => {
    const groups = Array.from({ length: 12 }, (_, i) => ({ hits: i === 5 ? 150 : 198, count: 200 }));
    const { group, estimate } = estimateLeastShare(groups);
    expect(group).toBe(5);
    // Wilson at z = 2.8652 by hand: 150 of 200.
    const [z, p, n] = [2.865187, 0.75, 200];
    const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
    const ends = [-1, 1].map((sign) => (p + (z * z) / (2 * n) + sign * spread) / (1 + (z * z) / n));
    expect(estimate.low).toBeCloseTo(ends[0]!, 5);
    expect(estimate.high).toBeCloseTo(ends[1]!, 5);
  });

  it('holds the least of several equal shares in at least 95 % of samples, where the worst’s own interval does not', () => {
    const random = seededRandom(7);
    let [within, naive] = [0, 0];
    for (let sample = 0; sample < 400; sample++) {
      const groups = Array.from({ length: 12 }, () => ({
        hits: Array.from({ length: 50 }, () => random() < 0.8).filter(Boolean).length,
        count: 50,
      }));
      const { estimate, group } = estimateLeastShare(groups);
      if (estimate.low <= 0.8 && estimate.high >= 0.8) within++;
      if (wilsonInterval(groups[group]!.hits, 50)[1] >= 0.8) naive++;
    }
    expect(within / 400).toBeGreaterThanOrEqual(0.95);
    expect(naive / 400).toBeLessThan(0.95);
  });

  it('refuses no groups and empty ones', () => {
    expect(() => estimateLeastShare([])).toThrow('no cases');
    expect(() => estimateLeastShare([{ hits: 0, count: 0 }])).toThrow('no cases');
  });
});
