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

/** Plotly itself as a script element (4.6 MB): once in a page is enough. */
export function plotlyScript(): string {
  // The bundle's own `</script` strings would end the element.
  library ??= readFileSync(require.resolve('plotly.js-dist-min'), 'utf8').replace(/<\/script/gi, '<\\/script');
  // A page with an AMD loader (nbconvert's has one) would take the library for a module of its own.
  return `<script>(function(define){${library}\n}).call(window, undefined);</script>`;
}

/**
 * A figure as HTML: its picture, which a script replaces by the interactive figure where scripts run and the page
 * holds Plotly. Wide figures scroll on a narrow page.
 */
export function figureHtml(figure: Figure, id: string, png: Buffer | null): string {
  const { width, height } = figure.layout as { width: number; height: number };
  const alt = escapeHtml(figure.alt);
  const still = png
    ? `<img src="data:image/png;base64,${png.toString('base64')}" width="${width}" height="${height}" alt="${alt}">`
    : `<p>${alt}</p>`;
  const call = scriptJson({ data: figure.data, layout: figure.layout });
  return (
    `<div style="overflow-x:auto"><div id="${id}" role="img" aria-label="${alt}" style="width:${width}px;min-height:${height}px">${still}</div></div>` +
    `<script>(function(){if(!window.Plotly)return;var f=${call};var at=document.getElementById(${scriptJson(id)});` +
    'if(!at)return;at.replaceChildren();window.Plotly.newPlot(at,f.data,f.layout,{displayModeBar:false,responsive:false});})();</script>'
  );
}
