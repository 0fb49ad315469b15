import { expect, test } from 'vitest';
import { occlusion } from '../../src/explain/methods/occlusion';
import type { MimeBundle } from '../../src/notebook/cell';
import { cellProgress, progressText } from '../../src/notebook/progress';
import { seededNetwork } from '../support/networks';
import { drawnPhoto } from '../support/pictures';

test('says how far work is, how long it will take, and at the end one plain line', () => {
  expect(progressText({ label: 'occlusion', done: 25, total: 100 }, 3000)).toBe(
    'occlusion  █████░░░░░░░░░░░░░░░  25 %  (about 9.0 s left)',
  );
  expect(progressText({ label: 'rise', done: 0, total: 4000 }, 100)).toBe('rise  ░░░░░░░░░░░░░░░░░░░░  0 %');
  expect(progressText({ label: 'occlusion', done: 1936, total: 1936 }, 54_321)).toBe('occlusion: 1,936 in 54 s');
});

test('the first batch, whose time no report tells, does not count as speed', () => {
  const shown: MimeBundle[] = [];
  const write = (first: MimeBundle) => {
    shown.push(first);
    return { replace: (next: MimeBundle) => void shown.push(next) };
  };
  let clock = 0;
  const report = cellProgress(() => clock, write);
  for (const done of [25, 50]) {
    report({ label: 'occlusion', done, total: 100 });
    clock += 2000;
  }
  expect(shown.at(-1)!.data['text/plain']).toContain('(about 4.0 s left)');
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

test('a map appears coarse while its work lasts, and goes when it is done', async () => {
  const network = seededNetwork('tiny-resnet', 4, [64, 80, 3], 3);
  const shown: MimeBundle[] = [];
  let clock = 0;
  const write = (first: MimeBundle) => {
    shown.push(first);
    return { replace: (next: MimeBundle) => void shown.push(next) };
  };
  const report = cellProgress(() => {
    clock += 600;
    return clock;
  }, write);
  await occlusion(network, drawnPhoto(64, 80, 4), { size: 8, stride: 4, memoryMB: 2, onProgress: report });
  expect(shown.length).toBeGreaterThan(3);
  const pictures = shown.map(({ data }) => /base64,([^"]+)/.exec(String(data['text/html'] ?? ''))?.[1]);
  expect(pictures[0]).toBeDefined();
  // It sharpens: not the same picture all the time.
  expect(new Set(pictures.filter(Boolean)).size).toBeGreaterThan(1);
  expect(pictures.at(-1)).toBeUndefined();
  expect(shown.at(-1)!.data['text/plain']).toMatch(/^occlusion: \d+ in/);
});
