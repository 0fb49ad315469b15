import { expect, test } from 'vitest';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { rankChances } from '../../../src/explain/statistics/rank-chances';

const normal = gaussian(seededRandom(2));
const noisy = (mean: number, count: number, spread = 1) =>
  Array.from({ length: count }, () => mean + spread * normal());

test('competitors far apart have their places for certain, whichever end is better', () => {
  const values = [0, 10, 5].map((mean) => [noisy(mean, 20)]);
  const lower = rankChances(values, { better: 'lower' });
  expect(lower.map(({ rank }) => rank)).toEqual([1, 3, 2]);
  expect(lower.map(({ low, high }) => [low, high])).toEqual([
    [1, 1],
    [3, 3],
    [2, 2],
  ]);
  expect(lower[0]!.chances[0]).toBeCloseTo(1, 12);
  expect(rankChances(values, { better: 'higher' }).map(({ rank }) => rank)).toEqual([3, 1, 2]);
});

test('competitors of one mean share the first place, and chances of a place add up to one', () => {
  const values = [noisy(0, 30), noisy(0, 30), noisy(0, 30)].map((row) => [row]);
  const chances = rankChances(values, { better: 'higher' });
  for (let place = 0; place < 3; place++) {
    expect(chances.reduce((sum, one) => sum + one.chances[place]!, 0)).toBeCloseTo(1, 9);
  }
  for (const one of chances) expect(one.chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 9);
  expect(Math.max(...chances.map((one) => one.chances[0]!))).toBeLessThan(0.95);
});

test('equal means share their places', () => {
  const row = noisy(3, 10);
  const chances = rankChances([[row], [[...row]], [noisy(9, 10)]], { better: 'higher' });
  expect(chances.map(({ rank }) => rank)).toEqual([2.5, 2.5, 1]);
  expect(chances[0]!.chances[1]).toBeCloseTo(0.5, 9);
});

test('that networks differ is uncertainty too: few of them make the places wider than many photos do', () => {
  // One competitor is far better under one network and a little worse under three.
  const photos = 50;
  const a = [4, -1, -1, -1].map((mean) => noisy(mean, photos, 0.1));
  const b = [0, 0, 0, 0].map((mean) => noisy(mean, photos, 0.1));
  const [first] = rankChances([a, b], { better: 'higher' });
  expect(first!.rank).toBe(1);
  expect(first!.chances[0]).toBeLessThan(0.8);
  expect([first!.low, first!.high]).toEqual([1, 2]);
  const [pooled] = rankChances([[a.flat()], [b.flat()]], { better: 'higher' });
  expect(pooled!.chances[0]).toBeGreaterThan(0.9);
});

test('lists of other lengths are refused', () => {
  expect(() => rankChances([[[1, 2]], [[1]]], { better: 'higher' })).toThrow('not all measured on the same');
  expect(() => rankChances([], { better: 'higher' })).toThrow('nothing to rank');
});
