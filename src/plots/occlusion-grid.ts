import { interpolateViridis } from 'd3-scale-chromatic';
import type { Attribution } from '../explain/attribution';
import { readable } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, plainText, rows } from './layout';
import { percent, shortLabel, targetWords } from './words';

/**
 * The source paper's view of occlusion: the target's probability (its logit where the target is not one class) as a
 * function of the occluder's position, each cell at the occluder's centre.
 *
 * @throws TypeError where the attribution has no grid.
 */
export function occlusionGrid(map: Attribution, { width = 420 }: { readonly width?: number } = {}): Figure {
  const { grid, target } = map;
  if (grid === null) throw new TypeError(`the ${map.method} map has no grid of occluder positions`);
  const values = grid.probabilities ?? grid.logits;
  const show = grid.probabilities === null ? readable : percent;
  const quantity = grid.probabilities === null ? 'logit' : `P(${shortLabel(target.label)})`;
  const centres = (starts: readonly number[], size: number, length: number) =>
    starts.map((start) => (start + Math.min(length, start + size)) / 2);
  const lowest = values.indexOf(Math.min(...values));
  const highest = values.indexOf(Math.max(...values));
  const place = (index: number) =>
    `${Math.round(centres(grid.lefts, grid.size[1], map.width)[index % grid.columns]!)} px from the left and ` +
    `${Math.round(centres(grid.tops, grid.size[0], map.height)[Math.floor(index / grid.columns)]!)} px from the top`;
  const clean = show(target.probability ?? target.logit);
  return {
    data: [
      {
        type: 'heatmap',
        z: rows(values, grid.columns),
        x: centres(grid.lefts, grid.size[1], map.width),
        y: centres(grid.tops, grid.size[0], map.height),
        colorscale: Array.from({ length: 17 }, (_, i) => [i / 16, interpolateViridis(i / 16)]),
        colorbar: { thickness: 12, outlinewidth: 0, title: { text: plainText(quantity), side: 'right' } },
        hovertemplate: `occluder at x %{x} px, y %{y} px<br>${plainText(quantity)} %{z:.4g}<extra></extra>`,
      },
    ],
    layout: {
      ...baseLayout,
      width,
      height: Math.round((width - 140) * (map.height / map.width) + 84),
      margin: { l: 46, r: 8, t: 34, b: 42 },
      title: {
        text: plainText(`Occluder ${grid.size.join('×')} px: ${targetWords(map)} uncovered`),
        font: { size: 13 },
        x: 0.02,
        xanchor: 'left',
      },
      xaxis: { title: { text: 'occluder’s centre, px' }, range: [0, map.width], constrain: 'domain', zeroline: false },
      yaxis: { range: [map.height, 0], scaleanchor: 'x', constrain: 'domain', zeroline: false },
    },
    alt:
      `${quantity} for each position of a ${grid.size.join('×')} px occluder on ${map.photo.source}: from ` +
      `${show(values[lowest]!)} with the occluder ${place(lowest)} to ${show(values[highest]!)} with it ` +
      `${place(highest)}; ${clean} uncovered.`,
    caption:
      `${quantity} as a function of the occluder’s position, ${grid.rows}×${grid.columns} positions; ` +
      `${clean} without occluder, ${show(values[lowest]!)} at the lowest.`,
  };
}
