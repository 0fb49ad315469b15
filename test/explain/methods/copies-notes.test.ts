import { describe, expect, test } from 'vitest';
import { farCopies, standardErrorNote } from '../../../src/explain/methods/copies-notes';

const around = (mean: number, away: number) =>
  Array.from({ length: 100 }, (_, i) => mean + (i % 2 === 0 ? away : -away));

describe('masked copies that are far from the photo', () => {
  test('are told with the numbers', () => {
    expect(farCopies(around(0.3, 0.1), { probability: 0.97, logit: 8.3 })).toEqual([
      'the masked copies have a mean probability of 0.30 (standard deviation 0.10), the photo has 0.97: the map tells what matters to such copies, which are far from the photo',
    ]);
    expect(farCopies(around(-0.8, 2), { probability: null, logit: 8.3 })).toEqual([
      'the masked copies have a mean score of −0.80 (standard deviation 2.01), the photo has 8.30: the map tells what matters to such copies, which are far from the photo',
    ]);
  });

  test.each([
    ['nearer than two standard deviations', around(0.3, 0.35), 0.97],
    ['nearer than a tenth, however little the copies differ', around(0.98, 0.0001), 0.99],
    ['the photo itself', around(0.5, 0), 0.5],
  ])('%s: nothing to say', (_, scores, probability) => {
    expect(farCopies(scores, { probability, logit: 0 })).toEqual([]);
  });
});

test('the standard error is a share of the map’s range, and of an even map nothing is said', () => {
  const values = Float32Array.of(1, 3, 5, 2);
  expect(standardErrorNote(values, [0.4, 0.4, 0.4, 0.4], '50 masks')).toEqual([
    '50 masks leave a pixel a standard error of 10 % of the map’s range',
  ]);
  expect(standardErrorNote(values, [0.1, 0.02, 0.03, 0], '9 copies')).toEqual([
    '9 copies leave a pixel a standard error of 1.3 % of the map’s range',
  ]);
  expect(standardErrorNote(new Float32Array(3), [0, 0, 0], '9 copies')).toEqual([]);
});
