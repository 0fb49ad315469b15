import { expect, test } from 'vitest';
import { aimLines } from '../../bench/aims.mjs';

const cell = 'ResNet-18, 224 px, occluder 16, stride 8';

const row = (way: string, seconds: number, more: object = {}) => ({
  section: 'occlusion',
  cell,
  name: way,
  way,
  ours: true,
  peer: null,
  seconds: [seconds],
  each: seconds,
  ofLogits: 1e-6,
  ...more,
});

const captum = row('captum', 12, { ours: false, peer: 'Captum at its best' });
const plain = row('plain', 11, { ours: false, peer: 'PyTorch' });
const approximate = (seconds: number, pixels: number) =>
  row('approximate', seconds, { correlation: { pixels, positions: 1 } });

test('an aim that is reached is told as plainly as one that is missed', () => {
  const lines = aimLines([captum, plain, row('full', 10), row('exact', 4)]);
  expect(lines).toEqual([
    `- **Reached.** ${cell}: full is 1.10 times as fast as PyTorch (aim 1.1)`,
    `- **Missed: by a factor of 1.33.** ${cell}: exact is 3.00 times as fast as Captum at its best (aim 4)`,
    "- **Reached.** Exact occlusion differs from PyTorch's by at most 1.0e-6 of the range of the photo's logits (aim 1e-5)",
  ]);
});

test('each network and side has its own aim; other occluders have none', () => {
  const verdict = (name: string) => aimLines([captum, row('exact', 1.8)].map((each) => ({ ...each, cell: name })))[0];
  expect(verdict('VGG-16, 224 px, occluder 16, stride 8')).toContain('(aim 8)');
  expect(verdict('ResNet-18, 448 px, occluder 16, stride 8')).toMatch(/Reached.*\(aim 6\)/);
  expect(verdict('ResNet-18, 224 px, occluder 32, stride 8')).toContain('range of the photo');
});

test('an approximation has to be fast and alike', () => {
  const verdict = (seconds: number, pixels: number) => aimLines([captum, approximate(seconds, pixels)])[0];
  expect(verdict(0.9, 0.991)).toMatch(/Reached.*13\.33 times.*\(aim 12\), rank correlation 0\.991 \(aim 0\.99\)/);
  expect(verdict(2, 0.991)).toContain('Missed: by a factor of 2.00.');
  expect(verdict(0.9, 0.9899)).toMatch(/Missed: no candidate has a correlation of 0\.99\..*correlation 0\.989/);
  expect(verdict(2, 0.5)).toContain('Missed: by a factor of 2.00; no candidate has a correlation of 0.99.');
});

test('a difference above the limit, or one that is no number, is missed', () => {
  const last = (ofLogits: number) => aimLines([captum, row('exact', 1), row('full', 1, { ofLogits })]).at(-1);
  expect(last(2e-5)).toContain('Missed: by a factor of 2.00');
  expect(last(Number.NaN)).toContain('Missed');
});

test('a wait has an aim in seconds', () => {
  const start = (way: string, each: number) => row(way, each, { section: 'first', cell: 'a start' });
  expect(aimLines([start('kernel', 5), start('shell, CAM', 3), start('shell, saliency', 9)])).toEqual([
    '- **Reached.** a start: kernel takes 5.00 s (aim 5 s)',
    '- **Missed: by a factor of 2.00.** a start: shell, CAM takes 3.00 s (aim 1.5 s)',
  ]);
});
