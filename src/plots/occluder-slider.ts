import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { Figure } from './figure';
import { baseLayout, fontSize, photoBehind, pictureAxes, plainSlider, plainText, titleText } from './layout';
import { scoreName, scoreNumber, targetWords } from './words';

/** How many positions the slider has, and how wide it is. */
export interface OccluderSliderOptions {
  /** At most so many rows and columns of the grid. Default 12. */
  readonly most?: number;
  /** Width in px. Default 420. */
  readonly width?: number;
}

/** About `most` of `count` indices, the first, the last and `least` among them. */
function spread(count: number, most: number, least: number): number[] {
  const steps = Math.min(count, Math.max(2, most));
  const even = Array.from({ length: steps }, (_, i) => Math.round((i * (count - 1)) / Math.max(1, steps - 1)));
  const inner = even.slice(1, -1);
  const nearest = inner.reduce((best, one) => (Math.abs(one - least) < Math.abs(best - least) ? one : best), inner[0]!);
  // It takes its neighbour's place, so that the slider stays as long as it was.
  const all = even.includes(least) ? even : [...even.filter((one) => one !== nearest), least];
  return [...new Set(all)].sort((a, b) => a - b);
}

/**
 * The photo as the network saw it with the occluder in place, and a slider that moves the occluder line by line and
 * says the target's probability at each position (of the occluder's centre, as `occlusionGrid` does); it starts at the lowest of the whole grid. It needs no kernel, so it
 * works in an exported page, too.
 *
 * @throws WhylightError where the attribution has no grid.
 */
export function occluderSlider(map: Attribution, { most = 12, width = 420 }: OccluderSliderOptions = {}): Figure {
  const { grid, target } = map;
  if (grid === null) throw new WhylightError(`the ${map.method} map has no grid of occluder positions`);
  const font = fontSize(width);
  const values = grid.probabilities ?? grid.logits;
  const score = (value: number) => `${scoreName(target)} = ${scoreNumber(target, value)}`;
  const least = values.reduce((best, value, i) => (value < values[best]! ? i : best), 0);
  const rows = spread(grid.rows, most, Math.floor(least / grid.columns));
  const columns = spread(grid.columns, most, least % grid.columns);
  const positions = rows.flatMap((row) =>
    columns.map((column) => {
      const [top, left] = [grid.tops[row]!, grid.lefts[column]!];
      const value = values[row * grid.columns + column]!;
      return {
        left,
        top,
        value,
        label: `x ${left + grid.size[1] / 2} px, y ${top + grid.size[0] / 2} px: ${score(value)}`,
      };
    }),
  );
  const lowest = positions.reduce((best, { value }, i) => (value < positions[best]!.value ? i : best), 0);
  const shape = ({ left, top }: (typeof positions)[number]) => ({
    type: 'rect',
    x0: left - 0.5,
    y0: top - 0.5,
    x1: Math.min(map.width, left + grid.size[1]) - 0.5,
    y1: Math.min(map.height, top + grid.size[0]) - 0.5,
    fillcolor: 'black',
    line: { width: 0 },
  });
  // Corner by corner: of steps that all set one property Plotly takes its value for the slider's own, and after a zoom
  // the slider then stands elsewhere than the square.
  const moved = (position: (typeof positions)[number]) => {
    const { x0, y0, x1, y1 } = shape(position);
    return { 'shapes[0].x0': x0, 'shapes[0].y0': y0, 'shapes[0].x1': x1, 'shapes[0].y1': y1 };
  };
  const margin = { l: 8, r: 8, t: Math.round(font * 2.2), b: Math.round(font * 5) };
  const picture = (width - margin.l - margin.r) * (map.height / map.width);
  const heading = `${grid.size.join('×')} px occluder: ${targetWords(map)} uncovered`;
  return {
    data: [{ type: 'scatter', x: [], y: [] }],
    layout: {
      ...baseLayout(font),
      margin,
      width,
      height: Math.round(picture + margin.t + margin.b),
      title: titleText(heading, font),
      images: [photoBehind(map.input)],
      ...pictureAxes(map.input),
      shapes: [shape(positions[lowest]!)],
      sliders: [
        plainSlider(
          positions.map((position) => ({
            label: plainText(position.label),
            method: 'relayout',
            args: [moved(position)],
          })),
          { active: lowest, font },
        ),
      ],
    },
    alt: `${heading}, on ${map.photo.source}; ${positions.length} positions, the lowest at ${positions[lowest]!.label}.`,
    caption: `Move the slider to move the occluder over ${map.photo.source}; it starts where ${scoreName(target)} is lowest.`,
  };
}
