import { expect, test } from 'vitest';
import { didYouMean, editDistance, nearest } from '../../src/explain/did-you-mean';

test.each([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['grad-cam', 'gradcam', 1],
  ['same', 'same', 0],
])('%s and %s differ in %d letters', (a, b, distance) => {
  expect(editDistance(a, b)).toBe(distance);
  expect(editDistance(b, a)).toBe(distance);
});

test('near words come first, far ones not at all', () => {
  const words = ['saliency', 'occlusion', 'cam', 'grad-cam', 'grad-cam-plus-plus'];
  expect(nearest('salency', words)).toEqual(['saliency']);
  expect(nearest('gradcam', words)).toEqual(['grad-cam']);
  expect(nearest('ocluson', words)).toEqual(['occlusion']);
  expect(nearest('integrated', words)).toEqual([]);
  expect(nearest('', words)).toEqual([]);
  expect(didYouMean('GRAD-CAM', words)).toBe('; did you mean: grad-cam, grad-cam-plus-plus');
  expect(didYouMean('zzz', words)).toBe('');
});

test('a very long word takes no time', () => {
  const words = Array.from({ length: 1000 }, (_, i) => `class number ${i}`);
  const started = performance.now();
  nearest('x'.repeat(1e6), words);
  expect(performance.now() - started).toBeLessThan(2000);
});
