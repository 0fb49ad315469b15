import { expect, test } from 'vitest';
import { rankCorrelation } from '../../../src/explain/statistics/rank-correlation';

test('is 1 for any rising relation, −1 for a falling one, 0 where nothing varies', () => {
  const values = [3, -1, 7, 0.5, 2];
  expect(rankCorrelation(values, values.map(Math.exp))).toBeCloseTo(1, 12);
  expect(
    rankCorrelation(
      values,
      values.map((value) => -(value ** 3)),
    ),
  ).toBeCloseTo(-1, 12);
  expect(
    rankCorrelation(
      values,
      values.map(() => 4),
    ),
  ).toBe(0);
});

test('equal values share their mean rank', () => {
  // Ranks 0.5 0.5 2 3 against 0 1 2.5 2.5: by hand 4 / √(4.5 · 4.5).
  expect(rankCorrelation([1, 1, 2, 3], [0, 1, 5, 5])).toBeCloseTo(4 / 4.5, 12);
});
