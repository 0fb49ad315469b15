import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/explain/random';
import { augmentInto } from '../../../src/explain/training/augment';

const plain = { mean: [0, 0, 0], std: [1, 1, 1] };
const pixels = Uint8Array.from({ length: 5 * 7 * 3 }, (_, i) => (i * 37) % 256);

test('without variation it is the normalised picture', () => {
  const into = new Float32Array(pixels.length);
  augmentInto(pixels, 5, 7, plain, into, seededRandom(1), { mirror: false, shift: 0, light: 0 });
  expect([...into].every((value, i) => Math.abs(value - pixels[i]! / 255) < 1e-6)).toBe(true);
});

test('mirroring reverses rows in about half of the draws', () => {
  const random = seededRandom(5);
  let flipped = 0;
  for (let draw = 0; draw < 200; draw++) {
    const into = new Float32Array(pixels.length);
    augmentInto(pixels, 5, 7, plain, into, random, { shift: 0, light: 0 });
    if (Math.abs(into[0]! - pixels[6 * 3]! / 255) < 1e-6) flipped++;
  }
  expect(flipped).toBeGreaterThan(70);
  expect(flipped).toBeLessThan(130);
});

test('a shift repeats the edge and stays within its bound', () => {
  const column = Uint8Array.from({ length: 1 * 20 * 3 }, (_, i) => Math.floor(i / 3) * 10);
  const random = seededRandom(9);
  for (let draw = 0; draw < 50; draw++) {
    const into = new Float32Array(column.length);
    augmentInto(column, 1, 20, plain, into, random, { mirror: false, shift: 0.2, light: 0 });
    const first = Math.round((into[30]! * 255) / 10);
    expect(Math.abs(first - 10)).toBeLessThanOrEqual(4);
  }
});
