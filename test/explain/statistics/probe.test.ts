import { expect, it } from 'vitest';
import { gaussian, seededRandom } from '../../../src/explain/random';
import { probeAccuracy } from '../../../src/explain/statistics/probe';

const normal = gaussian(seededRandom(5));
const noise = (width: number) => Array.from({ length: width }, () => normal());
const labels = (count: number, classes = 2) => Array.from({ length: count }, (_, i) => i % classes);

it('says chance of features that say nothing, few and many, of two classes and four', () => {
  for (const [width, classes] of [
    [3, 2],
    [768, 2],
    [20, 4],
  ] as const) {
    const classOf = labels(400, classes);
    const probe = probeAccuracy(
      classOf.map(() => noise(width)),
      classOf,
    );
    expect(probe).toMatchObject({ chance: 1 / classes, features: width });
    for (const { value, low, count } of [probe.logistic, probe.neighbours]) {
      expect(count).toBe(400);
      expect(low).toBeLessThanOrEqual(1 / classes);
      // Answers of folds lean against each other: noise may fall below chance too.
      expect(value).toBeGreaterThan(1 / classes - 0.1);
    }
  }
});

it('finds the share that a mean apart gives: two normals 2 apart are told in 84.1 %', () => {
  const classOf = labels(800);
  const rows = classOf.map((label) => [normal() + (label === 1 ? 1 : -1), normal()]);
  const { logistic, neighbours } = probeAccuracy(rows, classOf);
  expect(logistic.low).toBeLessThan(0.841);
  expect(logistic.high).toBeGreaterThan(0.841);
  expect(Math.abs(logistic.value - neighbours.value)).toBeLessThan(0.04);
});

it('finds a ring only by its neighbours, and by squares with the line', () => {
  const classOf = labels(300);
  const rows = classOf.map((label) => {
    const angle = 6.283 * ((normal() * 1000) % 1);
    const radius = label === 1 ? 3 : 1;
    return [radius * Math.cos(angle) + 0.2 * normal(), radius * Math.sin(angle) + 0.2 * normal()];
  });
  const line = probeAccuracy(rows, classOf);
  expect(line.neighbours.value).toBeGreaterThan(0.98);
  expect(line.logistic.value).toBeLessThan(0.7);
  const squares = probeAccuracy(
    rows.map(([x, y]) => [x! ** 2, y! ** 2]),
    classOf,
  );
  expect(squares.logistic.value).toBeGreaterThan(0.98);
});

it('is not moved by units, nor by a feature that is the same everywhere', () => {
  const classOf = labels(100);
  const rows = classOf.map((label) => [normal() + label, normal()]);
  const plain = probeAccuracy(rows, classOf);
  const scaled = probeAccuracy(
    rows.map(([x, y]) => [1e6 * x! + 3, 1e-6 * y!, 7]),
    classOf,
  );
  expect(scaled).toEqual(plain);
});

it('is not moved by copies of features, more than there are rows', () => {
  const classOf = labels(60);
  const rows = classOf.map((label) => [normal() + label, normal(), normal() - label]);
  const wide = rows.map((row) => Array.from({ length: 90 }, (_, i) => row[i % 3]!));
  const [few, many] = [probeAccuracy(rows, classOf), probeAccuracy(wide, classOf)];
  expect(few.logistic.value).toBeGreaterThan(0.6);
  expect(many).toEqual({ ...few, features: 90 });
});

it('takes 400 rows of 768 features in seconds', () => {
  const classOf = labels(400);
  const rows = classOf.map(() => noise(768));
  const before = process.cpuUsage();
  probeAccuracy(rows, classOf);
  const { user } = process.cpuUsage(before);
  expect(user / 1e6).toBeLessThan(4);
});

it('refuses too few rows, and rows that do not go together', () => {
  expect(() => probeAccuracy([[1], [2]], [0, 1])).toThrow(
    'rows of the classes: 1, 1 (allowed: two classes or more, from 10 rows each)',
  );
  expect(() => probeAccuracy([], [])).toThrow('rows of the classes: none');
  expect(() => probeAccuracy([[1], [2, 3]], [0, 1])).toThrow('a row of 2 features (allowed: 1, as the first has)');
  expect(() => probeAccuracy([[1]], [0, 1])).toThrow('2 labels do not go with 1 rows');
});
