import type { Attribution } from '../explain/attribution';
import { type ColourScale, colourScale, type ScaleOptions } from './colour';
import { describeMap } from './describe-map';
import type { Figure } from './figure';
import { baseLayout, photoBehind, pictureAxes, plainText, rows } from './layout';
import { methodTitle, shortLabel, targetWords, valueUnit } from './words';

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
    hovertemplate: 'x %{x} px, y %{y} px<br>%{z:.4g}<extra></extra>',
    name: plainText(`${methodTitle(map)}: ${shortLabel(map.target.label)}`),
  };
}

/** A map over the photo it explains, with a colour bar in the map's own units. */
export function overlay(map: Attribution, { title, width = 420, ...scaling }: OverlayOptions = {}): Figure {
  const scale = colourScale([map], scaling);
  const picture = (width - 90) * (map.height / map.width);
  const heading = title ?? `${methodTitle(map)}: ${targetWords(map)}`;
  return {
    data: [
      {
        ...mapTrace(map, scale),
        colorbar: { thickness: 12, outlinewidth: 0, title: { text: plainText(valueUnit(map)), side: 'right' } },
      },
    ],
    layout: {
      ...baseLayout,
      width,
      height: Math.round(picture + 46),
      title: { text: plainText(heading), font: { size: 13 }, x: 0.02, xanchor: 'left' },
      images: [photoBehind(map.input)],
      ...pictureAxes(map.input),
    },
    alt: `${heading}, on ${map.photo.source}. ${describeMap(map)}`,
    caption: `${methodTitle(map)} of ${map.network.title} for ${targetWords(map)}. ${map.notes.join(' ')}`.trim(),
  };
}
