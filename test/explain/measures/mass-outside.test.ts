import { expect, test } from 'vitest';
import { grown, massOutside } from '../../../src/explain/measures/mass-outside';

const crop = { x: 0, y: 0, width: 4, height: 3 };
// Two columns of the object on the left, 4 wide and 3 high.
const mask = new Uint8Array([1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0]);
const photo = { width: 4, height: 3 };

test('positive mass counts by where it lies; negative values do not', () => {
  const values = new Float32Array([3, 0, 0, 1, 0, -9, -9, 0, 0, 0, 0, 0]);
  expect(massOutside({ values, height: 3, width: 4, crop }, mask, photo)).toEqual({ mass: 0.25, area: 0.5 });
  expect(
    massOutside({ values: new Float32Array(12).fill(-1), height: 3, width: 4, crop }, mask, photo).mass,
  ).toBeNull();
});

test('the map is laid over its crop, at another resolution', () => {
  // A 2×2 map over the right half of the photo and as much black beside it: everything is outside the object.
  const values = new Float32Array([1, 1, 1, 1]);
  expect(
    massOutside({ values, height: 2, width: 2, crop: { x: 2, y: 0, width: 4, height: 3 } }, mask, photo).mass,
  ).toBe(1);
  expect(massOutside({ values, height: 2, width: 2, crop }, mask, photo).mass).toBe(0.5);
  expect(() => massOutside({ values, height: 2, width: 2, crop }, mask, { width: 5, height: 3 })).toThrow(
    'a mask of 12 px',
  );
});

test('a mask grows along both axes and stays within the picture', () => {
  const dot = new Uint8Array(5 * 4);
  dot[1 * 5 + 4] = 255;
  const wide = grown(dot, 5, 4, 1);
  const rows = Array.from({ length: 4 }, (_, y) =>
    [...wide.subarray(y * 5, y * 5 + 5)].map((value) => (value ? 1 : 0)).join(''),
  );
  expect(rows).toEqual(['00011', '00011', '00011', '00000']);
  expect(grown(dot, 5, 4, 0)).toEqual(dot);
});
