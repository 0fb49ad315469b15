import { expect, it } from 'vitest';
import {
  cellArea,
  cellBox,
  cellMask,
  cellMeans,
  coverBox,
  divide,
  fifths,
  moved,
  rankCells,
} from '../../src/explain/cells';
import { seededRandom } from '../../src/explain/random';

const sizes = [
  [128, 128],
  [224, 224],
  [33, 50],
  [17, 9],
  [1, 5],
] as const;

it.each(sizes)('divides %i×%i px so that every pixel lies in one cell', (height, width) => {
  const cells = divide(height, width);
  const count = cells.rows * cells.columns;
  const times = new Uint8Array(height * width);
  for (let cell = 0; cell < count; cell++) {
    cellMask(cells, [cell]).forEach((inside, at) => {
      times[at]! += inside;
    });
    const box = cellBox(cells, cell);
    expect(box.height * box.width).toBeGreaterThan(0);
    expect(cellArea(cells, [cell])).toBeCloseTo((box.height * box.width) / (height * width), 12);
  }
  expect(times.every((one) => one === 1)).toBe(true);
  const values = Float32Array.from({ length: height * width }, seededRandom(1));
  const all = cellMeans(values, cells).reduce((sum, mean, cell) => sum + mean * cellArea(cells, [cell]), 0);
  expect(all).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / values.length, 6);
});

it('ranks cells by their mean, and equal ones by lot', () => {
  const means = [1, 3, 3, 0, 3, 2];
  const order = rankCells(means, seededRandom(4));
  expect(order.map((cell) => means[cell])).toEqual([3, 3, 3, 2, 1, 0]);
  const firsts = new Set(Array.from({ length: 40 }, (_, seed) => rankCells(means, seededRandom(seed))[0]));
  expect([...firsts].sort()).toEqual([1, 2, 4]);
});

it.each(sizes.slice(2))('moves %i×%i px by fifths, all apart, and loses nothing', (height, width) => {
  const moves = fifths(height, width);
  expect(moves[0]).toEqual([0, 0]);
  expect(moves).toHaveLength(Math.min(5, height) * Math.min(5, width));
  const values = Float32Array.from({ length: height * width }, (_, i) => i);
  for (const [down, across] of moves) {
    const there = moved(values, { height, width }, [down, across]);
    expect([...there].sort((a, b) => a - b)).toEqual([...values]);
    expect(there[down * width + across]).toBe(0);
    expect(moved(there, { height, width }, [(height - down) % height, (width - across) % width])).toEqual(values);
  }
  const apart = (a: number, b: number, length: number) =>
    Math.min((a - b + length) % length, (b - a + length) % length);
  for (const [a, b] of moves.slice(1)) {
    expect(Math.max(apart(a, 0, height) / height, apart(b, 0, width) / width)).toBeGreaterThan(0.17);
  }
});

it('covers a rectangle and nothing else', () => {
  const into = new Float32Array(4 * 5 * 2);
  coverBox(into, new Float32Array(40).fill(7), { top: 1, left: 2, height: 2, width: 3 }, 5, 2);
  const expected = Array.from({ length: 40 }, (_, i) => {
    const [y, x] = [Math.floor(i / 10), Math.floor((i % 10) / 2)];
    return y >= 1 && y < 3 && x >= 2 ? 7 : 0;
  });
  expect([...into]).toEqual(expected);
});
