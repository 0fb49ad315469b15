import { expect, test } from 'vitest';
import { detectionExcess } from '../../src/analyses/detection-excess';
import { gaussian, seededRandom } from '../../src/explain/random';

const usual = 0.95;

/** Shares with effects of the training and of the scene. */
function world(trainings: number, level: number, seed: number) {
  const draw = gaussian(seededRandom(seed));
  const scenes = Array.from({ length: 40 }, () => 0.08 * draw());
  const rows = (mean: number) =>
    Array.from({ length: trainings }, () => {
      const own = 0.05 * draw();
      return scenes.map((scene) => mean + own + scene + 0.08 * draw());
    });
  return { fair: rows(0.3), others: rows(level), usual };
}

test('what always lies beyond exceeds by one less the false alarms, and what is alike by about nothing', () => {
  const far = detectionExcess(world(5, 3, 1))!;
  expect(far.value).toBeGreaterThan(0.8);
  expect(far.low).toBeGreaterThan(0.6);
  const same = detectionExcess(world(5, 0.3, 1))!;
  expect(same.low).toBeLessThan(0);
  expect(same.high).toBeGreaterThan(0);
});

test('the value is hits less false alarms, counted by hand', () => {
  // Of fair shares 0.1 to 0.4 the usual one is the largest; each fair training has one beyond the other's, or none.
  const fair = [
    [0.1, 0.2],
    [0.3, 0.4],
  ];
  const others = [
    [0.5, 0.1],
    [0.6, 0.7],
  ];
  // Threshold 0.4: three of four beyond. The first fair one has none beyond 0.4, the second both beyond 0.2.
  expect(detectionExcess({ fair, others, usual })).toMatchObject({ value: 0.75 - 0.5, count: 2 });
});

test('intervals that hold together are wider, and the same seed gives the same', () => {
  const one = detectionExcess(world(4, 0.4, 2))!;
  const many = detectionExcess({ ...world(4, 0.4, 2), together: 10 })!;
  expect(many.value).toBe(one.value);
  expect(many.high - many.low).toBeGreaterThan(one.high - one.low);
  expect(detectionExcess(world(4, 0.4, 2))).toEqual(one);
});

test('with three trainings of each kind it holds the truth in about nine of ten worlds', () => {
  const truth = 0.297;
  const worlds = Array.from({ length: 60 }, (_, i) => detectionExcess(world(3, 0.45, i + 1))!);
  const held = worlds.filter(({ low, high }) => low <= truth && truth <= high).length;
  expect(held / worlds.length).toBeGreaterThan(0.8);
  expect(held).toBeLessThan(worlds.length);
});

test('one training tells nothing of others, and photos without a map are left out', () => {
  const { fair, others } = world(3, 0.5, 3);
  expect(detectionExcess({ fair: fair.slice(0, 1), others, usual })).toBeNull();
  expect(detectionExcess({ fair, others: others.slice(0, 1), usual })).toBeNull();
  const holes = others.map((row) => row.map((value, i) => (i < 10 ? null : value)));
  expect(detectionExcess({ fair, others: holes, usual })!.count).toBe(30);
  expect(detectionExcess({ fair, others: others.map((row) => row.map(() => null)), usual })).toBeNull();
});
