import { expect, test } from 'vitest';
import { backgroundEstimates } from '../../src/plots/background-estimates';
import { hostile } from '../support/attributions';

const estimate = (value: number, low: number, high: number) => ({ count: 200, value, low, high });
const network = (title: string) => ({
  title,
  accuracy: { fair: estimate(0.9, 0.85, 0.94), own: estimate(0.99, 0.96, 1), swapped: estimate(0.4, 0.33, 0.47) },
  worst: { accuracy: estimate(0.2, 0.1, 0.3) },
});

test('a point for each kind of background, its interval around it, a series for each network', () => {
  const figure = backgroundEstimates([network('Fair'), network('Biased')]);
  expect(figure.data).toHaveLength(2);
  const { x, error_x } = figure.data[0] as unknown as {
    x: number[];
    error_x: { array: number[]; arrayminus: number[] };
  };
  expect(x).toEqual([99, 90, 40, 20]);
  expect(error_x.array.map((above, i) => Math.round(x[i]! + above))).toEqual([100, 94, 47, 30]);
  expect(error_x.arrayminus.map((below, i) => Math.round(x[i]! - below))).toEqual([96, 85, 33, 10]);
  expect(figure.alt).toContain(
    'Biased: 99.0 % on own background, 90.0 % on any background, 40.0 % on swapped background, 20.0 % in the worst group; 95 %',
  );
  expect(figure.caption).toContain('200 drawn animals');
});

test('titles cannot become markup', () => {
  const figure = backgroundEstimates([network(hostile)]);
  expect(JSON.stringify([figure.data, figure.layout])).not.toContain('<img');
});
