import { expect, test } from 'vitest';
import { mapGrain } from '../../../src/explain/measures/grain';

const map = (width: number, height: number, value: (x: number, y: number) => number) => ({
  width,
  height,
  values: Float32Array.from({ length: width * height }, (_, i) => value(i % width, Math.floor(i / width))),
});

test('is the mean difference of neighbours, in units of the mean value', () => {
  expect(mapGrain(map(8, 6, () => 3))).toBe(0);
  expect(mapGrain(map(4, 4, () => 0))).toBe(0);
  // A chessboard of 0 and 2: neighbours differ by 2, the mean is 1.
  expect(mapGrain(map(8, 6, (x, y) => 2 * ((x + y) % 2)))).toBe(2);
  expect(mapGrain(map(8, 6, (x, y) => 10 * 2 * ((x + y) % 2)))).toBe(2);
  // A slope along x: half of the pairs (those along x) differ by 1.
  const slope = map(3, 3, (x) => x);
  expect(mapGrain(slope)).toBeCloseTo(0.5);
});

test('a lattice shows in pixels that are a period apart', () => {
  const lattice = map(16, 16, (x, y) => 1 + (x % 2) + (y % 2));
  expect(mapGrain(lattice, 1)).toBeGreaterThan(0.4);
  expect(mapGrain(lattice, 2)).toBe(0);
  const slope = map(16, 16, (x) => x);
  expect(mapGrain(slope, 2)).toBeGreaterThan(mapGrain(slope, 1));
});

test('refuses distances that no two pixels have', () => {
  const one = map(5, 4, (x) => x);
  for (const apart of [0, 4, 1.5]) {
    expect(() => mapGrain(one, apart)).toThrow(
      `apart: ${apart} (allowed: whole numbers from 1 to 3, for a map of 5×4 px)`,
    );
  }
});
