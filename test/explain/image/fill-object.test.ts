import { expect, test } from 'vitest';
import { coverSize, fillObject, pasteObject } from '../../../src/explain/image/fill-object';
import { flatPhoto } from '../../support/flat-photo';

const square = (width: number, height: number, inside: (x: number, y: number) => boolean) =>
  Uint8Array.from({ length: width * height }, (_, i) => (inside(i % width, Math.floor(i / width)) ? 255 : 0));

test('a filled object has its surroundings’ colours: none of its own, and those of each side near that side', () => {
  const inside = (x: number, y: number) => x >= 5 && x < 27 && y >= 9 && y < 20;
  const photo = flatPhoto(32, 30, (x, y) => (inside(x, y) ? [255, 0, 0] : x < 16 ? [0, 200, 40] : [0, 40, 200]));
  const { pixels, source, sha256 } = fillObject(photo, square(32, 30, inside));
  expect(source).toBe('flat without its object');
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  const at = (x: number, y: number) => [...pixels.subarray(3 * (y * 32 + x), 3 * (y * 32 + x) + 3)];
  photo.pixels.forEach((value, i) => {
    const place = Math.floor(i / 3);
    if (inside(place % 32, Math.floor(place / 32))) {
      // Between the least and the largest value outside.
      expect(pixels[i]).toBeLessThanOrEqual([0, 200, 200][i % 3]!);
    } else expect(pixels[i]).toBe(value);
  });
  expect(at(6, 14)[1]).toBeGreaterThan(150);
  expect(at(25, 14)[2]).toBeGreaterThan(150);
});

test('an even surrounding fills evenly, whatever the shape', () => {
  const inside = (x: number, y: number) => (x + 3 * y) % 7 < 4;
  const photo = flatPhoto(13, 9, (x, y) => (inside(x, y) ? [x, y, 99] : [10, 20, 30]));
  const { pixels } = fillObject(photo, square(13, 9, inside));
  expect(pixels).toEqual(flatPhoto(13, 9, () => [10, 20, 30]).pixels);
});

test('an object is pasted pixel for pixel, and a background covers the photo', () => {
  const photo = flatPhoto(4, 2, (x, y) => [x, y, 7]);
  const background = coverSize(
    flatPhoto(10, 10, () => [50, 60, 70]),
    photo,
  );
  expect(background).toMatchObject({ width: 4, height: 2 });
  const { pixels, source } = pasteObject(
    photo,
    square(4, 2, (x) => x === 1),
    background,
    'pasted',
  );
  expect(source).toBe('pasted');
  expect([...pixels.subarray(0, 9)]).toEqual([50, 60, 70, 1, 0, 7, 50, 60, 70]);
});

test('masks and backgrounds of another size, and masks without an outside, are refused', () => {
  const photo = flatPhoto(4, 2, () => [1, 2, 3]);
  expect(() => fillObject(photo, new Uint8Array(7))).toThrow('a mask of 7 px for flat, which is 4×2');
  expect(() => fillObject(photo, new Uint8Array(8).fill(255))).toThrow('leaves nothing outside');
  expect(() =>
    pasteObject(
      photo,
      new Uint8Array(8),
      flatPhoto(3, 2, () => [0, 0, 0]),
      '',
    ),
  ).toThrow('a background of 3×2 px for a photo of 4×2');
});
