import { expect, test } from 'vitest';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { signFlip } from '../../../src/explain/statistics/sign-flip';

test('of few differences every pattern of signs is tried', () => {
  // Of the eight patterns of 1, 2, 4 only the one that was seen reaches 7; of 1, 2, −4 the patterns with sums from −1 up.
  expect(signFlip([1, 2, 4])).toBe(1 / 8);
  expect(signFlip([1, 2, -4])).toBe(5 / 8);
  expect(signFlip([0, 0])).toBe(1);
});

test('where nothing is the matter, one test in twenty is below 0.05', () => {
  const normal = gaussian(seededRandom(4));
  const values = Array.from({ length: 400 }, () => signFlip(Array.from({ length: 10 }, normal)));
  const below = values.filter((p) => p <= 0.05).length / 400;
  // Three standard errors of a share of 0.05 in 400 are 0.033.
  expect(Math.abs(below - 0.05)).toBeLessThan(0.033);
});

test('of many differences random patterns are tried, and a clear one has the least p that they allow', () => {
  const clear = Array.from({ length: 30 }, (_, i) => 1 + (i % 3));
  expect(signFlip(clear, { draws: 999 })).toBe(1 / 1000);
  expect(signFlip(clear, { draws: 999, seed: 2 })).toBe(1 / 1000);
  expect(signFlip(clear.map((one) => -one))).toBe(1);
  expect(() => signFlip([])).toThrow('no differences');
});
