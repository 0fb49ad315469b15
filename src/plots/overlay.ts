import type { Attribution } from '../explain/attribution';
import { seenWords } from '../explain/image/seen';
import { type ColourScale, colourScale, type ScaleOptions } from './colour';
import { describeMap, readable, readableTogether } from './describe-map';
import type { Figure } from './figure';
import {
  baseLayout,
  fontSize,
  hoverText,
  photoBehind,
  pictureAxes,
  plainText,
  rows,
  sideColourBar,
  titleText,
} from './layout';
import { methodTitle, optionWords, targetName, targetWords, valueUnit } from './words';

/** How a map is laid over its photo. */
export interface OverlayOptions extends ScaleOptions {
  /** Default: the method and the target. */
  readonly title?: string;
  /** Width in px; the height follows from the photo. Default 420. */
  readonly width?: number;
}

/** The heat map of one attribution as a Plotly trace; hovering shows position and raw value. */
export function mapTrace(map: Attribution, scale: ColourScale, axis = ''): Record<string, unknown> {
  return {
    type: 'heatmap',
    z: rows(map.values, map.width),
    xaxis: `x${axis}`,
    yaxis: `y${axis}`,
    zmin: scale.minimum,
    zmax: scale.maximum,
    colorscale: scale.plotly,
    zsmooth: false,
    hovertemplate: `${hoverText(methodTitle(map))}<br>x %{x} px, y %{y} px<br>%{z:.4g}<extra></extra>`,
    name: plainText(`${methodTitle(map)}: ${targetName(map.target)}`),
  };
}

/** What a caption says of a scale that is clipped. */
export function clipWords({ clipped, minimum, maximum, signed }: ColourScale, subject = 'Colours'): string {
  if (!clipped) return '';
  return signed && minimum < 0
    ? `${subject} end at ${readableTogether([minimum, maximum]).join(' and ')}.`
    : `${subject} end at ${readable(maximum)}; stronger pixels have the last one.`;
}

/**
 * A map over the photo it explains, with a colour bar in the map's own units.
 * For several maps in a row see `methodPanel`; for a file see `overlayPng`.
 */
export function overlay(map: Attribution, { title, width = 420, ...scaling }: OverlayOptions = {}): Figure {
  const scale = colourScale([map], scaling);
  const font = fontSize(width);
  const margin = { l: 8, r: Math.round(font * 5.6), t: Math.round(font * 2.2), b: 8 };
  const picture = (width - margin.l - margin.r) * (map.height / map.width);
  const sees = seenWords(map.photo, map.crop);
  const heading = title ?? `${methodTitle(map)}: ${targetWords(map)}`;
  return {
    data: [
      {
        ...mapTrace(map, scale),
        colorbar: sideColourBar(valueUnit(map)),
      },
    ],
    layout: {
      ...baseLayout(font),
      margin,
      width,
      height: Math.round(picture + margin.t + margin.b),
      title: titleText(heading, font),
      images: [photoBehind(map.input)],
      ...pictureAxes(map.input),
    },
    alt: `${heading}, on ${map.photo.source}. ${describeMap(map)}`,
    caption: [
      `${methodTitle(map)} of ${map.network.title} for ${targetWords(map)}, on ${map.photo.source}${optionWords(map)}.`,
      clipWords(scale),
      sees === null ? '' : `The network ${sees} px of the photo.`,
      ...map.notes.map(sentence),
    ]
      .filter((part) => part !== '')
      .join(' '),
  };
}

const sentence = (note: string) => `${note.charAt(0).toUpperCase()}${note.slice(1)}${/[.!?]$/.test(note) ? '' : '.'}`;
