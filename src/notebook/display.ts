import { randomBytes } from 'node:crypto';
import { findChromium } from '../page/find-chromium';
import { figurePicture, prepareFigures } from '../page/picture';
import type { Figure } from '../plots/figure';
import { type MimeBundle, type RunningCell, runningCell, writeOutput } from './cell';
import { escapeHtml, figureHtml, plotlyScript } from './plotly-html';
import { type Shown, shownAs } from './rich';

/** The run of a cell whose output holds Plotly itself, for a page that is exported without us. */
let holder: RunningCell | null = null;

/**
 * Whether a figure has to bring Plotly along: the first of a notebook, and the first of the cell that had it when that
 * cell runs again, for then its old output is gone. Where Whylight exports the page, it puts Plotly there itself.
 */
function bringsLibrary(): boolean {
  if (process.env.WHYLIGHT_PLOTLY === 'page') return false;
  const cell = runningCell();
  if (holder !== null && (holder.key !== cell.key || holder.number === cell.number)) return false;
  holder = cell;
  return true;
}

function chromium(): string | null {
  try {
    return findChromium();
  } catch {
    return null;
  }
}

/** Has Chromium start for the figures of the cells to come, beside what those compute. */
export const prepareDisplay = (): void => prepareFigures(chromium());

function figureBundle(figure: Figure): MimeBundle {
  const still = figurePicture(figure, chromium(), 'webp');
  const id = `figure-${randomBytes(6).toString('hex')}`;
  const library = bringsLibrary() ? plotlyScript() : '';
  return {
    data: {
      'application/vnd.plotly.v1+json': {
        data: figure.data,
        layout: figure.layout,
        config: { displayModeBar: false },
      },
      'text/html': library + figureHtml(figure, id, still),
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
  if (item.kind === 'html') {
    writeOutput(html(item.html, item.text));
    return;
  }
  if (item.kind === 'picture') {
    writeOutput({ data: { [item.type]: item.content, 'text/plain': item.text }, metadata: {} });
    return;
  }
  writeOutput(figureBundle(item.figure));
  const { caption } = item.figure;
  if (caption !== '') writeOutput(html(`<p><small>${escapeHtml(caption)}</small></p>`, caption));
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  value !== null && typeof value === 'object' && typeof (value as { then?: unknown }).then === 'function';

/** Whether a value is a promise, or a list in which one is. */
export const isAwaited = (value: unknown): boolean =>
  isPromise(value) || (Array.isArray(value) && value.some(isPromise));

/** What has been asked to be shown and has not come yet. */
const open = new Set<Promise<void>>();

/** Waits until all that is displayed has come. @throws what a promise that is displayed was rejected with. */
export async function openDisplays(): Promise<void> {
  const all = [...open];
  open.clear();
  await Promise.all(all);
}

/** Shows what a value is shown as. @throws WhylightError outside a notebook */
export function showViews(views: readonly Shown[]): void {
  for (const view of views) show(view);
}

const showAll = (values: readonly unknown[]): void => {
  for (const value of values) showViews(shownAs(value));
};

/** Shows values in their order, each when it has come. */
async function showWhenThere(values: readonly unknown[]): Promise<void> {
  for (const value of values) {
    const there = Array.isArray(value) ? await Promise.all(value) : await value;
    if (there !== undefined) showAll([there]);
  }
}

/**
 * Shows values in a notebook's cell: figures interactively (as a picture where scripts do not run), attributions over
 * their photo, classifications, networks as a layer table, photos, rows as tables, analyses by their figures, lists of
 * any of these, Plotly's own `{ data, layout }`, the bytes of a PNG or JPEG, SVG, and `markup` as HTML. Promises are
 * awaited: `display(occlusion(network, photo))`; the cell ends when they have come, whether or not it awaits this call.
 *
 * @throws WhylightError outside a notebook.
 */
export function display(...values: readonly unknown[]): Promise<void> {
  const first = values.findIndex(isAwaited);
  showAll(first < 0 ? values : values.slice(0, first));
  if (first < 0) return Promise.resolve();
  const all = showWhenThere(values.slice(first));
  open.add(all);
  // The cell's end, or whoever awaits this, hears of its failure.
  all.catch(() => undefined);
  return all;
}
