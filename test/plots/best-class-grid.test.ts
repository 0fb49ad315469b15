import { expect, test } from 'vitest';
import type { BestClasses } from '../../src/explain/attribution';
import { bestClassGrid } from '../../src/plots/best-class-grid';
import { gridOf, hostile, mapOf } from '../support/attributions';

const labels = { 1: 'timber wolf, grey wolf', 3: 'tabby, tabby cat', 8: hostile };
const best = (classes: (number | null)[]): BestClasses => ({
  classes,
  probabilities: classes.map((index) => (index === null ? null : 0.5)),
  labels: {
    ...labels,
    ...Object.fromEntries(classes.filter((index) => index !== null && index > 9).map((i) => [i, `c${i}`])),
  },
});
const figureOf = (classes: (number | null)[]) => {
  const grid = { ...gridOf(null, new Float32Array(49)), best: best(classes) };
  return bestClassGrid(mapOf(new Float32Array(40 * 64), 40, 64, { method: 'occlusion', grid }));
};
type Trace = { type: string; z?: (number | null)[][]; name?: string; text?: string[][]; marker?: { color: string } };
const traces = (figure: { data: readonly object[] }) => figure.data as readonly Trace[];

test('each position has its class’s colour, the commonest first, and the legend counts them', () => {
  const classes = Array.from({ length: 49 }, (_, i) => (i === 10 ? 3 : i === 11 || i === 12 ? 8 : 1));
  const figure = figureOf(classes);
  const [, heat, ...legend] = traces(figure);
  expect(heat!.z![1]!.slice(2, 7)).toEqual([0, 2, 1, 1, 0]);
  expect(legend.map(({ name }) => name)).toEqual([
    'timber wolf: 46',
    '&lt;img src=x onerror=alert(1)&gt; &amp; %{z} "wolf": 2',
    'tabby: 1',
  ]);
  expect(new Set(legend.map(({ marker }) => marker!.color)).size).toBe(3);
  expect(heat!.text![0]![0]).toBe('timber wolf, 50.0 %');
  const words = 'timber wolf at 46, <img src=x onerror=alert(1)> & %{z} "wolf" at 2, tabby at 1 of 49 positions';
  expect(figure.alt).toBe(`The most probable class for each position of a 10×16 px occluder on wolf.jpg: ${words}.`);
  expect(figure.caption).toContain(`7×7 positions: ${words}.`);
});

test('positions that were not run stay white and are counted; many classes share grey', () => {
  const some = figureOf(Array.from({ length: 49 }, (_, i) => (i % 2 === 0 ? 1 : null)));
  expect(traces(some)[1]!.z![0]).toEqual([0, null, 0, null, 0, null, 0]);
  expect(some.caption).toContain('timber wolf at 25 of 25 positions; 24 more were interpolated, not run.');
  const many = figureOf(Array.from({ length: 49 }, (_, i) => 10 + (i % 12)));
  expect(traces(many).slice(2)).toHaveLength(8);
  expect(traces(many).at(-1)!.name).toBe('5 other classes: 20');
  expect(many.caption).toContain('others at');
});

test('a map without a grid, or with one that was saved without it, is refused', () => {
  expect(() => bestClassGrid(mapOf([0], 1, 1))).toThrow('the cam map has no grid of occluder positions');
  const grid = gridOf(null, new Float32Array(49));
  expect(() => bestClassGrid(mapOf([0], 1, 1, { grid }))).toThrow('saved without the best class');
});
