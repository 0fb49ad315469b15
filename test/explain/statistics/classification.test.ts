import { expect, test } from 'vitest';
import { classificationReport, wilsonInterval } from '../../../src/explain/statistics/classification';

test('Wilson interval as published for 8 of 10 and never outside 0–1', () => {
  const [low, high] = wilsonInterval(8, 10);
  expect(low).toBeCloseTo(0.4902, 4);
  expect(high).toBeCloseTo(0.9433, 4);
  expect(wilsonInterval(0, 5)[0]).toBe(0);
  expect(wilsonInterval(5, 5)[1]).toBe(1);
});

test('confusion, accuracy, ROC and calibration by hand', () => {
  const probabilities = new Float32Array([0.9, 0.1, 0.4, 0.6, 0.7, 0.3, 0.2, 0.8]);
  const report = classificationReport(probabilities, [0, 0, 1, 1], 2);
  expect(report.accuracy).toBe(0.5);
  expect(report.confusion).toEqual([
    [1, 1],
    [1, 1],
  ]);
  // Pairs (wolf, dog) ranked right: 0.3 > 0.1, 0.8 > 0.1, 0.8 > 0.6; wrong: 0.3 < 0.6.
  expect(report.roc!.area).toBeCloseTo(0.75, 12);
  expect(report.roc!.points.at(-1)).toEqual([1, 1]);
  expect(report.calibrationError).toBeCloseTo((0.1 + 0.6 + 0.7 + 0.2) / 4, 6);
});

test('equal scores give an area of one half', () => {
  const report = classificationReport(new Float32Array(8).fill(0.5), [0, 1, 0, 1], 2);
  expect(report.roc!.area).toBeCloseTo(0.5, 12);
});
