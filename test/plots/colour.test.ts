import { describe, expect, test } from 'vitest';
import { colourScale, colourTable, displayLimit, endText, onWhite } from '../../src/plots/colour';

const map = (signed: boolean, ...values: number[]) => ({ values: Float32Array.from(values), signed });
const luminance = ([r, g, b]: readonly number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!;

describe('the display limit', () => {
  test('leaves out the share of hottest pixels', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i);
    expect(displayLimit(values, 0)).toBe(999);
    expect(displayLimit(values, 0.01)).toBe(990);
    expect(
      displayLimit(
        values.map((value) => -value),
        0.1,
      ),
    ).toBe(900);
  });
  test('of an empty map is 1; of one with few values their largest', () => {
    expect(displayLimit(new Float32Array(9), 0.01)).toBe(1);
    expect(displayLimit(Float32Array.from([0, 0, 0, 5]), 0.5)).toBe(5);
  });
});

describe('an unsigned scale', () => {
  test('starts at 0, grows brighter and more opaque, and is clipped where it says so', () => {
    const values = Float32Array.from({ length: 1000 }, (_, i) => i / 999);
    const scale = colourScale([{ values, signed: false }]);
    expect([scale.minimum, scale.maximum]).toEqual([0, expect.closeTo(0.991, 2)]);
    expect(scale.clipped).toBe(true);
    const colours = [0, 0.25, 0.5, 0.75, 0.99].map(scale.colour);
    expect(colours.map(luminance)).toEqual(colours.map(luminance).sort((a, b) => a - b));
    expect(colours[0]![3]).toBe(0);
    expect(colours.at(-1)![3]).toBeCloseTo(0.85);
    expect(scale.colour(5)).toEqual(scale.colour(scale.maximum));
    expect(colourScale([{ values, signed: false }], { clip: 0, opacity: 1 })).toMatchObject({
      clipped: false,
      maximum: 1,
    });
  });
});

describe('a signed scale', () => {
  const scale = colourScale([map(true, -1, 0, 4)]);

  test('is as steep on both sides and reaches as far as the values', () => {
    expect([scale.minimum, scale.maximum, scale.clipped]).toEqual([-1, 4, false]);
    expect(scale.colour(0)[3]).toBe(0);
    expect(scale.colour(1)[3]).toBe(scale.colour(-1)[3]);
  });

  test('is clipped where few pixels outshine all others, and says at which end', () => {
    const smooth = Float32Array.from({ length: 1000 }, (_, i) => i / 999 - 0.2);
    expect(colourScale([{ values: smooth, signed: true }]).clipped).toBe(false);
    const spiky = smooth.map((value, i) => (i < 3 ? 40 : value));
    const clipped = colourScale([{ values: spiky, signed: true }]);
    expect([clipped.minimum, clipped.maximum]).toEqual([expect.closeTo(-0.197, 3), expect.closeTo(0.793, 2)]);
    const ends = [clipped.minimum, 0, clipped.maximum].map((value) => endText(clipped, value, value.toFixed(1)));
    expect(ends).toEqual(['-0.2', '0.0', '≥ 0.8']);
    const below = colourScale([{ values: spiky.map((value) => -value), signed: true }]);
    expect(endText(below, below.minimum, 'least')).toBe('≤ least');
  });

  test('is red for the target and blue against it', () => {
    const [r, , b] = scale.colour(4);
    expect(r).toBeGreaterThan(b + 50);
    const [against, , blue] = colourScale([map(true, -4, 4)]).colour(-4);
    expect(blue).toBeGreaterThan(against + 50);
  });

  test('its stops turn exactly at 0', () => {
    const shares = scale.plotly.map(([share]) => share);
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(new Set(shares).size).toBe(shares.length);
    const zero = scale.plotly.find(([share]) => Math.abs(share - 0.2) < 1e-12)!;
    expect(zero[1]).toMatch(/,0\.000\)$/);
  });
});

test('an unsigned map below 0 is seen from its least value on, and marked at its upper end alone', () => {
  for (const values of [
    [-5, -4, -3],
    [-1, 1, 2],
  ]) {
    const scale = colourScale([map(false, ...values)]);
    expect([scale.minimum, scale.maximum, scale.clipped]).toEqual([values[0], values[2], false]);
    expect(scale.colour(values[0]!)[3]).toBe(0);
    expect(scale.colour(values[2]!)[3]).toBeGreaterThan(0.8);
  }
  const spiky = colourScale([map(false, ...Array.from({ length: 200 }, (_, i) => -9 + i / 100), 5, 6)]);
  expect([spiky.minimum, spiky.clipped]).toEqual([-9, true]);
  expect(endText(spiky, spiky.maximum, 'most')).toBe('≥ most');
  expect(endText(spiky, spiky.minimum, 'least')).toBe('least');
  const level = colourScale([map(false, -2, -2)]);
  for (const [, colour] of level.plotly) expect(colour).not.toContain('NaN');
});

test('several maps share the scale of the strongest', () => {
  const scale = colourScale([map(true, -1, 2), map(true, -6, 3)]);
  expect([scale.minimum, scale.maximum]).toEqual([-6, 3]);
});

test('an empty map has a scale without NaN', () => {
  for (const signed of [true, false]) {
    const scale = colourScale([map(signed, 0, 0, 0)]);
    expect([scale.minimum, scale.maximum]).toEqual([signed ? -1 : 0, 1]);
    for (const [share, colour] of scale.plotly) expect(`${share} ${colour}`).not.toContain('NaN');
    expect(scale.colour(0)[3]).toBe(0);
  }
});

test('a colour on white paper', () => {
  expect(onWhite([255, 0, 0, 0])).toBe('rgb(255,255,255)');
  expect(onWhite([255, 0, 0, 1])).toBe('rgb(255,0,0)');
  expect(onWhite([0, 100, 200, 0.5])).toBe('rgb(128,178,228)');
});

test('the table of a scale has the colours of its values, and beyond the ends those of the ends', () => {
  for (const one of [map(true, -0.4, 0, 3), map(false, 0, 2), map(false, 5, 6), map(true, -1e-30, 1e-38)]) {
    const scale = colourScale([one], { clip: 0 });
    const { colours, place } = colourTable(scale);
    const table = (value: number) => colours.slice(place(value), place(value) + 4);
    const bytes = (value: number) => Uint8ClampedArray.from(scale.colour(value), (c, i) => (i === 3 ? 255 * c : c));
    const limit = Math.max(...one.values.map(Math.abs));
    const [from, to] = one.signed ? [-limit, limit] : [scale.minimum, scale.maximum];
    for (let i = 0; i <= 256; i++) {
      const value = from + ((to - from) * i) / 256;
      expect(table(value)).toEqual(bytes(value));
    }
    expect(table(from - limit)).toEqual(bytes(from));
    expect(table(to + limit)).toEqual(bytes(to));
  }
});
