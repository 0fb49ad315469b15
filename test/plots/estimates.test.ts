import { expect, test } from 'vitest';
import { estimatesFigure } from '../../src/plots/estimates';
import { hostile } from '../support/attributions';

const estimate = { value: 0.5, low: 0.4, high: 0.7, count: 40 };
const words = { quantity: 'share, %', scale: 100, alt: 'alt', caption: 'caption' };
type Trace = { x: number[]; y: number[]; error_x: { array: number[]; arrayminus: number[] } };

test('values stand at their rows with both sides of their intervals, in the scaled unit', () => {
  const { data } = estimatesFigure(['a', 'b', 'c'], [{ name: 'one', estimates: [estimate, null, estimate] }], words);
  const [{ x, y, error_x }] = data as unknown as [Trace];
  expect(x).toEqual([50, 50]);
  expect(y).toEqual([0, 2]);
  expect(error_x.array.map(Math.round)).toEqual([20, 20]);
  expect(error_x.arrayminus.map(Math.round)).toEqual([10, 10]);
});

test('several series have a legend and stand under one another in each row', () => {
  const series = ['one', 'two'].map((name) => ({ name, estimates: [estimate] }));
  const { data, layout } = estimatesFigure(['a'], series, { ...words, baseline: { name: 'chance', value: 0.3 } });
  const rows = (data as unknown as Trace[]).map(({ y }) => y);
  expect(rows[0]![0]).toBeLessThan(rows[1]![0]!);
  expect((data as unknown as Trace[])[2]!.x).toEqual([30, 30]);
  expect(layout.showlegend).toBe(true);
});

test('names cannot become markup, and lengths must agree', () => {
  const figure = estimatesFigure([hostile], [{ name: hostile, estimates: [estimate] }], {
    ...words,
    quantity: hostile,
  });
  expect(JSON.stringify([figure.data, figure.layout])).not.toContain('<img');
  expect(() => estimatesFigure(['a', 'b'], [{ name: 'one', estimates: [estimate] }], words)).toThrow(
    'one has 1 values for 2 categories',
  );
});
