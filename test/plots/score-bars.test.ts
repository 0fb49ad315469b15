import { expect, test } from 'vitest';
import type { Classification } from '../../src/explain/classify';
import { photoFigure } from '../../src/plots/photo';
import { scoreBars } from '../../src/plots/score-bars';
import { hostile } from '../support/attributions';
import { drawnPhoto } from '../support/pictures';

const said = (...labels: string[]): Classification => ({
  photo: { source: 'wolf.jpg', sha256: '', width: 9, height: 9 },
  network: { name: 'net', title: 'Net', weightsSha256: '' },
  classes: labels.map((label, i) => ({ index: 10 + i, label, logit: 5 - i, probability: 2 ** -(i + 1) })),
  input: drawnPhoto(9, 9, 1),
});
type Bars = { x: number[]; y: string[]; text: string[]; hovertemplate: string };
const bars = (figure: { data: readonly object[] }) => figure.data[0] as unknown as Bars;

test('the best classes, best on top, on an axis from 0 to 1', () => {
  const figure = scoreBars(said('timber wolf, grey wolf', 'dog', 'fox', 'cat', 'bee', 'ant'));
  const { x, y, text } = bars(figure);
  expect(x).toEqual([0.5, 0.25, 0.125, 0.0625, 0.03125]);
  expect(y).toEqual(['timber wolf', 'dog', 'fox', 'cat', 'bee']);
  expect(text).toEqual(['50.0 %', '25.0 %', '12.5 %', '6.3 %', '3.1 %']);
  expect(figure.layout).toMatchObject({ xaxis: { range: [0, 1] }, yaxis: { autorange: 'reversed' } });
  expect(figure.alt).toBe(
    'Bars of the 5 best classes for wolf.jpg: timber wolf 50.0 %, dog 25.0 %, fox 12.5 %, cat 6.3 %, bee 3.1 %.',
  );
  expect(bars(scoreBars(said('a', 'b'), { top: 5 })).y).toEqual(['a', 'b']);
});

test('two classes of one name stay apart', () => {
  expect(bars(scoreBars(said('crane, bird', 'crane, machine', 'dog'))).y).toEqual(['crane (10)', 'crane (11)', 'dog']);
});

test('labels cannot become markup', () => {
  const figure = scoreBars(said(hostile, 'dog'));
  expect(JSON.stringify([figure.data, figure.layout])).not.toContain('<img');
  expect(bars(figure).hovertemplate).not.toContain('%{z}');
});

test('a photo alone keeps its shape', () => {
  const figure = photoFigure(drawnPhoto(20, 50, 1), { alt: 'a', caption: 'c', width: 308 });
  expect(figure).toMatchObject({
    alt: 'a',
    caption: 'c',
    layout: { width: 308, height: 128, xaxis: { range: [-0.5, 49.5] } },
  });
});
