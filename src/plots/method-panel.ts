import type { Attribution } from '../explain/attribution';
import { colourScale, type ScaleOptions } from './colour';
import { describeMap } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, photoBehind, pictureAxes, plainText } from './layout';
import { mapTrace } from './overlay';
import { methodTitle, shortLabel, targetWords } from './words';

/** How several maps stand side by side. */
export interface PanelOptions extends ScaleOptions {
  /** One colour scale for all maps, so that their strengths compare. Default false. */
  readonly shared?: boolean;
  /** Title above each map. Default: method and target. */
  readonly title?: (map: Attribution) => string;
  /** Width in px. Default 340, one column of the paper at 96 dpi. */
  readonly width?: number;
  /** Also shows the photo without a map, first. Default true. */
  readonly photo?: boolean;
}

/** The photo and one panel for each map, in one row. All maps explain the same input. */
export function methodPanel(maps: readonly Attribution[], options: PanelOptions = {}): Figure {
  const { shared = false, title = (map) => `${methodTitle(map)}`, width = 340, photo = true, ...scaling } = options;
  const first = maps[0]!;
  const panels = maps.length + (photo ? 1 : 0);
  const gap = 6 / width;
  const share = (1 - gap * (panels - 1)) / panels;
  const domain = (i: number) => ({ x: [i * (share + gap), i * (share + gap) + share] as const, y: [0, 1] as const });
  const common = colourScale(maps, scaling);
  const axisOf = (i: number) => (i === 0 ? '' : String(i + 1));
  const margin = { l: 2, r: 2, t: 30, b: 2 };
  const height = Math.round((width - 4) * share * (first.height / first.width) + margin.t + margin.b);
  const heading = (i: number, text: string) => ({
    text: plainText(text),
    x: domain(i).x[0] + share / 2,
    y: 1,
    xref: 'paper',
    yref: 'paper',
    xanchor: 'center',
    yanchor: 'bottom',
    showarrow: false,
    font: { size: 11 },
  });
  const offset = photo ? 1 : 0;
  return {
    data: [
      ...(photo ? [{ type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y' }] : []),
      ...maps.map((map, i) => ({
        ...mapTrace(map, shared ? common : colourScale([map], scaling), axisOf(i + offset)),
        showscale: false,
      })),
    ],
    layout: {
      ...baseLayout,
      margin,
      width,
      height,
      images: Array.from({ length: panels }, (_, i) => photoBehind(maps[Math.max(0, i - offset)]!.input, axisOf(i))),
      annotations: [...(photo ? [heading(0, 'Photo')] : []), ...maps.map((map, i) => heading(i + offset, title(map)))],
      ...Object.assign({}, ...Array.from({ length: panels }, (_, i) => pictureAxes(first.input, axisOf(i), domain(i)))),
    },
    alt: maps
      .map(
        (map) => `${methodTitle(map)} for ${shortLabel(map.target.label)} on ${map.photo.source}. ${describeMap(map)}`,
      )
      .join(' '),
    caption: `${first.photo.source}: ${maps.map((map) => `${methodTitle(map).toLowerCase()} (${targetWords(map)})`).join('; ')}.`,
  };
}
