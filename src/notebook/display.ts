import { randomBytes } from 'node:crypto';
import { findChromium } from '../page/find-chromium';
import { figurePng } from '../page/picture';
import type { Figure } from '../plots/figure';
import { type MimeBundle, writeOutput } from './cell';
import { escapeHtml, figureHtml, plotlyScript } from './plotly-html';
import { type Shown, shownAs } from './rich';

let libraryShown = false;

function chromium(): string | null {
  try {
    return findChromium();
  } catch {
    return null;
  }
}

function figureBundle(figure: Figure): MimeBundle {
  const png = figurePng(figure, chromium());
  const id = `figure-${randomBytes(6).toString('hex')}`;
  // A page exported from the notebook needs the library once, before its first figure.
  const library = libraryShown ? '' : plotlyScript();
  libraryShown = true;
  return {
    data: {
      'application/vnd.plotly.v1+json': {
        data: figure.data,
        layout: figure.layout,
        config: { displayModeBar: false },
      },
      'text/html': library + figureHtml(figure, id, png),
      'text/plain': figure.alt,
    },
    // No image/png: JupyterLab's Plotly extension would show that instead. Viewers without scripts find it in the HTML.
    metadata: {},
  };
}

const html = (markup: string, text: string): MimeBundle => ({
  data: { 'text/html': markup, 'text/plain': text },
  metadata: {},
});

function show(item: Shown): void {
  if (item.kind === 'text') {
    writeOutput({ data: { 'text/plain': item.text }, metadata: {} });
    return;
  }
  if (item.kind === 'table') {
    writeOutput(html(item.html, item.text));
    return;
  }
  writeOutput(figureBundle(item.figure));
  const { caption } = item.figure;
  if (caption !== '') writeOutput(html(`<p><small>${escapeHtml(caption)}</small></p>`, caption));
}

/**
 * Shows values in a notebook's cell: figures interactively (as a picture where scripts do not run), attributions over
 * their photo, classifications, networks as a layer table, photos, rows as tables, analyses by their figures.
 *
 * @throws WhylightError outside a notebook.
 */
export function display(...values: readonly unknown[]): void {
  for (const value of values) for (const item of shownAs(value)) show(item);
}
