import { interpolateViridis } from 'd3-scale-chromatic';
import type { Attribution, OcclusionGrid } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { ImageSample } from '../explain/image/sample';
import { readableTogether } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, headingAbove, hoverText, photoBehind, pictureAxes, plainText, rows, wrapText } from './layout';
import { centres, occluderAt } from './occlusion-grid';
import { COLUMN } from './print-geometry';
import { scoreName, scoreNumber } from './words';

/** How the row is drawn. */
export interface OcclusionRowOptions {
  /** Width in px. Default 332, one column of the paper. */
  readonly width?: number;
  /** The photo's panel: the network's input in more px. Default: the input. */
  readonly picture?: ImageSample;
}

const FONT = 11;
const GAP = 8;
const BAR = 40;

type Bound = { readonly grid: OcclusionGrid; readonly values: Float32Array };

/**
 * The photo, with the occluder where the score is lowest, and for each occluder of one target the probability (the logit
 * where the target is not one class) as a function of its position, all on one colour scale.
 *
 * @throws WhylightError for an empty list, a map without a grid, and maps of different targets.
 */
export function occlusionRow(
  maps: readonly Attribution[],
  { width = COLUMN, picture }: OcclusionRowOptions = {},
): Figure {
  const [first] = maps;
  if (first === undefined) throw new WhylightError('a row of occlusions needs at least one map; got none');
  if (maps.some(({ target }) => target.label !== first.target.label)) {
    throw new WhylightError(`the maps explain different targets: ${maps.map(({ target }) => target.label).join(', ')}`);
  }
  const grids = maps.map(({ grid, method }): Bound => {
    if (grid === null) throw new WhylightError(`the ${method} map has no grid of occluder positions`);
    return { grid, values: grid.probabilities ?? grid.logits };
  });
  const show = (value: number) => scoreNumber(first.target, value);
  const quantity = scoreName(first.target);
  const [lowest, highest] = [
    Math.min(...grids.map(({ values }) => values[leastOf(values)]!)),
    Math.max(...grids.map(({ values }) => values[mostOf(values)]!)),
  ];
  const ends = first.target.probability === null ? readableTogether([lowest, highest]) : [lowest, highest].map(show);
  const panels = maps.length + 1;
  const inner = width - 4;
  const size = (inner - GAP * (panels - 1)) / panels;
  const domain = (i: number) => ({
    x: [(i * (size + GAP)) / inner, Math.min(1, (i * (size + GAP) + size) / inner)] as const,
    y: [0, 1] as const,
  });
  const headings = [['Photo'], ...grids.map(({ grid }) => occluderWords(grid).split(', '))];
  const lines = Math.max(...headings.map(({ length }) => length));
  const words = wrapText(quantity, (1 - domain(1).x[0]) * inner, FONT);
  const below = BAR + Math.ceil((words.length - 1) * FONT * 1.3);
  const margin = { l: 2, r: 2, t: 4 + Math.ceil(lines * FONT * 1.3), b: below };
  const worst = leastOf(grids[0]!.values);
  return {
    data: [
      { type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y' },
      ...grids.map(({ grid, values }, i) => ({
        type: 'heatmap',
        z: rows(values, grid.columns),
        x: edges(centres(grid.lefts, grid.size[1], first.width), first.width),
        y: edges(centres(grid.tops, grid.size[0], first.height), first.height),
        customdata: positions(first, grid),
        xaxis: `x${i + 2}`,
        yaxis: `y${i + 2}`,
        zmin: lowest,
        zmax: highest,
        colorscale: Array.from({ length: 17 }, (_, k) => [k / 16, interpolateViridis(k / 16)]),
        hovertemplate: `occluder at x %{customdata[0]} px, y %{customdata[1]} px<br>${hoverText(quantity)} %{z:.4g}<extra></extra>`,
        ...(i > 0 ? { showscale: false } : { colorbar: bar(domain(1).x[0], 1, [lowest, highest], words, ends) }),
      })),
    ],
    layout: {
      ...baseLayout(FONT),
      width,
      height: Math.round(size * (first.height / first.width) + margin.t + margin.b),
      margin,
      images: [photoBehind(first.input, '', picture)],
      shapes: [occluderAt(grids[0]!.grid, worst)],
      annotations: headings.map((heading, i) => headingAbove(heading, domain(i), FONT)),
      ...pictureAxes(first.input, '', domain(0)),
      ...Object.assign({}, ...grids.map((_, i) => pictureAxes(first.input, String(i + 2), domain(i + 1)))),
    },
    alt: grids
      .map(({ grid, values }) => {
        const [least, most] = [leastOf(values), mostOf(values)];
        return (
          `${quantity} for each position of a ${grid.size.join('×')} px occluder on ${first.photo.source}, ` +
          `${occluderWords(grid)}: from ${show(values[least]!)} with the occluder’s centre at ${where(first, grid, least)} ` +
          `to ${show(values[most]!)} at ${where(first, grid, most)}; ${show(first.target.probability ?? first.target.logit)} uncovered.`
        );
      })
      .join(' '),
    caption:
      `${quantity} as a function of the occluder’s position; ` +
      `${show(first.target.probability ?? first.target.logit)} uncovered. ` +
      `Drawn on the photo: the ${occluderWords(grids[0]!.grid)} occluder where ${quantity} is lowest.`,
  };
}

const leastOf = (values: Float32Array) => values.reduce((least, value, i) => (value < values[least]! ? i : least), 0);
const mostOf = (values: Float32Array) => values.reduce((most, value, i) => (value > values[most]! ? i : most), 0);

/** Borders of the cells around centres; the outer cells reach the picture's edges, so that panels of all strides align. */
function edges(middles: readonly number[], length: number): number[] {
  return [-0.5, ...middles.slice(1).map((middle, i) => (middle + middles[i]!) / 2 - 0.5), length - 0.5];
}

/** The occluder's centre for every cell, row by row. */
function positions({ width, height }: Attribution, { lefts, tops, size }: OcclusionGrid): number[][][] {
  const xs = centres(lefts, size[1], width);
  return centres(tops, size[0], height).map((y) => xs.map((x) => [x, y]));
}

/** `10×10 px, stride 5`, from the first two positions. */
function occluderWords({ size, tops, lefts }: OcclusionGrid): string {
  const strides = [tops, lefts].map((starts) => (starts.length > 1 ? starts[1]! - starts[0]! : 0));
  const stride = strides[0] === strides[1] ? String(strides[0]) : strides.join('×');
  return `${size.join('×')} px, stride ${stride}`;
}

function where({ width, height }: Attribution, grid: OcclusionGrid, index: number): string {
  const x = centres(grid.lefts, grid.size[1], width)[index % grid.columns]!;
  const y = centres(grid.tops, grid.size[0], height)[Math.floor(index / grid.columns)]!;
  return `x ${Math.round(x)} px, y ${Math.round(y)} px`;
}

function bar(
  from: number,
  to: number,
  [lowest, highest]: readonly [number, number],
  words: readonly string[],
  ends: readonly string[],
): Record<string, unknown> {
  return {
    orientation: 'h',
    x: (from + to) / 2,
    xanchor: 'center',
    xpad: 24,
    y: 0,
    yanchor: 'top',
    ypad: 3,
    len: to - from,
    thickness: 6,
    outlinewidth: 0.5,
    outlinecolor: '#999',
    ticklen: 0,
    ticklabeloverflow: 'allow',
    tickvals: [lowest, highest],
    ticktext: ends,
    tickfont: { size: FONT },
    title: { text: words.map(plainText).join('<br>'), side: 'bottom', font: { size: FONT } },
  };
}
