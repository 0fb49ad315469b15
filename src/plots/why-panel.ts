import type { Attribution } from '../explain/attribution';
import type { ImageSample } from '../explain/image/sample';
import { colourScale, onWhite } from './colour';
import { describeMap, readable } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, headingAbove, photoBehind, pictureAxes, plainText, wrapText } from './layout';
import { clipWords, mapTrace } from './overlay';
import { COLUMN } from './print-geometry';
import { methodTitle, targetName, titleInside } from './words';

/** How a score falls as places are covered. */
export interface CoveringCurve {
  /** The map by whose order places are covered. */
  readonly name: string;
  /** Shares of the input that are covered, from 0. */
  readonly shares: readonly number[];
  readonly scores: readonly number[];
}

/** What one answer's explanation is drawn from. */
export interface WhyPicture {
  readonly maps: readonly Attribution[];
  /** Says for each map whether something is concluded from it. */
  readonly passes: readonly boolean[];
  /** The input with the region covered, what is said of it, and its outline in px; null where none was searched. */
  readonly region: {
    readonly image: ImageSample;
    readonly words: string;
    readonly spoken: string;
    readonly outline: readonly Outline[];
  } | null;
  readonly curves: readonly CoveringCurve[];
  /** Least and largest score with the same shapes at other places, of the first curve. */
  readonly band: {
    readonly shares: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
  };
  /** Above the curves: `lead of wolf, logits`. */
  readonly score: string;
  /** What stands behind a map: its input in more px. Default: the input. */
  readonly picture?: (map: Attribution) => ImageSample;
  /** Default 664 px. */
  readonly width?: number;
  /** Panels in a row. Default: all. */
  readonly columns?: number;
}

/** A line from one corner of a pixel to another, in px from the upper left corner of the picture. */
export interface Outline {
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
}

const FONT = 11;
const GAP = 8;
const colours = ['#b5367a', '#2f6db5', '#6b8f3a', '#7a7a85'];

/**
 * Why a network answered as it did: the photo, maps of it, the smallest region whose covering turns the answer, and how the
 * score falls as places are covered, the most important ones first, against the same shapes at other places.
 */
export function whyPanel(of: WhyPicture): Figure {
  const { maps, passes, region, picture, width = 2 * COLUMN, columns, score } = of;
  const [first] = maps as readonly [Attribution];
  const inner = width - 4;
  const titles = [
    'Photo',
    ...maps.map((map, i) => `${methodTitle(map)}${passes[i] ? '' : ' (fails)'}`),
    ...(region === null ? [] : [region.words]),
  ];
  const panels = titles.length;
  const headed = [...titles, score.charAt(0).toUpperCase() + score.slice(1)];
  const across = Math.min(columns ?? panels + 1, panels + 1);
  const down = Math.ceil((panels + 1) / across);
  const size = (inner - GAP * (across - 1)) / across;
  const headings = headed.map((text) => wrapText(text, size, FONT));
  const heading = 6 + Math.ceil(Math.max(...headings.map(({ length }) => length)) * FONT * 1.3);
  const tall = size * (first.height / first.width);
  const margin = { l: 2, r: 2, t: heading, b: 34 };
  const area = down * tall + (down - 1) * heading;
  const domain = (i: number) => {
    const [left, top] = [(i % across) * (size + GAP), Math.floor(i / across) * (tall + heading)];
    return {
      x: [left / inner, Math.min(1, (left + size) / inner)] as const,
      y: [Math.max(0, 1 - (top + tall) / area), 1 - top / area] as const,
    };
  };
  const axisOf = (i: number) => (i === 0 ? '' : String(i + 1));
  const scales = maps.map((map) => colourScale([map]));
  const curve = { axis: axisOf(panels), x: [domain(panels).x[0] + 34 / inner, 1] as const, y: domain(panels).y };
  const regionAxis = axisOf(panels - 1);
  return {
    data: [
      { type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y' },
      ...maps.map((map, i) => ({ ...mapTrace(map, scales[i]!, axisOf(i + 1)), showscale: false })),
      ...(region === null ? [] : [outlineTrace(region.outline, regionAxis)]),
      ...curveTraces(of, curve.axis),
    ],
    layout: {
      ...baseLayout(FONT),
      margin,
      width,
      height: Math.round(area + margin.t + margin.b),
      images: [
        photoBehind(first.input, '', picture?.(first)),
        ...maps.map((map, i) => photoBehind(map.input, axisOf(i + 1), picture?.(map))),
        ...(region === null ? [] : [photoBehind(region.image, regionAxis)]),
      ],
      // A map's title has the colour of its curve.
      annotations: headings.map((text, i) => ({
        ...headingAbove(text, domain(i), FONT),
        ...(i > 0 && i <= maps.length && { font: { size: FONT, color: colours[(i - 1) % colours.length] } }),
      })),
      ...Object.assign({}, ...titles.map((_, i) => pictureAxes(first.input, axisOf(i), domain(i)))),
      ...curveAxes(curve),
    },
    alt: altOf(of),
    caption: captionOf(of, scales),
  };
}

/** Lines around a region, in a colour that pictures seldom have. */
function outlineTrace(outline: readonly Outline[], axis: string): Record<string, unknown> {
  const along = (k: 0 | 1) => outline.flatMap(({ from, to }) => [from[k] - 0.5, to[k] - 0.5, null]);
  return {
    type: 'scatter',
    mode: 'lines',
    x: along(0),
    y: along(1),
    xaxis: `x${axis}`,
    yaxis: `y${axis}`,
    line: { color: '#ffd400', width: 2 },
    hoverinfo: 'skip',
  };
}

function curveTraces({ curves, band, passes }: WhyPicture, axis: string): Record<string, unknown>[] {
  const at = { xaxis: `x${axis}`, yaxis: `y${axis}` };
  const percent = (shares: readonly number[]) => shares.map((share) => 100 * share);
  const x = percent(band.shares);
  return [
    {
      type: 'scatter',
      mode: 'lines',
      x: [...x, ...[...x].reverse()],
      y: [...band.high, ...[...band.low].reverse()],
      fill: 'toself',
      fillcolor: onWhite([122, 122, 133, 0.3]),
      line: { width: 0 },
      hoverinfo: 'skip',
      ...at,
    },
    ...curves.map(({ name, shares, scores }, i) => ({
      type: 'scatter',
      mode: 'lines+markers',
      name: plainText(name),
      x: percent(shares),
      y: scores,
      line: { color: colours[i % colours.length], width: 1.5, dash: passes[i] ? 'solid' : 'dot' },
      marker: { size: 4, color: colours[i % colours.length] },
      hovertemplate: `${plainText(name)}<br>%{x:.3g} % covered: %{y:.3g}<extra></extra>`,
      ...at,
    })),
  ];
}

interface CurvePlace {
  readonly axis: string;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

function curveAxes({ axis, x, y }: CurvePlace): Record<string, unknown> {
  return {
    [`xaxis${axis}`]: {
      domain: x,
      anchor: `y${axis}`,
      rangemode: 'tozero',
      title: { text: '% covered', standoff: 3, font: { size: FONT } },
      nticks: 4,
      showgrid: false,
    },
    [`yaxis${axis}`]: {
      domain: y,
      anchor: `x${axis}`,
      nticks: 5,
      gridcolor: '#e6e6ea',
      zeroline: true,
      zerolinecolor: '#555',
    },
  };
}

const colourNames = ['red', 'blue', 'green', 'grey'];

function altOf({ maps, region, curves, score }: WhyPicture): string {
  const [first] = maps as readonly [Attribution];
  return [
    `The photo ${first.photo.source}.`,
    ...maps.map((map) => `${methodTitle(map)} for ${targetName(map.target)}: ${describeMap(map)}`),
    ...(region === null ? [] : [region.spoken]),
    ...curves.map(
      ({ name, shares, scores }) =>
        `${score}, covering what ${name} ranks first: ${scores.map((one, i) => `${readable(one)} at ${readable(100 * shares[i]!)} %`).join(', ')}.`,
    ),
  ].join(' ');
}

function captionOf(
  { maps, curves, region, score }: WhyPicture,
  scales: readonly ReturnType<typeof colourScale>[],
): string {
  const names = curves.map(({ name }, i) => `${name} ${colourNames[i % colourNames.length]}`).join(', ');
  return [
    `${maps[0]!.photo.source}, maps for ${targetName(maps[0]!.target)}, each on a scale of its own.`,
    ...(region === null ? [] : [region.spoken]),
    `Right: ${score}, as what a map ranks first is covered (${names}; dotted: fails a check); the band is the range of the ${colourNames[0]} curve’s shapes at other places.`,
    ...maps.map((map, i) => clipWords(scales[i]!, `Colours of ${titleInside(map)}`)),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
