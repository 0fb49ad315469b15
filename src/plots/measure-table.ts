import { WhylightError } from '../explain/errors';
import type { Estimate } from '../explain/statistics/estimate';
import type { Figure } from './figure';
import { baseLayout, fontSize, plainText } from './layout';
import { COLUMN } from './print-geometry';

/** One cell: a measure's mean for a map, and its place. */
export interface MeasureCell {
  readonly estimate: Estimate | null;
  /** 1 is the best; null: not ranked. */
  readonly rank: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Maps × measures. */
export interface MeasureTable {
  readonly maps: readonly { readonly title: string; readonly kind: 'method' | 'baseline' | 'ceiling' | 'file' }[];
  readonly measures: readonly { readonly title: string; readonly better: 'higher' | 'lower' | 'neither' }[];
  /** Maps × measures. */
  readonly cells: readonly (readonly MeasureCell[])[];
}

/**
 * A table of maps and measures as a picture: each cell has its mean, and, in colour, its place among the ranked maps of the
 * column; where the place is not sure, the places between which it lies are written below.
 * @throws WhylightError for no maps or measures.
 */
export function measureTable(
  { maps, measures, cells }: MeasureTable,
  { width = 2 * COLUMN, caption }: { readonly width?: number; readonly caption: string },
): Figure {
  if (maps.length === 0 || measures.length === 0) throw new WhylightError('a table of no maps or measures');
  const font = fontSize(width);
  const competitors = (column: number) => Math.max(1, ...cells.map((row) => row[column]!.rank ?? 0));
  const colours = cells.map((row) =>
    row.map(({ rank }, column) => (rank === null ? null : 1 - (rank - 1) / Math.max(1, competitors(column) - 1))),
  );
  const margin = { l: 8, r: 8, t: Math.round(9 * font), b: 8 };
  const arrows = { higher: ' ↑', lower: ' ↓', neither: '' };
  return {
    data: [
      {
        type: 'heatmap',
        z: colours,
        x: measures.map((_, i) => i),
        y: maps.map((_, i) => i),
        zmin: 0,
        zmax: 1,
        colorscale: [
          [0, '#ffffff'],
          [1, '#9cc3e6'],
        ],
        showscale: false,
        xgap: 1,
        ygap: 1,
        text: cells.map((row) => row.map(cellText)),
        texttemplate: '%{text}',
        textfont: { size: Math.round(0.82 * font) },
        customdata: cells.map((row, m) => row.map((cell, k) => hoverOf(maps[m]!.title, measures[k]!.title, cell))),
        hovertemplate: '%{customdata}<extra></extra>',
        hoverongaps: false,
      },
    ],
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(margin.t + margin.b + maps.length * 2.5 * font),
      margin,
      xaxis: {
        side: 'top',
        tickvals: measures.map((_, i) => i),
        ticktext: measures.map(({ title, better }) => `${plainText(title)}${arrows[better]}`),
        tickangle: -50,
        tickfont: { size: font },
        showgrid: false,
        zeroline: false,
        ticks: '',
      },
      yaxis: {
        tickvals: maps.map((_, i) => i),
        ticktext: maps.map(({ title, kind }) => (kind === 'method' ? plainText(title) : `<i>${plainText(title)}</i>`)),
        range: [maps.length - 0.5, -0.5],
        automargin: true,
        showgrid: false,
        zeroline: false,
        ticks: '',
        ticklabelstandoff: 4,
      },
    },
    alt: altOf(maps, measures, cells),
    caption,
  };
}

function cellText({ estimate, rank, low, high }: MeasureCell): string {
  if (estimate === null) return '–';
  const value = number(estimate.value);
  if (rank === null || low === null || high === null) return value;
  const places = low === high ? place(rank) : `${place(low)}–${place(high)}`;
  return `${value}<br><i>${places}</i>`;
}

const number = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(2)).replace('-', '−');
const place = (rank: number) => (Number.isInteger(rank) ? String(rank) : rank.toFixed(1));

function hoverOf(map: string, measure: string, { estimate, rank }: MeasureCell): string {
  if (estimate === null) return `${plainText(map)}: ${plainText(measure)} says nothing`;
  const interval = `${number(estimate.low)} to ${number(estimate.high)}, n = ${estimate.count}`;
  const place = rank === null ? '' : `, place ${rank}`;
  return `${plainText(map)}<br>${plainText(measure)}: ${number(estimate.value)} (${interval})${place}`;
}

function altOf(maps: MeasureTable['maps'], measures: MeasureTable['measures'], cells: MeasureTable['cells']): string {
  const firsts = measures.flatMap(({ title }, k) => {
    const first = maps.filter((_, m) => cells[m]![k]!.rank === 1).map((map) => map.title);
    return first.length === 0 ? [] : [`${title}: ${first.join(' and ')} first`];
  });
  return `A table of ${maps.length} maps and ${measures.length} measures. ${firsts.join('; ')}.`;
}
