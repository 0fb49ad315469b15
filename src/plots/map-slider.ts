import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import { colourScale } from './colour';
import { describeMap } from './describe-map';
import type { Figure } from './figure';
import {
  baseLayout,
  fontSize,
  photoBehind,
  pictureAxes,
  plainSlider,
  plainText,
  sideColourBar,
  titleText,
} from './layout';
import { mapTrace } from './overlay';
import { methodTitle, targetWords, valueUnit } from './words';

/** How the slider is labelled. */
export interface MapSliderOptions {
  /** What the slider moves through: `layer`. Default `map`. */
  readonly of?: string;
  /** Label of each map. Default: its layer, else its method. */
  readonly label?: (map: Attribution) => string;
  /** Width in px. Default 460. */
  readonly width?: number;
}

/**
 * Maps of one photo, one at a time over it, with a slider that moves through them; it needs no kernel, so it works in
 * an exported page, too. Each map has a colour scale of its own.
 *
 * @throws WhylightError for an empty list.
 */
export function mapSlider(maps: readonly Attribution[], options: MapSliderOptions = {}): Figure {
  const { of = 'map', label = (map) => map.layer ?? methodTitle(map), width = 460 } = options;
  const [first] = maps;
  if (first === undefined) throw new WhylightError('a slider needs at least one map; got none');
  const font = fontSize(width);
  const margin = { l: 8, r: Math.round(font * 5.6), t: Math.round(font * 2.2), b: Math.round(font * 5) };
  const picture = (width - margin.l - margin.r) * (first.height / first.width);
  const heading = `${methodTitle(first)}: ${targetWords(first)}`;
  return {
    data: maps.map((map, i) => ({
      ...mapTrace(map, colourScale([map])),
      visible: i === 0,
      colorbar: sideColourBar(valueUnit(map)),
    })),
    layout: {
      ...baseLayout(font),
      margin,
      width,
      height: Math.round(picture + margin.t + margin.b),
      title: titleText(heading, font),
      images: [photoBehind(first.input)],
      ...pictureAxes(first.input),
      sliders: [
        plainSlider(
          maps.map((map, i) => ({
            label: plainText(label(map)),
            method: 'restyle',
            args: ['visible', maps.map((_, j) => i === j)],
          })),
          { prefix: `${of}: `, font },
        ),
      ],
    },
    alt: `${heading}, on ${first.photo.source}, for ${maps.length} choices of the ${of}. ${maps
      .map((map) => `${label(map)}: ${describeMap(map)}`)
      .join(' ')}`,
    caption: `${heading}, on ${first.photo.source}; the slider moves through ${maps.length} choices of the ${of}.`,
  };
}
