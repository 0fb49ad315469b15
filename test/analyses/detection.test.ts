import { expect, test } from 'vitest';
import { type DetectionInput, detectionCurves } from '../../src/analyses/detection';
import { seededRandom } from '../../src/explain/random';

const photos = 40;
const random = seededRandom(5);
const around = (mean: number) => Array.from({ length: photos }, () => mean + 0.2 * (random() - 0.5));
const certain = (value: number) => ({ value, low: value, high: value, count: 100 });

const seeds = [1, 2, 3, 4, 5];
const names = ['0.5', '0.8', '1'].flatMap((bias) => seeds.map((seed) => `bias-${bias}-seed-${seed}`));
const reliance = [0.03, 0.45, 0.97].flatMap((value) => seeds.map((seed) => value + 0.01 * (seed - 3)));
const fifteen = (levels: readonly number[]) => levels.flatMap((level) => seeds.map(() => around(level)));
const networks = names.map((name, i) => ({ name, reliance: certain(reliance[i]!) }));
const fair = names.slice(0, 5);
/** By network: a map that moves to the background as the networks do, one that sees it only at the end, one that never does. */
const shares = [fifteen([0.3, 0.8, 0.9]), fifteen([0.3, 0.3, 0.9]), fifteen([0.6, 0.6, 0.6])];
const input: DetectionInput = { maps: ['keen', 'late', 'blind'], networks, shares, fair };

test('a map that moves to the background is told from the first group on that it does so in, and a blind one never', () => {
  const [keen, late, blind] = detectionCurves(input);
  expect(keen!.groups.map(({ name }) => name)).toEqual(['bias-0.8', 'bias-1']);
  expect(keen!.groups.map((group) => group.reliance)).toEqual([expect.closeTo(0.45), expect.closeTo(0.97)]);
  expect(keen!.groups.map(({ hits }) => hits!.value)).toEqual([1, 1]);
  expect(keen!.firstReliance).toBeCloseTo(0.45, 9);
  expect(late!.firstReliance).toBeCloseTo(0.97, 9);
  expect(late!.groups[0]!.hits!.value).toBeLessThan(0.2);
  expect(blind!.firstReliance).toBeNull();
  expect(keen!.groups.every(({ excess }) => excess!.low > 0.5)).toBe(true);
  expect(late!.groups.map(({ excess }) => excess!.low > 0)).toEqual([false, true]);
  expect(blind!.groups.every(({ excess }) => excess!.low <= 0)).toBe(true);
});

test('of fair networks one map in twenty lies beyond the threshold, and so false alarms are about as many', () => {
  const [keen] = detectionCurves(input);
  const beyond = shares[0]!
    .slice(0, 5)
    .flat()
    .filter((value) => value > keen!.threshold).length;
  expect(beyond).toBe(10);
  expect(keen!.falseAlarms!.value).toBeLessThan(0.2);
});

test('with one fair network nothing is said of false alarms', () => {
  const [keen] = detectionCurves({ ...input, fair: fair.slice(0, 1) });
  expect(keen!.falseAlarms).toBeNull();
  // The other training of its kind is a group like the others.
  expect(keen!.groups[0]!.name).toBe('bias-0.5');
});

test('photos without a map are left out, and too few of them leave nothing', () => {
  const holes = shares.map((rows) => rows.map((row) => row.map((value, i) => (i === 0 ? value : null))));
  expect(detectionCurves({ ...input, shares: holes })[0]!.groups[0]!.hits).toBeNull();
});

test('unknown and no fair networks, and none to test, are refused', () => {
  expect(() => detectionCurves({ ...input, fair: ['bias-2'] })).toThrow(
    'fair networks: bias-2 (allowed: one or more of bias-0.5',
  );
  expect(() => detectionCurves({ ...input, fair: [] })).toThrow('fair networks: none');
  expect(() => detectionCurves({ ...input, fair: names })).toThrow('every network is a fair one');
});
