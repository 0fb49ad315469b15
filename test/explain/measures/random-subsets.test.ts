import { expect, test } from 'vitest';
import type { NetworkInput } from '../../../src/explain/image/preprocessing';
import { cutPieces, drawEach, drawSize, piecesIn } from '../../../src/explain/measures/random-subsets';
import { streamOf } from '../../../src/explain/random';
import { drawnPhoto } from '../../support/pictures';

const [height, width] = [10, 15];
const image = drawnPhoto(height, width, 2);
const input = { height, width, image } as unknown as NetworkInput;
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((all, one) => all + one, 0);

test('a grid’s cells are as equal as they can be, and every pixel has one', () => {
  const { labels, count } = cutPieces(input, 'grid', 5);
  expect(count).toBe(25);
  const areas = Array.from({ length: count }, (_, piece) => labels.filter((label) => label === piece).length);
  expect(areas).toEqual(new Array(25).fill(6));
  expect([labels[0], labels[2], labels[3], labels[2 * width], labels.at(-1)]).toEqual([0, 0, 1, 5, 24]);
});

test('pixels are pieces of their own, superpixels fill the input', () => {
  expect([...cutPieces(input, 'pixels', 5).labels]).toEqual(Array.from({ length: 150 }, (_, i) => i));
  const { labels, count } = cutPieces(input, 'superpixels', 3);
  expect(new Set(labels)).toEqual(new Set(Array.from({ length: count }, (_, i) => i)));
});

test('a subset of a size has it, and each piece comes as often as any other', () => {
  const times = new Float64Array(12);
  for (let index = 0; index < 3000; index++) {
    const subset = drawSize(streamOf(4, index), 12, 5);
    expect(sum(subset)).toBe(5);
    subset.forEach((inside, i) => {
      times[i]! += inside;
    });
  }
  // 3000 · 5/12 = 1250, with a standard deviation of 27.
  for (const count of times) expect(Math.abs(count - 1250)).toBeLessThan(4 * 27);
});

test('pieces drawn one by one come with their probability', () => {
  const all = Array.from({ length: 500 }, (_, index) => sum(drawEach(streamOf(4, index), 40, 0.2)));
  expect(Math.abs(sum(all) / (500 * 40) - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / (500 * 40)));
  expect(new Set(all).size).toBeGreaterThan(5);
});

test('a share is one piece at least and never all of them', () => {
  expect([piecesIn(0.001, 50), piecesIn(0.5, 50), piecesIn(0.999, 50)]).toEqual([1, 25, 49]);
});
