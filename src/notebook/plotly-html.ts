import { readFileSync } from 'node:fs';
import type { Figure } from '../plots/figure';

/** Text as HTML content or attribute. */
export function escapeHtml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
}

/** JSON inside a script element. */
function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/\u2028|\u2029/g, ' ');
}

let library: string | null = null;

/** Plotly itself, as the text of a script. */
export function plotly(): string {
  // The bundle's own `</script` strings would end the element.
  library ??= readFileSync(require.resolve('plotly.js-dist-min'), 'utf8').replace(/<\/script/gi, '<\\/script');
  // A page with an AMD loader (nbconvert's has one) would take the library for a module of its own.
  return `(function(define){${library}\n}).call(window, undefined);`;
}

/** Draws the figures whose JSON stands in the page; the same for every figure, so that a page's policy can name it. */
const draw =
  "(function(){if(!window.Plotly)return;document.querySelectorAll('script.whylight-figure:not([data-drawn])').forEach(function(json){" +
  "var at=document.getElementById(json.dataset.place);if(!at)return;json.dataset.drawn='';var f=JSON.parse(json.textContent);" +
  'at.replaceChildren();window.Plotly.newPlot(at,f.data,f.layout,{displayModeBar:false,responsive:false});});})();';

/** The script of each figure of a page. */
export const drawScript = draw;

/** Plotly itself as a script element (4.6 MB): once in a page is enough. */
export const plotlyScript = (): string => `<script>${plotly()}</script>`;

/** A PNG or a WebP, told by its first bytes. */
const pictureType = (bytes: Buffer) => (bytes.subarray(0, 4).toString('latin1') === 'RIFF' ? 'webp' : 'png');

/**
 * A figure as HTML: its picture, which a script replaces by the interactive figure where scripts run and the page
 * holds Plotly. Wide figures scroll on a narrow page.
 */
export function figureHtml(figure: Figure, id: string, picture: Buffer | null): string {
  const { width, height } = figure.layout as { width: number; height: number };
  const alt = escapeHtml(figure.alt);
  const still = picture
    ? `<img src="data:image/${pictureType(picture)};base64,${picture.toString('base64')}" width="${width}" height="${height}" alt="${alt}">`
    : `<p>${alt}</p>`;
  const json = scriptJson({ data: figure.data, layout: figure.layout });
  return (
    `<div style="overflow-x:auto"><div id="${escapeHtml(id)}" role="img" aria-label="${alt}" style="width:${width}px;min-height:${height}px">${still}</div></div>` +
    `<script type="application/json" class="whylight-figure" data-place="${escapeHtml(id)}">${json}</script><script>${draw}</script>`
  );
}
