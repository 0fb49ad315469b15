import { expect, test } from 'vitest';
import { tf } from '../../src/explain/engine';

test('engine', () => {
  expect(tf.getBackend()).toBe('tensorflow');
  expect(Array.from(tf.tidy(() => tf.relu([-1, 2]).dataSync()))).toEqual([0, 2]);
});
