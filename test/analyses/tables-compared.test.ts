import { expect, test } from 'vitest';
import type { EvaluationSummary } from '../../src/analyses/evaluation-summary';
import { compareTables } from '../../src/analyses/tables-compared';

function table(means: Readonly<Record<string, readonly number[]>>): EvaluationSummary {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const measures = Object.keys(means);
  return {
    choice: 'all',
    networks: ['net'],
    photos: 9,
    maps: [...names, 'random'].map((name) => ({ name, title: name, kind: name === 'random' ? 'baseline' : 'method' })),
    measures,
    cells: measures.flatMap((measure) =>
      [...names, 'random'].map((map, i) => {
        const value = means[measure]![i]!;
        return {
          map,
          measure,
          missing: 0,
          rank: null,
          comparison: null,
          estimate: { value, low: value, high: value, count: 9 },
        };
      }),
    ),
    agreement: [],
  };
}

test('one order is a correlation of 1, which one order in 120 reaches by chance; the reverse is −1, which all reach', () => {
  const a = table({ 'relevance-mass': [1, 2, 3, 4, 5, 0], deletion: [1, 2, 3, 4, 5, 0] });
  const b = table({ 'relevance-mass': [10, 20, 30, 40, 50, 99], deletion: [5, 4, 3, 2, 1, 0] });
  expect(compareTables(a, b)).toEqual([
    { measure: 'relevance-mass', methods: ['a', 'b', 'c', 'd', 'e'], correlation: 1, chance: 1 / 120 },
    { measure: 'deletion', methods: ['a', 'b', 'c', 'd', 'e'], correlation: -1, chance: 1 },
  ]);
});

test('the share by chance is that of all orders', () => {
  const a = table({ deletion: [1, 2, 3, 4, 5, 0] });
  const [one] = compareTables(a, table({ deletion: [2, 1, 3, 4, 5, 0] }));
  expect(one!.correlation).toBeCloseTo(0.9, 12);
  // The order itself and the four that exchange two neighbours.
  expect(one!.chance).toBeCloseTo(5 / 120, 12);
});

test('measures without a better end, and those that one table lacks, are left out', () => {
  const a = table({
    deletion: [1, 2, 3, 4, 5, 0],
    'effective-size': [1, 2, 3, 4, 5, 0],
    insertion: [1, 2, 3, 4, 5, 0],
  });
  const b = table({ deletion: [1, 2, 3, 4, 5, 0], 'effective-size': [1, 2, 3, 4, 5, 0] });
  expect(compareTables(a, b).map(({ measure }) => measure)).toEqual(['deletion']);
});
