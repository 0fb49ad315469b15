import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { FeatureMaps } from '../explain/feature-maps';
import { classPanel } from '../plots/class-panel';
import { featureGrid } from '../plots/feature-grid';
import type { Figure } from '../plots/figure';
import { maximisedPanel } from '../plots/maximised-panel';
import { methodPanel } from '../plots/method-panel';
import { occlusionRow } from '../plots/occlusion-row';
import { COLUMN } from '../plots/print-geometry';
import { methodTitle, targetName, targetWords, titleInside } from '../plots/words';
import type { FigureResult } from './explain-figure';
import { called, capitalised, headed, type NetworkNames } from './network-names';
import { inWords } from './numbers';
import type { ReportFigure } from './render';
import { sharpPicture } from './sharp-picture';

/** The figures of the paper for one entry of a study: one, or for feature maps one for each layer. */
export function plotFigures(result: FigureResult, names: NetworkNames): ReportFigure[] {
  const { entry, features } = result;
  if (entry.kind !== 'features') return [plotFigure(result, names)];
  return features.map((maps, i) => {
    const figure = featureGrid(maps, { width: COLUMN, columns: maps.maps.length + 1 });
    return {
      id: `${entry.id}-${i + 1}`,
      figure: { ...figure, caption: `${capitalised(entry.shows)}: ${featureCaption(maps)}` },
    };
  });
}

function featureCaption({ layer, height, width, maps, of }: FeatureMaps): string {
  return `the ${inWords(maps.length)} most active of ${of} channels at ${layer}, ${width}×${height} places, each from its lowest value (dark) to its highest (bright).`;
}

/** A figure of the paper from its maps; the caption says what the picture shows and for which class. */
function plotFigure(result: FigureResult, names: NetworkNames): ReportFigure {
  const { entry, maps, networks, photo } = result;
  const [first, second] = maps;
  const score = (map = first!) => targetWords(map);
  const of = (figure: Figure, words: string): ReportFigure => ({
    id: entry.id,
    figure: { ...figure, caption: `${capitalised(entry.shows)}: ${words}` },
  });
  /** The photo behind a map in a row of so many pictures, at 192 px an inch. */
  const sharp = (across: number) => (map: Attribution) =>
    sharpPicture(
      photo,
      networks[Math.max(0, maps.indexOf(map)) % networks.length]!.preprocessing,
      (2 * COLUMN) / across,
    );
  switch (entry.kind) {
    case 'saliency':
      return of(
        methodPanel([first!], { title: () => 'Saliency map', picture: sharp(2) }),
        `the photo, and the saliency map of ${called(names, networks[0]!)} for ${targetName(first!.target)}.`,
      );
    case 'occlusion': {
      const figure = occlusionRow(maps, { picture: sharp(3)(first!) });
      return of(figure, figure.caption);
    }
    case 'cam':
      return of(
        methodPanel(maps, { shared: true, picture: sharp(3), title: ({ target }) => targetName(target) }),
        `class activation maps for ${score(first)}, and for ${score(second)}, on one colour scale.`,
      );
    case 'classes':
      return of(
        classPanel(maps, { width: COLUMN }),
        `${titleInside(first!)} for ${maps.length} targets, on one colour scale.`,
      );
    case 'deconvolution':
      return of(
        methodPanel(maps, { picture: sharp(3) }),
        `the saliency map and the deconvolution of ${called(names, networks[0]!)} for ${score()}.`,
      );
    case 'maximised': {
      const { caption, ...figure } = maximisedPanel(result.maximised, { width: COLUMN });
      return of({ ...figure, caption }, `${caption.charAt(0).toLowerCase()}${caption.slice(1)}`);
    }
    case 'features':
      throw new WhylightError(`${entry.id} has one figure for each layer`);
    case 'methods':
      return of(
        methodPanel(maps, {
          bars: false,
          picture: sharp(4),
          columns: maps.length < 4 ? maps.length + 1 : 4,
          title: (map) => methodTitle(map).replace(' sensitivity', ''),
        }),
        `${inWords(maps.length)} methods on one photo, for ${score()}; each map has a scale of its own.`,
      );
    case 'networks':
      return of(
        methodPanel(maps, { bars: false, picture: sharp(3), title: ({ network }) => headed(names, network) }),
        `${titleInside(first!)}s of ${called(names, networks[0]!)} (for ${score(first)}) and ${called(names, networks[1]!)} (for ${score(second)}).`,
      );
  }
}
