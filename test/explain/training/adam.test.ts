import { expect, test } from 'vitest';
import { adamState, adamUpdate } from '../../../src/explain/training/adam';

test('the first step moves each value by the learning rate against its gradient', () => {
  const values = new Float32Array([1, 1, 1]);
  adamUpdate(values, new Float32Array([0.5, -20, 0]), adamState(3), { learningRate: 0.1, weightDecay: 0, step: 1 });
  expect(values[0]).toBeCloseTo(0.9, 6);
  expect(values[1]).toBeCloseTo(1.1, 6);
  expect(values[2]).toBe(1);
});

test('it finds the minimum of a badly scaled parabola, and decay pulls to zero', () => {
  const values = new Float32Array([5, -3]);
  const state = adamState(2);
  for (let step = 1; step <= 2000; step++) {
    const gradient = new Float32Array([2 * (values[0]! - 1), 2000 * (values[1]! - 2)]);
    adamUpdate(values, gradient, state, { learningRate: 0.05 * (1 - step / 2001), weightDecay: 0, step });
  }
  expect(values[0]).toBeCloseTo(1, 2);
  expect(values[1]).toBeCloseTo(2, 2);
  const decayed = new Float32Array([1]);
  adamUpdate(decayed, new Float32Array([0]), adamState(1), { learningRate: 0.1, weightDecay: 0.5, step: 1 });
  expect(decayed[0]).toBeCloseTo(0.95, 6);
});
