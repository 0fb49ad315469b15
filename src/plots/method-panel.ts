import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { ImageSample } from '../explain/image/sample';
import { type ColourScale, colourScale, endText, type ScaleOptions } from './colour';
import { describeMap, readableTogether } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, headingAbove, photoBehind, pictureAxes, wrapText } from './layout';
import { clipWords, mapTrace } from './overlay';
import { COLUMN } from './print-geometry';
import { methodTitle, targetName, targetWords, titleInside } from './words';

/** How several maps stand side by side. */
export interface PanelOptions extends ScaleOptions {
  /** One colour scale for all maps, so that their strengths compare. Default false. */
  readonly shared?: boolean;
  /** Title above each map. Default: the method. */
  readonly title?: (map: Attribution) => string;
  /** Width in px. Default 332, one column of the paper at 96 dpi; four panels want twice that. */
  readonly width?: number;
  /** What stands behind a map: its input in more px. Default: the input. */
  readonly picture?: (map: Attribution) => ImageSample;
  /** Also shows the photo without a map, first. Default true. */
  readonly photo?: boolean;
  /** A colour bar with its end values under each map, or one under all where the scale is shared. Default: in one row. */
  readonly bars?: boolean;
  /** Panels in a row. Default: all. */
  readonly columns?: number;
}

const FONT = 11;
const GAP = 6;
const BAR = 26;

/**
 * The photo and one panel for each map, in one row or several.
 * @throws WhylightError for an empty list.
 */
export function methodPanel(maps: readonly Attribution[], options: PanelOptions = {}): Figure {
  const { shared = false, title = methodTitle, width = COLUMN, photo = true, picture, columns, ...rest } = options;
  const first = maps[0];
  if (first === undefined) throw new WhylightError('a method panel needs at least one map; got none');
  const offset = photo ? 1 : 0;
  const panels = maps.length + offset;
  const inner = width - 4;
  const across = Math.min(panels, columns ?? panels);
  const down = Math.ceil(panels / across);
  const { bars = down === 1, ...scaling } = rest;
  const size = (inner - GAP * (across - 1)) / across;
  const axisOf = (i: number) => (i === 0 ? '' : String(i + 1));
  const headings = [...(photo ? ['Photo'] : []), ...maps.map(title)].map((text) => wrapText(text, size, FONT));
  const lines = Math.max(...headings.map(({ length }) => length));
  const heading = 4 + Math.ceil(lines * FONT * 1.3);
  const margin = { l: 2, r: 2, t: heading, b: bars ? BAR : 2 };
  const tall = size * Math.max(...maps.map((map) => map.height / map.width));
  const area = down * tall + (down - 1) * heading;
  const domain = (i: number) => {
    const [left, top] = [((i % across) * (size + GAP)) / inner, (Math.floor(i / across) * (tall + heading)) / area];
    return {
      x: [left, Math.min(1, left + size / inner)] as const,
      y: [Math.max(0, 1 - top - tall / area), 1 - top] as const,
    };
  };
  const common = shared ? colourScale(maps, scaling) : null;
  const scales = maps.map((map) => common ?? colourScale([map], scaling));
  const sources = [...(photo ? [first] : []), ...maps];
  const inputs = sources.map(({ input }) => input);
  const bar = (i: number) => {
    if (!bars || (shared && i > 0)) return { showscale: false };
    const last = shared ? maps.length - 1 : i;
    return { colorbar: colourBar(scales[i]!, domain(i + offset).x[0], domain(last + offset).x[1]) };
  };
  return {
    data: [
      ...(photo ? [{ type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y' }] : []),
      ...maps.map((map, i) => ({ ...mapTrace(map, scales[i]!, axisOf(i + offset)), ...bar(i) })),
    ],
    layout: {
      ...baseLayout(FONT),
      margin,
      width,
      height: Math.round(area + margin.t + margin.b),
      images: sources.map((map, i) => photoBehind(map.input, axisOf(i), picture?.(map))),
      annotations: headings.map((text, i) => headingAbove(text, domain(i), FONT)),
      ...Object.assign({}, ...inputs.map((input, i) => pictureAxes(input, axisOf(i), domain(i)))),
    },
    alt: maps
      .map((map) => `${methodTitle(map)} for ${targetName(map.target)} on ${map.photo.source}. ${describeMap(map)}`)
      .join(' '),
    caption: captionOf(maps, scales),
  };
}

/** A thin bar under its maps with a number at each end, and at 0 where that lies well between. */
function colourBar(scale: ColourScale, from: number, to: number): Record<string, unknown> {
  const { minimum, maximum } = scale;
  const between = minimum < -0.3 * maximum && maximum > -0.3 * minimum;
  const ticks = [minimum, ...(between ? [0] : []), maximum];
  const texts = readableTogether(ticks).map((text, i) => endText(scale, ticks[i]!, text));
  return {
    orientation: 'h',
    x: (from + to) / 2,
    xanchor: 'center',
    // Half of a long number at an end stays within its panel.
    xpad: Math.max(24, Math.ceil(0.3 * FONT * Math.max(...texts.map(({ length }) => length)))),
    y: 0,
    yanchor: 'top',
    ypad: 3,
    len: to - from,
    lenmode: 'fraction',
    thickness: 6,
    outlinewidth: 0.5,
    outlinecolor: '#999',
    ticklen: 0,
    ticklabeloverflow: 'allow',
    tickvals: ticks,
    ticktext: texts,
    tickfont: { size: FONT },
  };
}

function captionOf(maps: readonly Attribution[], scales: readonly ColourScale[]): string {
  const names = maps.map((map) => `${titleInside(map)} (${targetWords(map)})`).join('; ');
  const clipped = maps.flatMap((map, i) => (scales[i]!.clipped ? [{ map, scale: scales[i]! }] : []));
  const shared = new Set(scales).size === 1;
  const clips = shared
    ? [clipWords(scales[0]!)]
    : clipped.map(({ map, scale }) => clipWords(scale, `Colours of ${titleInside(map)}`));
  return [`${maps[0]!.photo.source}: ${names}.`, ...clips].filter((part) => part !== '').join(' ');
}
