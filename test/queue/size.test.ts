import { expect, test } from 'vitest';
import { jobSize } from '../../src/queue/size';
import { rateOf } from '../../src/queue/state';

const facts = { perUnit: 100, left: 1e6, workers: 10, aim: 10_000 };

test('a job lasts as long as it should, and is one photo where that lasts longer', () => {
  expect(jobSize(facts)).toBe(100);
  expect(jobSize({ ...facts, perUnit: 2500 })).toBe(4);
  expect(jobSize({ ...facts, perUnit: 60_000 })).toBe(1);
  // A second, until one has been measured.
  expect(jobSize({ ...facts, perUnit: null })).toBe(10);
  // What is long by nature goes alone.
  expect(jobSize({ ...facts, most: 1 })).toBe(1);
  // However quick a photo is, a job is no longer than its message may be.
  expect(jobSize({ ...facts, perUnit: 0 })).toBe(500);
});

test('towards the end jobs grow smaller: a quarter of a worker’s share of what is left, and a second’s work at least', () => {
  let [left, jobs] = [1000, 0];
  while (left > 0) {
    const size = jobSize({ perUnit: 500, left, workers: 10, aim: 60_000 });
    expect(size).toBeGreaterThanOrEqual(Math.min(2, left));
    expect(size).toBeLessThanOrEqual(Math.max(2, Math.ceil(left / 40)));
    left -= size;
    jobs++;
  }
  expect(left).toBe(0);
  expect(jobs).toBeLessThan(150);
  expect(jobSize({ ...facts, left: 30, perUnit: 20 })).toBe(30);
  expect(jobSize({ ...facts, left: 100, perUnit: 20 })).toBe(50);
});

test('the rate is of the time since the first photo ended', () => {
  const now = 1_000_005_000;
  expect(rateOf([0, 0, 0], now)).toBeNull();
  expect(rateOf([0, 30, 0], now)).toBe(30 / 15);
  expect(rateOf([10, 10, 5], now)).toBe(25 / 25);
  // Of the first second no more is said than what was counted.
  expect(rateOf([0, 0, 4], 1_000_000_100)).toBe(4);
});
