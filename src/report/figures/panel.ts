import type { Attribution } from '../../explain/attribution';
import type { Figure } from '../../plots/figure';
import { COLUMN } from '../../plots/print-geometry';
import type { FigureBlock } from '../prose/blocks';
import { capitalised } from '../prose/grammar';
import { figureBlock } from '../prose/make';
import { sharpPicture } from '../sharp-picture';
import type { FigureEntry } from './entry';
import type { FigureResult } from './kind';

/** A kind's figure; the caption says what the picture shows before it says of what it is. */
export const captioned = ({ id, shows }: FigureEntry, figure: Figure, words: string): FigureBlock =>
  figureBlock(id, { ...figure, caption: `${capitalised(shows)}: ${words}` });

/** The photo behind a map in a row of so many pictures, at 192 px an inch. */
export function photoBehind({ photo, networks, maps }: FigureResult, across: number) {
  return (map: Attribution) =>
    sharpPicture(
      photo,
      networks[Math.max(0, maps.indexOf(map)) % networks.length]!.preprocessing,
      (2 * COLUMN) / across,
    );
}
