import { expect, test } from 'vitest';
import { biasBars } from '../../src/plots/bias-bars';
import { hostile } from '../support/attributions';

const bar = (value: number, low: number, high: number) => ({ count: 200, value, low, high });
const network = (title: string) => ({
  name: 'net',
  title,
  accuracy: { fair: bar(0.9, 0.85, 0.94), own: bar(0.99, 0.96, 1), swapped: bar(0.4, 0.33, 0.47) },
});
type Bars = { y: number[]; name: string; error_y: { array: number[]; arrayminus: number[] } };

test('a bar for each kind of scene, its interval around it', () => {
  const figure = biasBars([network('Fair'), network('Biased')]);
  expect(figure.data).toHaveLength(2);
  const { y, error_y } = figure.data[0] as unknown as Bars;
  expect(y).toEqual([0.9, 0.99, 0.4]);
  expect(error_y.array.map((above, i) => Number((y[i]! + above).toFixed(6)))).toEqual([0.94, 1, 0.47]);
  expect(error_y.arrayminus.map((below, i) => Number((y[i]! - below).toFixed(6)))).toEqual([0.85, 0.96, 0.33]);
  expect(figure.layout).toMatchObject({ yaxis: { range: [0, 1.02] } });
  expect(figure.alt).toContain(
    'Biased: 90.0 % on any background, 99.0 % on own background, 40.0 % on swapped background',
  );
  expect(figure.caption).toContain('200 unseen scenes');
});

test('titles cannot become markup', () => {
  const figure = biasBars([network(hostile)]);
  expect(JSON.stringify([figure.data, figure.layout])).not.toContain('<img');
});
