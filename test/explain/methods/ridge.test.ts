import { expect, test } from 'vitest';
import { weightedRidge } from '../../../src/explain/methods/ridge';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { drawn } from '../../support/networks';

test('of one column: the covariance by the variance and the penalty', () => {
  const [x, y, w] = [drawn(30, 1), drawn(30, 2), drawn(30, 3, 1, 0.1)];
  const total = w.reduce((sum, weight) => sum + weight, 0);
  const mean = (values: ArrayLike<number>) => w.reduce((sum, weight, i) => sum + weight * values[i]!, 0) / total;
  const [mx, my] = [mean(x), mean(y)];
  const variance = total * mean(x.map((value) => (value - mx) ** 2));
  const covariance = total * mean(x.map((value, i) => (value - mx) * (y[i]! - my)));
  for (const penalty of [0, 0.5, 20]) {
    const fit = weightedRidge(
      [...x].map((value) => [value]),
      y,
      w,
      penalty,
    );
    expect(fit.coefficients[0]).toBeCloseTo(covariance / (variance + penalty), 5);
    expect(fit.intercept).toBeCloseTo(my - fit.coefficients[0]! * mx, 9);
  }
});

test('of three columns: where the gradient of what it minimises is zero', () => {
  const [rows, y, w] = [Array.from({ length: 40 }, (_, i) => drawn(3, 10 + i)), drawn(40, 4), drawn(40, 5)];
  const penalty = 0.7;
  const { coefficients, intercept, explained } = weightedRidge(rows, y, w, penalty);
  const rests = rows.map((row, i) => y[i]! - intercept - row.reduce((sum, v, j) => sum + v * coefficients[j]!, 0));
  expect(rests.reduce((sum, rest, i) => sum + w[i]! * rest, 0)).toBeCloseTo(0, 9);
  coefficients.forEach((coefficient, j) => {
    const slope = rests.reduce((sum, rest, i) => sum + w[i]! * rest * rows[i]![j]!, 0) - penalty * coefficient;
    expect(slope).toBeCloseTo(0, 9);
  });
  expect(explained).toBeGreaterThan(0);
  expect(explained).toBeLessThan(1);
});

test('without a penalty a linear function is found, and explained', () => {
  const rows = Array.from({ length: 25 }, (_, i) => drawn(4, 20 + i));
  const truth = [3, -2, 0.5, 0];
  const y = rows.map((row) => row.reduce((sum, value, j) => sum + value * truth[j]!, 7));
  const { coefficients, intercept, explained } = weightedRidge(rows, y, new Float64Array(25).fill(0.3), 0);
  expect([...coefficients, intercept].map((value) => Math.round(value * 1e5) / 1e5 + 0)).toEqual([...truth, 7]);
  expect(explained).toBeCloseTo(1, 9);
});

test('a column that never varies has no say, also without a penalty', () => {
  const rows = Array.from({ length: 10 }, (_, i) => [i, 1, i % 3]);
  const y = rows.map(([a, , c]) => 2 * a! - c!);
  const { coefficients } = weightedRidge(rows, y, new Float64Array(10).fill(1), 0);
  expect(coefficients[0]).toBeCloseTo(2, 6);
  expect(coefficients[1]).toBeCloseTo(0, 6);
  expect(coefficients[2]).toBeCloseTo(-1, 6);
});

test('the errors are how far the coefficients of rows drawn again lie apart, also where noise differs from row to row', () => {
  const random = seededRandom(5);
  const normal = gaussian(seededRandom(6));
  const fits = Array.from({ length: 400 }, () => {
    const rows = Array.from({ length: 80 }, () => [Number(random() < 0.5), Number(random() < 0.5), random()]);
    const y = rows.map(([a, b, c]) => 2 * a! - b! + (0.1 + a!) * normal() + c! * c!);
    return weightedRidge(
      rows,
      y,
      rows.map((row) => 0.3 + row[2]!),
      0.5,
    );
  });
  for (let j = 0; j < 3; j++) {
    const own = fits.map(({ coefficients }) => coefficients[j]!);
    const middle = own.reduce((sum, value) => sum + value, 0) / own.length;
    const apart = Math.sqrt(own.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (own.length - 1));
    const error = fits.reduce((sum, { errors }) => sum + errors[j]!, 0) / fits.length;
    // A standard deviation of 400 is known to 4 %, and these errors are a little small with few rows.
    expect(Math.abs(error / apart - 1)).toBeLessThan(0.15);
  }
});
