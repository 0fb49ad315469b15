import { expect, test } from 'vitest';
import { holm } from '../../../src/explain/statistics/holm';

test('the least p counts as often as there are tests, the next one time less, and none falls below an earlier one', () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
  expect(holm([0.9, 0.9])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});

test('what is no probability is refused', () => {
  expect(() => holm([0.2, -0.1])).toThrow('a p-value of -0.1 (allowed: 0 to 1)');
  expect(() => holm([Number.NaN])).toThrow('a p-value of NaN');
});
