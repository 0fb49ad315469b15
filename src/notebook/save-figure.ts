import path from 'node:path';
import { listAllowed, WhylightError } from '../explain/errors';
import { ensureWritableFolder, writeWhole } from '../explain/files';
import { findChromium } from '../page/find-chromium';
import { drawFigure, type PictureType } from '../page/picture';
import { contentPolicy } from '../page/policy';
import { withDate } from '../page/print';
import type { Figure } from '../plots/figure';
import { drawScript, escapeHtml, figureHtml, plotly, plotlyScript } from './plotly-html';
import { shownAs } from './rich';

const endings: Readonly<Record<string, PictureType | 'html'>> = {
  '.png': 'png',
  '.webp': 'webp',
  '.svg': 'svg',
  '.pdf': 'pdf',
  '.html': 'html',
};

/** The one figure that a value is shown as. */
function figureOf(value: unknown): Figure {
  const figures = shownAs(value).flatMap((item) => (item.kind === 'figure' ? [item.figure] : []));
  if (figures.length === 1) return figures[0]!;
  const what = figures.length === 0 ? 'no figure' : `${figures.length} figures`;
  throw new WhylightError(`saveFigure writes one figure; what it was handed is shown as ${what}`);
}

function pageOf(figure: Figure): string {
  const policy = contentPolicy([plotly(), drawScript]);
  const caption = figure.caption === '' ? '' : `<p>${escapeHtml(figure.caption)}</p>`;
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(figure.alt)}</title>${plotlyScript()}</head>` +
    `<body>${figureHtml(figure, 'figure', null)}${caption}</body></html>\n`
  );
}

/**
 * Writes a figure, or what is shown as one (a map over its photo, a photo, Plotly's own `{ data, layout }`), as its file's
 * name says: `.png` and `.webp` (twice its size in px), `.svg` and `.pdf` (drawn as lines and letters, which are in the
 * file), `.html` (interactive, with all that it needs). The same figure gives the same bytes with the same Chromium.
 *
 * @returns the file
 * @throws WhylightError for another ending, for what is not one figure, and where the file cannot be written.
 */
export async function saveFigure(value: unknown, file: string): Promise<string> {
  const ending = path.extname(file).toLowerCase();
  const type = endings[ending];
  if (type === undefined) {
    throw new WhylightError(
      `saveFigure: ${file} ends with ${ending || 'nothing'} (allowed: ${listAllowed(Object.keys(endings))})`,
    );
  }
  const figure = figureOf(await value);
  const bytes = type === 'html' ? pageOf(figure) : await drawFigure(figure, findChromium(), type);
  await ensureWritableFolder(path.dirname(path.resolve(file)));
  // A date of its own would make each file another one.
  await writeWhole(file, type === 'pdf' ? withDate(bytes as Buffer, new Date(0)) : bytes);
  return file;
}
