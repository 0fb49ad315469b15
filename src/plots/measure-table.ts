import { WhylightError } from '../explain/errors';
import type { Estimate } from '../explain/statistics/estimate';
import type { Figure } from './figure';
import { baseLayout, fontSize, plainText, wrapText } from './layout';
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
  readonly maps: readonly {
    readonly title: string;
    readonly kind: 'method' | 'baseline' | 'copy' | 'ceiling' | 'file';
  }[];
  readonly measures: readonly { readonly title: string; readonly better: 'higher' | 'lower' | 'neither' }[];
  /** Maps × measures. */
  readonly cells: readonly (readonly MeasureCell[])[];
}

/**
 * A table of maps and measures as a picture: each cell has its mean, and, in colour, its place among the ranked maps of the
 * column, with the places between which it lies below. Where columns are too narrow for their names they have letters, and
 * the caption says what each is.
 * @throws WhylightError for no maps or measures.
 */
export function measureTable(
  { maps, measures, cells }: MeasureTable,
  { width = 2 * COLUMN, caption }: { readonly width?: number; readonly caption: string },
): Figure {
  if (maps.length === 0 || measures.length === 0) throw new WhylightError('a table of no maps or measures');
  // Printed in one column at its own size, so that its letters need not grow with it.
  const font = width > COLUMN ? Math.min(13, Math.max(11, Math.round(width / 56))) : fontSize(width);
  const names = maps.map(({ title }) => wrapText(title, 13 * font, font));
  const left = Math.round(0.56 * font * Math.max(...names.flat().map(({ length }) => length))) + 8;
  const column = (width - left - 8) / measures.length;
  const arrows = { higher: ' ↑', lower: ' ↓', neither: '' };
  const titles = measures.map(({ title, better }) => `${title}${arrows[better]}`);
  const words = titles.flatMap((title) => title.split(/\s+/));
  const headFont = Math.round(0.9 * font);
  const lettered = column < 0.52 * headFont * Math.max(...words.map(({ length }) => length));
  const heads = lettered
    ? titles.map((_, i) => [letter(i)])
    : titles.map((title) => wrapText(title, 0.82 * column, headFont));
  const margin = {
    l: left,
    r: 8,
    t: Math.round((1.3 * Math.max(...heads.map(({ length }) => length)) + 0.6) * font),
    b: 8,
  };
  const competitors = (k: number) => Math.max(1, ...cells.map((row) => row[k]!.rank ?? 0));
  const colours = cells.map((row) =>
    row.map(({ rank }, k) => (rank === null ? null : 1 - (rank - 1) / Math.max(1, competitors(k) - 1))),
  );
  const legend = lettered ? ` ${titles.map((title, i) => `${letter(i)}: ${title}`).join('; ')}.` : '';
  const lines = (text: readonly string[]) => text.map(plainText).join('<br>');
  const tall = Math.max(...names.map(({ length }) => length)) > 1 ? 2.9 : 2.5;
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
        text: cells.map((row) => row.map((cell) => cellText(cell, font))),
        texttemplate: '%{text}',
        textfont: { size: font, color: '#222' },
        customdata: cells.map((row, m) => row.map((cell, k) => hoverOf(maps[m]!.title, measures[k]!.title, cell))),
        hovertemplate: '%{customdata}<extra></extra>',
        hoverongaps: false,
      },
    ],
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(margin.t + margin.b + maps.length * tall * font),
      margin,
      xaxis: {
        side: 'top',
        tickvals: measures.map((_, i) => i),
        ticktext: heads.map(lines),
        tickangle: 0,
        tickfont: { size: headFont },
        showgrid: false,
        zeroline: false,
        ticks: '',
      },
      yaxis: {
        tickvals: maps.map((_, i) => i),
        ticktext: maps.map(({ kind }, i) => (kind === 'method' ? lines(names[i]!) : `<i>${lines(names[i]!)}</i>`)),
        range: [maps.length - 0.5, -0.5],
        showgrid: false,
        zeroline: false,
        ticks: '',
        ticklabelstandoff: 4,
      },
    },
    alt: altOf(maps, measures, cells),
    caption: `${caption}${legend}`,
  };
}

const letter = (i: number) => String.fromCharCode(97 + (i % 26)) + (i < 26 ? '' : String(Math.floor(i / 26)));

function cellText({ estimate, rank, low, high }: MeasureCell, font: number): string {
  if (estimate === null) return '–';
  const value = number(estimate.value);
  if (rank === null || low === null || high === null) return value;
  // Of equal means the mean place was taken: the places themselves are whole.
  const [first, last] = [Math.floor(low), Math.ceil(high)];
  const places = first === last ? String(first) : `${first}–${last}`;
  return `${value}<br><span style="font-size:${Math.round(0.8 * font)}px">${places}</span>`;
}

function number(value: number): string {
  const size = Math.abs(value);
  const text = size >= 100 ? value.toFixed(0) : size >= 10 ? value.toFixed(1) : value.toFixed(2);
  return text.replace(/^-(?=[0.]*$)/, '').replace('-', '−');
}

function hoverOf(map: string, measure: string, { estimate, rank }: MeasureCell): string {
  if (estimate === null) return `${plainText(map)}: ${plainText(measure)} says nothing`;
  const { low, high, count } = estimate;
  // Of few values nothing limits the mean of others but the measure's own bounds.
  const limited = Number.isFinite(low) && Number.isFinite(high);
  const interval = `${limited ? `${number(low)} to ${number(high)}` : 'no interval'}, n = ${count}`;
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
