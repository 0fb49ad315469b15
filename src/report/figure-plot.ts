import { WhylightError } from '../explain/errors';
import type { FeatureMaps } from '../explain/feature-maps';
import { classPanel } from '../plots/class-panel';
import { featureGrid } from '../plots/feature-grid';
import type { Figure } from '../plots/figure';
import { COLUMN } from '../plots/layout';
import { maximisedPanel } from '../plots/maximised-panel';
import { methodPanel } from '../plots/method-panel';
import { occlusionRow } from '../plots/occlusion-row';
import { methodTitle, shortLabel, targetWords, titleInside } from '../plots/words';
import type { FigureResult } from './explain-figure';
import type { ReportFigure } from './render';

/** The figures of the paper for one entry of a study: one, or for feature maps one for each layer. */
export function plotFigures(result: FigureResult): ReportFigure[] {
  const { entry, features } = result;
  if (entry.kind !== 'features') return [plotFigure(result)];
  return features.map((maps, i) => {
    const figure = featureGrid(maps, { width: COLUMN, columns: maps.maps.length + 1 });
    return { id: `${entry.id}-${i + 1}`, figure: { ...figure, caption: `${entry.shows}: ${featureCaption(maps)}` } };
  });
}

function featureCaption({ layer, height, width, maps, of }: FeatureMaps): string {
  return `the ${maps.length} most active of ${of} channels at ${layer}, ${width}×${height} places, each from its lowest value (dark) to its highest (bright).`;
}

/** A figure of the paper from its maps; the caption says what the picture shows and for which class. */
function plotFigure(result: FigureResult): ReportFigure {
  const { entry, maps, networks } = result;
  const [first, second] = maps;
  const score = (map = first!) => targetWords(map);
  const of = (figure: Figure, words: string): ReportFigure => ({
    id: entry.id,
    figure: { ...figure, caption: `${entry.shows}: ${words}` },
  });
  switch (entry.kind) {
    case 'saliency':
      return of(
        methodPanel([first!], { title: () => 'Saliency map' }),
        `the photo, and the saliency map for ${shortLabel(first!.target.label)} (${networks[0]!.title}).`,
      );
    case 'occlusion': {
      const figure = occlusionRow(maps);
      return of(figure, figure.caption);
    }
    case 'cam':
      return of(
        methodPanel(maps, { shared: true, title: ({ target }) => shortLabel(target.label) }),
        `class activation maps for ${score(first)}, and for ${score(second)}, on one colour scale.`,
      );
    case 'classes':
      return of(
        classPanel(maps, { width: COLUMN }),
        `${titleInside(first!)} for ${maps.length} targets, on one colour scale.`,
      );
    case 'deconvolution':
      return of(methodPanel(maps), `the saliency map and the deconvolution for ${score()} (${networks[0]!.title}).`);
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
          columns: maps.length < 4 ? maps.length + 1 : 4,
          title: (map) => methodTitle(map).replace(' sensitivity', ''),
        }),
        `${maps.length} methods on one photo, for ${score()}; each map has a scale of its own.`,
      );
    case 'networks':
      return of(
        methodPanel(maps, { bars: false, title: ({ network }) => network.title }),
        `${titleInside(first!)}s of two networks, for ${score(first)} and ${score(second)}.`,
      );
  }
}
