import { describe, expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { crossedMean } from '../../../src/explain/statistics/crossed-mean';

const unbounded = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;

/** How often the interval holds the true mean 0, over data sets with the given spreads of trainings, scenes and the rest. */
function coverage(trainings: number, scenes: number, [t, s, e]: readonly [number, number, number], sets = 2000) {
  const normal = gaussian(seededRandom(7));
  let inside = 0;
  for (let i = 0; i < sets; i++) {
    const column = Array.from({ length: scenes }, () => s * normal());
    const rows = Array.from({ length: trainings }, () => {
      const row = t * normal();
      return column.map((one) => row + one + e * normal());
    });
    const { low, high } = crossedMean(rows, unbounded);
    inside += Number(low <= 0 && high >= 0);
  }
  return inside / sets;
}

describe('crossedMean', () => {
  it.each([[[1, 0.3, 1]], [[0.1, 1, 1]], [[0.3, 1, 2]], [[0, 0, 1]]] as const)(
    'covers the mean for other trainings and other scenes: spreads %j',
    (spreads) => {
      const share = coverage(5, 40, spreads);
      // Two standard errors of 2,000 sets below 95 %; the residual counts twice, so more is allowed.
      expect(share).toBeGreaterThan(0.94);
    },
  );

  it('is not much too wide where trainings differ', () => {
    expect(coverage(5, 40, [1, 0.3, 1])).toBeLessThan(0.965);
  });

  it('widens for several that hold together, and is cut at the bounds', () => {
    const rows = [
      [0.9, 1, 1, 0.8],
      [1, 1, 0.9, 1],
    ];
    const [one, two] = [1, 2].map((together) => crossedMean(rows, unbounded, together));
    expect(two!.high - two!.low).toBeGreaterThan(one!.high - one!.low);
    expect(crossedMean(rows, [0, 1]).high).toBe(1);
    expect(
      crossedMean(
        [
          [1, 1],
          [1, 1],
        ],
        [0, 1],
      ),
    ).toEqual({ value: 1, low: 1, high: 1, count: 2 });
  });

  it('says what is allowed', () => {
    expect(() => crossedMean([[1, 2]], unbounded)).toThrow(
      'a mean over 1 trainings and 2 scenes (allowed: from two of each)',
    );
    expect(() =>
      crossedMean(
        [
          [1, 2],
          [1, 2, 3],
        ],
        unbounded,
      ),
    ).toThrow('measured on 2 and on 3 scenes');
  });
});
