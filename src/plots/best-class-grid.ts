import { schemeTableau10 } from 'd3-scale-chromatic';
import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { Figure } from './figure';
import { baseLayout, fontSize, hoverText, photoBehind, pictureAxes, plainText, titleText } from './layout';
import { centres, gridAxes } from './occlusion-grid';
import { className, percent } from './words';

/** How it is drawn. */
export interface BestClassGridOptions {
  /** Width in px. Default 560. */
  readonly width?: number;
}

/** Classes that get a colour of their own. */
const MOST = 8;
const OTHERS = '#bbbbbb';

/**
 * Zeiler and Fergus's third view of occlusion: the most probable class as a function of the occluder's position, each cell
 * at the occluder's centre, beside the photo. Positions that were interpolated, not run, stay white.
 *
 * @throws WhylightError where the attribution has no grid, or one that was saved without the best classes.
 */
export function bestClassGrid(map: Attribution, { width = 560 }: BestClassGridOptions = {}): Figure {
  const { grid } = map;
  if (grid === null) throw new WhylightError(`the ${map.method} map has no grid of occluder positions`);
  if (grid.best === null) throw new WhylightError('this map was saved without the best class at each position');
  const { classes, probabilities, labels } = grid.best;
  const name = (index: number) => className(labels[index]!);
  const run = classes.filter((index) => index !== null);
  const ranked = [...new Set(run)]
    .map((index) => ({ index, count: run.filter((other) => other === index).length }))
    .sort((a, b) => b.count - a.count || a.index - b.index);
  const own = ranked.length > MOST ? ranked.slice(0, MOST - 1) : ranked;
  const others = ranked.slice(own.length);
  const entries = [
    ...own.map(({ index, count }, i) => ({ text: `${name(index)}: ${count}`, colour: schemeTableau10[i]! })),
    ...(others.length > 0
      ? [
          {
            text: `${others.length} other classes: ${others.reduce((sum, { count }) => sum + count, 0)}`,
            colour: OTHERS,
          },
        ]
      : []),
  ];
  const missing = classes.length - run.length;
  const colourOf = (index: number | null) => {
    if (index === null) return null;
    const at = own.findIndex((entry) => entry.index === index);
    return at === -1 ? own.length : at;
  };
  const matrix = <T>(values: readonly T[]) =>
    Array.from({ length: grid.rows }, (_, row) => values.slice(row * grid.columns, (row + 1) * grid.columns));
  const texts = classes.map((index, i) =>
    index === null ? 'not run' : hoverText(`${name(index)}, ${percent(probabilities[i]!)}`),
  );
  const font = Math.min(12, fontSize(width));
  const line = Math.round(1.7 * font);
  const margin = { l: 8, r: 12, t: Math.round(2.2 * font), b: Math.round(3.6 * font) + line * entries.length };
  const split = 0.44;
  const tall = (width - margin.l - margin.r) * split * (map.height / map.width);
  const occluder = `${grid.size.join('×')} px occluder`;
  const counts = ranked.slice(0, MOST).map(({ index, count }) => `${name(index)} at ${count}`);
  const rest = ranked.slice(MOST).reduce((sum, { count }) => sum + count, 0);
  const words =
    `${counts.join(', ')}${rest > 0 ? `, others at ${rest}` : ''} of ${run.length} positions` +
    `${missing > 0 ? `; ${missing} more were interpolated, not run` : ''}`;
  return {
    data: [
      { type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y', showlegend: false },
      {
        type: 'heatmap',
        z: matrix(classes.map(colourOf)),
        text: matrix(texts),
        x: centres(grid.lefts, grid.size[1], map.width),
        y: centres(grid.tops, grid.size[0], map.height),
        xaxis: 'x2',
        yaxis: 'y2',
        zmin: -0.5,
        zmax: entries.length - 0.5,
        colorscale: entries.flatMap(({ colour }, i) => [
          [i / entries.length, colour],
          [(i + 1) / entries.length, colour],
        ]),
        showscale: false,
        hovertemplate: 'occluder at x %{x} px, y %{y} px<br>%{text}<extra></extra>',
      },
      ...entries.map(({ text, colour }) => ({
        type: 'scatter',
        mode: 'markers',
        x: [null],
        y: [null],
        xaxis: 'x2',
        yaxis: 'y2',
        name: plainText(text),
        showlegend: true,
        marker: { symbol: 'square', size: font, color: colour },
      })),
    ],
    layout: {
      ...baseLayout(font),
      width,
      height: Math.round(tall + margin.t + margin.b),
      margin,
      title: titleText(`Most probable class at each position of a ${occluder}`, font),
      showlegend: true,
      // Below the axis' title, in the room of the margin.
      legend: { x: 0, xanchor: 'left', y: (-3.4 * font) / tall, yanchor: 'top', itemclick: false },
      images: [photoBehind(map.input)],
      ...pictureAxes(map.input, '', { x: [0, split], y: [0, 1] }),
      ...gridAxes(map, '2', [1 - split, 1]),
    },
    alt: `The most probable class for each position of a ${occluder} on ${map.photo.source}: ${words}.`,
    caption: `Most probable class as a function of the position of a ${occluder}, ${grid.rows}×${grid.columns} positions: ${words}.`,
  };
}
