import { describe, expect, test } from 'vitest';
import { describeMap, placeName, readable, readableTogether, summariseMap } from '../../src/plots/describe-map';
import { spots } from '../support/attributions';

const [height, width] = [30, 60];
const map = (...places: [number, number, number][]) => ({ values: spots(height, width, places), height, width });

describe('where the mass of a map lies', () => {
  test.each<[string, string, number, number]>([
    ['upper left', 'at the upper left', 3, 5],
    ['upper middle', 'at the top', 3, 30],
    ['upper right', 'at the upper right', 3, 55],
    ['middle left', 'at the left', 15, 5],
    ['centre', 'in the centre', 15, 30],
    ['lower right', 'at the lower right', 29, 59],
  ])('%s', (place, words, y, x) => {
    const said = describeMap(map([y, x, 2]));
    expect(said).toContain(`the ${place} ninth holds 100 % of it`);
    expect(said).toContain(`The strongest point is at x ${x} px, y ${y} px from the upper left corner, ${words}.`);
    expect(summariseMap(map([y, x, 2]))).toMatchObject({
      peak: { x, y, value: 2 },
      centre: { x: (x + 0.5) / width, y: (y + 0.5) / height },
      densest: { place, share: 1 },
      halfMassArea: 1 / (height * width),
      negative: 0,
    });
  });

  test('mass and peak may lie apart', () => {
    const many = Array.from({ length: 10 }, (_, i): [number, number, number] => [25, i, 1]);
    const summary = summariseMap(map(...many, [2, 50, 3]));
    expect(summary.densest).toEqual({ place: 'lower left', share: 10 / 13 });
    expect(summary.peak).toMatchObject({ x: 50, y: 2 });
    // 3 + 1 + 1 + 1 is less than half of 13; one more reaches it.
    expect(summary.halfMassArea).toBe(5 / (height * width));
  });

  test('the negative share', () => {
    expect(summariseMap(map([1, 1, 3], [2, 2, -1])).negative).toBe(0.25);
    expect(describeMap(map([1, 1, 3], [2, 2, -1]))).toContain(
      '25 % of its absolute mass is negative, against the target.',
    );
    expect(describeMap(map([1, 1, 100], [2, 2, -1]))).not.toContain('negative');
  });

  test('nothing positive is said, never NaN', () => {
    expect(describeMap(map())).toBe('The map is zero everywhere.');
    expect(describeMap(map([1, 1, -2]))).toBe(
      'The map has no positive value: nothing in the picture speaks for the target.',
    );
    expect(summariseMap(map())).toMatchObject({ halfMassArea: null, centre: null, densest: null, negative: 0 });
  });

  test('an even map has half of its mass in half of its area', () => {
    const even = { values: new Float32Array(height * width).fill(0.25), height, width };
    expect(summariseMap(even).halfMassArea).toBe(0.5);
    expect(summariseMap(even).centre).toEqual({ x: expect.closeTo(0.5, 6), y: expect.closeTo(0.5, 6) });
  });
});

test('edges belong to the picture', () => {
  expect([placeName(0, 0), placeName(1, 1), placeName(0.5, 0.5)]).toEqual(['upper left', 'lower right', 'centre']);
});

test.each([
  [0, '0'],
  [0.0849, '0.0849'],
  [180.4, '180'],
  [-4.12345, '−4.12'],
  [-2.4e-5, '−2.4×10⁻⁵'],
  [1.5e12, '1.5×10¹²'],
  [99_999, '100000'],
])('%f reads as %s', (value, words) => expect(readable(value)).toBe(words));

test.each([
  [
    [-8.12, 0, 19],
    ['−8.1', '0', '19.0'],
  ],
  [
    [0, 0.01],
    ['0', '0.0100'],
  ],
  [
    [-0.0012, 180.4],
    ['−0.0012', '180'],
  ],
  [
    [0.00002, 0.00031],
    ['2.0×10⁻⁵', '3.1×10⁻⁴'],
  ],
  [
    [-2, 0, 4],
    ['−2', '0', '4'],
  ],
  [
    [-2.65, 37.1],
    ['−2.6', '37.1'],
  ],
])('the numbers %j of one scale read as %j', (values, words) => expect(readableTogether(values)).toEqual(words));
