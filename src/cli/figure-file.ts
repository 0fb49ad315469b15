import { findChromium } from '../page/find-chromium';
import { drawFigure } from '../page/picture';
import type { Figure } from '../plots/figure';

/** A figure as a PNG's bytes. @throws WhylightError where no Chromium draws it. */
export async function pngOf(figure: Figure, chromium: string = findChromium()): Promise<Uint8Array> {
  return drawFigure(figure, chromium);
}
