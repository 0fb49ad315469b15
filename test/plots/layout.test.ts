import { expect, test } from 'vitest';
import { fontSize, hoverText, pictureAxes, plainText, rows, wrapText } from '../../src/plots/layout';
import { hostile } from '../support/attributions';

test('text that Plotly shows as it is', () => {
  expect(plainText(hostile)).toBe('&lt;img src=x onerror=alert(1)&gt; &amp; %{z} "wolf"');
  expect(hoverText(hostile)).not.toContain('%{');
  expect(hoverText('50 %')).toBe('50 %');
});

test('the axes of a picture count its pixels from the upper left', () => {
  const axes = pictureAxes({ width: 64, height: 40 }, '2') as Record<string, { range: number[]; scaleanchor?: string }>;
  expect(axes.xaxis2!.range).toEqual([-0.5, 63.5]);
  expect(axes.yaxis2!.range).toEqual([39.5, -0.5]);
  expect(axes.yaxis2!.scaleanchor).toBe('x2');
});

test('rows keep four significant digits', () => {
  expect(rows(Float32Array.from([1.23456, 2, 3, 4, 5, 6e-9]), 3)).toEqual([
    [1.235, 2, 3],
    [4, 5, 6e-9],
  ]);
});

test('lines fit their width; a long word keeps one of its own', () => {
  expect(wrapText('class activation map', 60, 11)).toEqual(['class', 'activation', 'map']);
  expect(wrapText('class activation map', 90, 11)).toEqual(['class activation', 'map']);
  expect(wrapText('word', 1, 11)).toEqual(['word']);
});

test('letters stay readable where a figure is printed one column wide', () => {
  for (const width of [200, 332, 420, 560, 900])
    expect((fontSize(width) * 332) / Math.max(332, width)).toBeGreaterThan(10);
});
