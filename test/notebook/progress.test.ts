import { expect, test } from 'vitest';
import { cellProgress, progressText } from '../../src/notebook/progress';

test('says how far work is, how long it will take, and at the end one plain line', () => {
  expect(progressText({ label: 'occlusion', done: 25, total: 100 }, 3000)).toBe(
    'occlusion  █████░░░░░░░░░░░░░░░  25 %  (about 9.0 s left)',
  );
  expect(progressText({ label: 'rise', done: 0, total: 4000 }, 100)).toBe('rise  ░░░░░░░░░░░░░░░░░░░░  0 %');
  expect(progressText({ label: 'occlusion', done: 1936, total: 1936 }, 54_321)).toBe('occlusion: 1,936 in 54 s');
});

test('what an interrupted run had done is said, and does not count as speed', () => {
  expect(progressText({ label: 'rise', done: 60, total: 100, resumed: 50 }, 2000)).toBe(
    'rise  ████████████░░░░░░░░  60 %  (about 8.0 s left, 50 of them before the interruption)',
  );
  expect(progressText({ label: 'rise', done: 4000, total: 4000, resumed: 1200 }, 20_000)).toBe(
    'rise: 4,000 in 20 s, 1,200 of them before the interruption',
  );
});

test('outside a notebook it stays silent', () => {
  const report = cellProgress(() => 0);
  expect(() => report({ label: 'x', done: 1, total: 2 })).not.toThrow();
});
