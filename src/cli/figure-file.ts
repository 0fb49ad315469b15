import { WhylightError } from '../explain/errors';
import { findChromium } from '../page/find-chromium';
import { figurePng } from '../page/picture';
import type { Figure } from '../plots/figure';

/** A figure as a PNG's bytes. @throws WhylightError where no Chromium draws it. */
export function pngOf(figure: Figure, chromium: string | null = findChromium()): Uint8Array {
  const png = figurePng(figure, chromium);
  if (png !== null) return png;
  throw new WhylightError('Chromium did not draw the picture in time; whylight doctor says how it is');
}
