import { expect, test } from 'vitest';
import { errorPanel, openPixels } from '../../src/plots/error-panel';
import { mapOf } from '../support/attributions';

const [height, width] = [6, 9];
/** A signed map whose left three columns are 1, the rest 0.1, all with a standard error of 0.1. */
const values = Float32Array.from({ length: height * width }, (_, i) => (i % width < 3 ? 1 : 0.1));
const errors = new Float32Array(height * width).fill(0.1);
const lime = mapOf(values, height, width, { method: 'lime', title: 'LIME', signed: true, errors });

interface Lines {
  readonly type: string;
  readonly xaxis: string;
  readonly x: readonly (number | null)[];
  readonly y: readonly (number | null)[];
}
const hatchingOf = (figure: { readonly data: readonly object[] }) => figure.data.at(-1) as Lines;

test('open is what lies nearer to 0, or of an unsigned map to its mean, than two standard errors', () => {
  expect(openPixels(lime)).toMatchObject({ reference: 0, share: 6 / 9 });
  // Its mean is 0.4: 1 and 0.1 are both farther from it than 0.2, and of a mean of 0.67 only 1 is.
  const rise = { ...lime, method: 'rise', signed: false };
  expect(openPixels(rise).reference).toBeCloseTo(0.4, 6);
  expect(openPixels(rise).share).toBe(0);
  expect(openPixels({ ...rise, values: values.map((value) => (value === 1 ? 1 : 0.5)) }).share).toBeCloseTo(6 / 9, 9);
  // One that knows its values exactly leaves nothing open, not even zeros.
  expect(openPixels({ ...lime, values: values.map(() => 0), errors: errors.map(() => 0) }).share).toBe(0);
});

test('the hatching lies on the map, over every open pixel and no other', () => {
  const figure = errorPanel(lime);
  const { type, xaxis, x, y } = hatchingOf(figure);
  expect([type, xaxis]).toEqual(['scatter', 'x2']);
  expect(x.length).toBe(y.length);
  expect(x.length).toBeGreaterThan(9);
  for (let i = 0; i < x.length; i += 3) {
    const [fromX, toX, gap] = x.slice(i, i + 3) as [number, number, null];
    const [fromY, toY] = y.slice(i, i + 2) as [number, number];
    expect(gap).toBeNull();
    expect(fromX).toBeGreaterThanOrEqual(2.5);
    expect(toX).toBeLessThanOrEqual(width - 0.5);
    expect(fromY).toBeLessThanOrEqual(height - 0.5);
    expect(toY).toBeGreaterThanOrEqual(-0.5);
    expect(toX - fromX).toBeCloseTo(fromY - toY, 9);
  }
  expect(hatchingOf(errorPanel(lime, { photo: false })).xaxis).toBe('x');
  expect(hatchingOf(errorPanel({ ...lime, values: values.map(() => 5) })).x).toEqual([]);
});

test('its words say how much is open, and a map without standard errors is refused', () => {
  const { alt, caption } = errorPanel(lime);
  for (const words of [alt, caption]) expect(words).toContain('67 % of the map is nearer to 0 than 2 standard errors');
  expect(errorPanel({ ...lime, signed: false }).caption).toContain('0 % of the map is nearer to its mean (0.400)');
  expect(() => errorPanel(mapOf(values, height, width, { method: 'cam' }))).toThrow(
    'a map by cam has no standard error (allowed: maps made of random copies: rise, lime)',
  );
});
