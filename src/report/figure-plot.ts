import type { Figure } from '../plots/figure';
import { methodPanel } from '../plots/method-panel';
import { occlusionRow } from '../plots/occlusion-row';
import { methodTitle, percent, shortLabel } from '../plots/words';
import type { FigureResult } from './explain-figure';
import type { ReportFigure } from './render';

/** A figure of the paper from its maps; the caption says what the picture shows and for which class. */
export function plotFigure(result: FigureResult): ReportFigure {
  const { entry, maps, networks } = result;
  const [first, second] = maps;
  const score = (map = first!) =>
    `${shortLabel(map.target.label)}, ${map.target.probability === null ? '' : percent(map.target.probability)}`;
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
    case 'methods':
      return of(
        methodPanel(maps, { bars: false, title: (map) => methodTitle(map).replace(' sensitivity', '') }),
        `three methods on one photo, for ${score()}; each map has a scale of its own.`,
      );
    case 'networks':
      return of(
        methodPanel(maps, { bars: false, title: ({ network }) => network.title }),
        `${methodTitle(first!).toLowerCase()}s of two networks, for ${score(first)} and ${score(second)}.`,
      );
  }
}
