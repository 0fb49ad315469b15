import { interpolateViridis } from 'd3-scale-chromatic';
import type { Attribution, OcclusionGrid } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { Figure } from './figure';
import {
  baseLayout,
  fontSize,
  hoverText,
  photoBehind,
  pictureAxes,
  rows,
  sideColourBar,
  titleText,
  wrapText,
} from './layout';
import { scoreName, scoreNumber, targetWords } from './words';

/** How the grid is drawn. */
export interface OcclusionGridOptions {
  /** Width in px. Default 560. */
  readonly width?: number;
  /** Sets the photo beside the grid, with the occluder drawn where the score is lowest. Default: where 300 px allow it. */
  readonly photo?: boolean;
}

/** Below this width the photo and the grid share one narrow row: a smaller frame, and the quantity only in the title. */
const NARROW = 480;

/** Centre of each row's (column's) occluder in input px; the last one may be cut off by the edge. */
export function centres(starts: readonly number[], size: number, length: number): number[] {
  return starts.map((start) => (start + Math.min(length, start + size)) / 2);
}

/**
 * The source paper's view of occlusion: the target's probability (its logit where the target is not one class) as a
 * function of the occluder's position, each cell at the occluder's centre, axes in px of the network's input.
 *
 * @throws WhylightError where the attribution has no grid.
 */
export function occlusionGrid(map: Attribution, options: OcclusionGridOptions = {}): Figure {
  const { width = 560, photo = width >= 300 } = options;
  const { grid, target } = map;
  if (grid === null) throw new WhylightError(`the ${map.method} map has no grid of occluder positions`);
  const values = grid.probabilities ?? grid.logits;
  const show = (value: number) => scoreNumber(target, value);
  const quantity = scoreName(target);
  const [x, y] = [centres(grid.lefts, grid.size[1], map.width), centres(grid.tops, grid.size[0], map.height)];
  const lowest = values.reduce((best, value, i) => (value < values[best]! ? i : best), 0);
  const highest = values.reduce((best, value, i) => (value > values[best]! ? i : best), 0);
  const place = (index: number) =>
    `at x ${Math.round(x[index % grid.columns]!)} px, y ${Math.round(y[Math.floor(index / grid.columns)]!)} px`;
  const clean = show(target.probability ?? target.logit);
  const occluder = `${grid.size.join('×')} px occluder`;
  const narrow = photo && width < NARROW;
  const font = photo && !narrow ? 12 : fontSize(width);
  const frame = { l: 4 * font, r: 6 * font, t: Math.round(2.2 * font), b: Math.round(3.6 * font) };
  const margin = photo ? { ...frame, l: narrow ? 2 : 8, r: narrow ? 4 * font : frame.r } : frame;
  const inner = width - margin.l - margin.r;
  const split = photo ? (narrow ? 0.45 : 0.46) : 0;
  const tall = inner * (photo ? split : 1) * (map.height / map.width);
  const axis = photo ? '2' : '';
  const title = narrow
    ? `${quantity} for each position; ${clean} uncovered`
    : `${grid.size.join('×')} px occluder: ${targetWords(map)} uncovered`;
  return {
    data: [
      ...(photo ? [{ type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y' }] : []),
      {
        type: 'heatmap',
        z: rows(values, grid.columns),
        x,
        y,
        xaxis: `x${axis}`,
        yaxis: `y${axis}`,
        colorscale: Array.from({ length: 17 }, (_, i) => [i / 16, interpolateViridis(i / 16)]),
        colorbar: sideColourBar(narrow ? null : wrapText(quantity, tall, font)),
        hovertemplate: `occluder at x %{x} px, y %{y} px<br>${hoverText(quantity)} %{z:.4g}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(tall + margin.t + margin.b),
      margin,
      title: titleText(title, font),
      ...(photo
        ? {
            images: [photoBehind(map.input)],
            shapes: [occluderAt(grid, lowest)],
            ...pictureAxes(map.input, '', { x: [0, split], y: [0, 1] }),
          }
        : {}),
      ...gridAxes(map, axis, photo ? [1 - split, 1] : [0, 1]),
    },
    alt:
      `${quantity} for each position of a ${occluder} on ${map.photo.source}: from ${show(values[lowest]!)} with the ` +
      `occluder’s centre ${place(lowest)} to ${show(values[highest]!)} ${place(highest)}; ${clean} uncovered.`,
    caption:
      `${quantity} as a function of the position of a ${occluder}, ${grid.rows}×${grid.columns} positions; ` +
      `${clean} uncovered, ${show(values[lowest]!)} with the occluder ${place(lowest)}${photo ? ' (drawn)' : ''}, ` +
      `${show(values[highest]!)} ${place(highest)}.`,
  };
}

/** The occluder itself at one of its positions. */
export function occluderAt({ lefts, tops, size, columns }: OcclusionGrid, index: number): Record<string, unknown> {
  const [left, top] = [lefts[index % columns]!, tops[Math.floor(index / columns)]!];
  return {
    type: 'rect',
    x0: left - 0.5,
    y0: top - 0.5,
    x1: left + size[1] - 0.5,
    y1: top + size[0] - 0.5,
    fillcolor: 'black',
    opacity: 0.85,
    line: { color: 'white', width: 1 },
  };
}

/** Axes in px of the network's input for positions of an occluder. */
export function gridAxes(
  { height, width }: Attribution,
  axis: string,
  domain: readonly [number, number],
): Record<string, unknown> {
  return {
    [`xaxis${axis}`]: {
      title: { text: 'occluder’s centre, px', standoff: 6 },
      range: [0, width],
      domain,
      anchor: `y${axis}`,
      constrain: 'domain',
      zeroline: false,
      showgrid: false,
      showline: true,
      mirror: true,
      linecolor: '#888',
      linewidth: 0.5,
      ticks: 'outside',
      nticks: 6,
    },
    [`yaxis${axis}`]: {
      range: [height, 0],
      anchor: `x${axis}`,
      scaleanchor: `x${axis}`,
      constrain: 'domain',
      zeroline: false,
      showgrid: false,
      showline: true,
      mirror: true,
      linecolor: '#888',
      linewidth: 0.5,
      ticks: 'outside',
      nticks: 6,
    },
  };
}
