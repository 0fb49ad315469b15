import { expect, test } from 'vitest';
import { seededRandom } from '../../../src/explain/random';
import { splitPhotos } from '../../../src/explain/training/split';

const labels = Array.from({ length: 300 }, (_, i) => (i < 200 ? 0 : 1));

test('no group of near-duplicates is cut, and the shares hold in each class', () => {
  const random = seededRandom(7);
  const groups = labels.map((label, i) => (label === 1 && random() < 0.5 ? 200 + Math.floor(random() * 20) : i));
  const first = labels.map((_, i) => groups.indexOf(groups[i]!));
  const split = splitPhotos(labels, first, { seed: 3 });
  const part = new Map<number, string>();
  for (const [name, photos] of Object.entries(split)) {
    for (const photo of photos as number[]) {
      const known = part.get(first[photo]!);
      expect(known === undefined || known === name).toBe(true);
      part.set(first[photo]!, name);
    }
  }
  expect(split.training.length + split.validation.length + split.test.length).toBe(300);
  for (const photos of [split.validation, split.test]) {
    const dogs = photos.filter((i) => labels[i] === 0).length;
    expect(dogs).toBeGreaterThan(25);
    expect(dogs).toBeLessThanOrEqual(30);
  }
});

test('the same seed gives the same split, another seed another', () => {
  const groups = labels.map((_, i) => i);
  expect(splitPhotos(labels, groups, { seed: 1 })).toEqual(splitPhotos(labels, groups, { seed: 1 }));
  expect(splitPhotos(labels, groups, { seed: 1 })).not.toEqual(splitPhotos(labels, groups, { seed: 2 }));
});

test('every part has a photo of every class even where there are three', () => {
  const split = splitPhotos([0, 0, 0, 1, 1, 1], [0, 1, 2, 3, 4, 5], { seed: 0 });
  expect([split.training.length, split.validation.length, split.test.length]).toEqual([2, 2, 2]);
});

test('two distinct photos of a class are too few, and it says so', () => {
  expect(() => splitPhotos([0, 0, 0, 1, 1], [0, 1, 2, 3, 3])).toThrow('class 1 has 1 distinct photos');
});
