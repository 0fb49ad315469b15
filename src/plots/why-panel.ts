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
  /** Below the curve's axis: `lead of wolf, logits`. */
  readonly score: string;
  /** What stands behind a map: its input in more px. Default: the input. */
  readonly picture?: (map: Attribution) => ImageSample;
  /** Default 664 px: two columns of the paper. */
  readonly width?: number;
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
  const { maps, passes, region, picture, width = 2 * COLUMN } = of;
  const [first] = maps as readonly [Attribution];
  const inner = width - 4;
  const titles = ['Photo', ...maps.map((map, i) => `${methodTitle(map)}${passes[i] ? '' : ' (fails a check)'}`)];
  const panels = [...titles, ...(region === null ? [] : [region.words])];
  const curveWidth = 1.5;
  const size = (inner - GAP * panels.length - 40) / (panels.length + curveWidth);
  const tall = size * (first.height / first.width);
  const headings = panels.map((text) => wrapText(text, size, FONT));
  const lines = Math.max(...headings.map(({ length }) => length));
  const margin = { l: 2, r: 2, t: 6 + Math.ceil(lines * FONT * 1.3), b: 36 };
  const domain = (i: number) => ({
    x: [(i * (size + GAP)) / inner, (i * (size + GAP) + size) / inner] as const,
    y: [0, 1] as const,
  });
  const axisOf = (i: number) => (i === 0 ? '' : String(i + 1));
  const scales = maps.map((map) => colourScale([map]));
  const curveAxis = axisOf(panels.length);
  const curveLeft = (panels.length * (size + GAP) + 40) / inner;
  const regionAxis = axisOf(panels.length - 1);
  return {
    data: [
      { type: 'scatter', x: [], y: [], xaxis: 'x', yaxis: 'y' },
      ...maps.map((map, i) => ({ ...mapTrace(map, scales[i]!, axisOf(i + 1)), showscale: false })),
      ...(region === null ? [] : [outlineTrace(region.outline, regionAxis)]),
      ...curveTraces(of, curveAxis),
    ],
    layout: {
      ...baseLayout(FONT),
      margin,
      width,
      height: Math.round(Math.max(tall, 110) + margin.t + margin.b),
      images: [
        photoBehind(first.input, '', picture?.(first)),
        ...maps.map((map, i) => photoBehind(map.input, axisOf(i + 1), picture?.(map))),
        ...(region === null ? [] : [photoBehind(region.image, regionAxis)]),
      ],
      annotations: headings.map((text, i) => headingAbove(text, domain(i), FONT)),
      ...Object.assign({}, ...panels.map((_, i) => pictureAxes(first.input, axisOf(i), domain(i)))),
      ...curveAxes(of.score, curveAxis, curveLeft),
    },
    alt: altOf(of),
    caption: captionOf(of, scales),
  };
}

/** Lines around a region, white on black, so that they are seen on any picture. */
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

function curveAxes(score: string, axis: string, left: number): Record<string, unknown> {
  return {
    [`xaxis${axis}`]: {
      domain: [left, 1],
      anchor: `y${axis}`,
      rangemode: 'tozero',
      title: { text: '% of the input covered', standoff: 3, font: { size: FONT } },
      nticks: 5,
      showgrid: false,
    },
    [`yaxis${axis}`]: {
      domain: [0, 1],
      anchor: `x${axis}`,
      title: { text: plainText(score), standoff: 2, font: { size: FONT } },
      nticks: 6,
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
    `Right: ${score}, as what a map ranks first is covered (${names}; dotted: fails a check); the band is the range with the same shapes at other places, of ${curves[0]!.name}.`,
    ...maps.map((map, i) => clipWords(scales[i]!, `Colours of ${titleInside(map)}`)),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
