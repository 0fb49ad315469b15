import { expect, test } from 'vitest';
import { type MeasureCell, measureTable } from '../../src/plots/measure-table';

const cell = (value: number, rank: number | null, low = rank, high = rank): MeasureCell => ({
  estimate: { value, low: value - 1, high: value + 1, count: 9 },
  rank,
  low,
  high,
});
const table = {
  maps: [
    { title: 'Saliency <map>', kind: 'method' },
    { title: 'Random pixels', kind: 'baseline' },
  ],
  measures: [
    { title: 'Deletion', better: 'lower' },
    { title: 'Parameter randomisation', better: 'lower' },
  ],
  cells: [
    [cell(0.5, 1, 1, 1.5), cell(0.25, 1)],
    [cell(-0.001, 2), { estimate: null, rank: null, low: null, high: null }],
  ],
} as const;

test('a cell has its mean and the whole places, a dash where there is nothing, and never −0.00', () => {
  const { data, alt } = measureTable(table, { width: 900, caption: 'A table.' });
  const [{ text, z }] = data as [{ text: string[][]; z: (number | null)[][] }];
  expect(text[0]![0]).toMatch(/^0\.50<br>.*1–2</);
  expect(text[1]).toEqual([expect.stringMatching(/^0\.00<br>/), '–']);
  expect(z).toEqual([
    [1, 1],
    [0, null],
  ]);
  expect(alt).toContain('Deletion: Saliency <map> first');
});

test('columns that are too narrow for their names have letters, which the caption explains', () => {
  const narrow = measureTable(table, { width: 200, caption: 'A table.' });
  expect((narrow.layout as { xaxis: { ticktext: string[] } }).xaxis.ticktext).toEqual(['a', 'b']);
  expect(narrow.caption).toBe('A table. a: Deletion ↓; b: Parameter randomisation ↓.');
  const wide = measureTable(table, { width: 900, caption: 'A table.' });
  expect(wide.caption).toBe('A table.');
  expect((wide.layout as { yaxis: { ticktext: string[] } }).yaxis.ticktext).toEqual([
    'Saliency &lt;map&gt;',
    '<i>Random pixels</i>',
  ]);
});

test('a table of nothing is refused', () => {
  expect(() => measureTable({ maps: [], measures: [], cells: [] }, { caption: '' })).toThrow('no maps or measures');
});
