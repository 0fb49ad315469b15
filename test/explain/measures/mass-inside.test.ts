import { expect, test } from 'vitest';
import { massInside } from '../../../src/explain/measures/mass-inside';

test('counts what is positive alone, and says where nothing is', () => {
  const mask = Uint8Array.of(255, 255, 0, 0);
  expect(massInside(Float32Array.of(3, -5, 1, -2), mask)).toBe(0.75);
  expect(massInside(Float32Array.of(-1, 0, 0, -2), mask)).toBeNull();
});
