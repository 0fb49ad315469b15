import type { Attribution } from '../explain/attribution';
import { WhylightError } from '../explain/errors';
import type { Figure } from './figure';
import { methodPanel, type PanelOptions } from './method-panel';
import { methodTitle, targetWords } from './words';

/**
 * What speaks for each of several classes: one method's maps of one photo side by side, on one colour scale, so that
 * their strengths compare.
 *
 * @throws WhylightError for fewer than two maps, and for maps of different methods, layers or photos.
 */
export function classPanel(
  maps: readonly Attribution[],
  options: Pick<PanelOptions, 'width' | 'photo' | 'clip' | 'opacity'> = {},
): Figure {
  const [first] = maps;
  if (first === undefined || maps.length < 2) {
    throw new WhylightError(`classes are compared between two maps or more; got ${maps.length}`);
  }
  const kind = (map: Attribution) => [map.method, map.layer ?? 'input', map.photo.source, map.photo.sha256].join(', ');
  const other = maps.find((map) => kind(map) !== kind(first));
  if (other !== undefined) {
    throw new WhylightError(`the maps do not compare: ${kind(first)} and ${kind(other)}`);
  }
  const figure = methodPanel(maps, { width: 664, ...options, shared: true, title: targetWords });
  const classes = maps.map(targetWords).join('; ');
  return {
    ...figure,
    caption: `${methodTitle(first)} of ${first.network.title} on ${first.photo.source}, on one colour scale: ${classes}.`,
  };
}
