import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/explain/random';
import {
  type Estimate,
  estimateDifference,
  estimateMean,
  estimateMeanDifference,
  estimatePairedDifference,
  estimateShare,
} from '../../../src/explain/statistics/estimate';

/** Share of 2,000 seeded samples whose interval holds the truth. */
function coverage(truth: number, sample: (random: () => number) => Estimate): number {
  const random = seededRandom(11);
  const holding = Array.from({ length: 2000 }, () => sample(random)).filter(
    ({ low, high }) => low <= truth + 1e-9 && high >= truth - 1e-9,
  );
  return holding.length / 2000;
}

const list = (count: number, draw: () => number) => Array.from({ length: count }, draw);

describe('95 % intervals hold the truth in about 95 % of the samples', () => {
  it.each([2, 6, 8, 20, 100])('means of %i even values', (count) => {
    expect(coverage(0.5, (random) => estimateMean(list(count, random), [0, 1]))).toBeGreaterThan(0.925);
  });

  it.each([6, 20, 100])('means over %i scenes of two cases that go together', (count) => {
    // The second map hits where the first one did in 95 of 100 scenes, and else in 40.
    const truth = (0.8 + (0.8 * 0.95 + 0.2 * 0.4)) / 2;
    const scene = (random: () => number) => {
      const first = random() < 0.8;
      return (Number(first) + Number(random() < (first ? 0.95 : 0.4))) / 2;
    };
    expect(
      coverage(truth, (random) =>
        estimateMean(
          list(count, () => scene(random)),
          [0, 1],
        ),
      ),
    ).toBeGreaterThan(0.92);
    if (count < 100) return;
    // Taken for independent, 200 cases claim more than they know.
    const naive = coverage(truth, (random) => {
      const hits = list(count, () => 2 * scene(random)).reduce((sum, hit) => sum + hit, 0);
      return estimateShare(hits, 2 * count);
    });
    expect(naive).toBeLessThan(0.9);
  });

  it.each([6, 20, 50])('differences of %i scenes, of which one part is nearly always the same', (count) => {
    const draw = (random: () => number) =>
      [list(count, () => Number(random() < 0.98)), list(count, () => 0.2 + 0.1 * random())] as const;
    expect(coverage(0.73, (random) => estimateMeanDifference(...draw(random)))).toBeGreaterThan(0.95);
    // By the spread of the differences alone it misses wherever that part was the same all along.
    const bySpread = (random: () => number) => {
      const [often, share] = draw(random);
      return estimateMean(
        often.map((one, i) => one - share[i]!),
        [-1, 1],
      );
    };
    expect(coverage(0.73, bySpread)).toBeLessThan(0.85);
  });

  it.each([6, 20, 50])('means of %i values nearly all of which are alike', (count) => {
    expect(
      coverage(0.98, (random) =>
        estimateMean(
          list(count, () => Number(random() < 0.98)),
          [0, 1],
        ),
      ),
    ).toBeGreaterThan(0.95);
  });

  it.each([
    [20, 0.95, 0.9, 0.5],
    [120, 0.95, 0.9, 0.5],
    [200, 1, 1, 1],
    [200, 0.97, 0.02, 0.02],
    [50, 0.6, 0.8, 0.1],
  ])('differences of %i paired answers, right in %f, then in %f of those and %f of the others', (count, p, q, r) => {
    const truth = p - (p * q + (1 - p) * r);
    const of = (random: () => number) => {
      const first = list(count, random).map((value) => value < p);
      const second = first.map((right) => random() < (right ? q : r));
      return estimatePairedDifference(first, second);
    };
    expect(coverage(truth, of)).toBeGreaterThan(0.935);
  });

  it('differences of means of other scenes', () => {
    const mean = (random: () => number, p: number) =>
      estimateMean(
        list(50, () => Number(random() < p)),
        [0, 1],
      );
    expect(coverage(0.3, (random) => estimateDifference(mean(random, 0.8), mean(random, 0.5)))).toBeGreaterThan(0.93);
  });
});
