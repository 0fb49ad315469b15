import type { ImageSample } from '../explain/image/sample';
import { dataUri } from './data-uri';
import { COLUMN } from './print-geometry';

/** Text that Plotly shows as it is: it reads a few HTML tags and entities otherwise. */
export function plainText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Text inside a hover template, where Plotly would also replace `%{…}`. */
export function hoverText(text: string): string {
  return plainText(text).replace(/%\{/g, '%&#123;');
}

/** Font size in px that is at least 8 points when a figure of this width is printed one column wide. */
export function fontSize(width: number): number {
  return Math.max(11, Math.ceil((10.7 * width) / COLUMN));
}

/** What every figure's layout starts from; `font` is its size in px. */
export function baseLayout(font: number) {
  return {
    // The paper embeds the first two; KaTeX's has the signs that the first lacks, as ≥.
    font: { family: 'STIX Two Text, KaTeX_Main, Georgia, serif', size: font, color: '#222' },
    paper_bgcolor: 'white',
    plot_bgcolor: 'white',
    margin: { l: 8, r: 8, t: 34, b: 8 },
    showlegend: false,
  } as const;
}

/** A figure's title above its left edge. */
export function titleText(text: string, font: number): Record<string, unknown> {
  return {
    text: plainText(text),
    font: { size: font + 1 },
    x: 0.02,
    xanchor: 'left',
    yref: 'container',
    y: 0.98,
    yanchor: 'top',
  };
}

/**
 * Breaks text into lines that fit a width in px, by the mean width of the font's letters.
 * A single word that does not fit keeps a line of its own.
 */
export function wrapText(text: string, width: number, font: number): string[] {
  const letters = Math.max(1, Math.floor(width / (font * 0.5)));
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= letters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** A photo behind a subplot whose axes count its px from the upper left; `picture` shows the same in more px. */
export function photoBehind(image: ImageSample, axis = '', picture = image): Record<string, unknown> {
  return {
    source: dataUri(picture),
    xref: `x${axis}`,
    yref: `y${axis}`,
    x: -0.5,
    y: -0.5,
    sizex: image.width,
    sizey: image.height,
    sizing: 'stretch',
    layer: 'below',
  };
}

/** Axes in px of the picture, square, without ticks. */
export function pictureAxes(
  { width, height }: Pick<ImageSample, 'width' | 'height'>,
  axis = '',
  domain: { readonly x: readonly [number, number]; readonly y: readonly [number, number] } = { x: [0, 1], y: [0, 1] },
): Record<string, unknown> {
  const bare = { showgrid: false, zeroline: false, showticklabels: false, ticks: '', constrain: 'domain' };
  return {
    [`xaxis${axis}`]: { ...bare, range: [-0.5, width - 0.5], domain: domain.x, anchor: `y${axis}` },
    [`yaxis${axis}`]: {
      ...bare,
      range: [height - 0.5, -0.5],
      domain: domain.y,
      anchor: `x${axis}`,
      scaleanchor: `x${axis}`,
      scaleratio: 1,
    },
  };
}

/** Lines centred above a picture. */
export function headingAbove(
  lines: readonly string[],
  { x: [from, to], y: [, top] }: { readonly x: readonly [number, number]; readonly y: readonly [number, number] },
  font: number,
): Record<string, unknown> {
  return {
    text: lines.map(plainText).join('<br>'),
    x: (from + to) / 2,
    y: top,
    xref: 'paper',
    yref: 'paper',
    xanchor: 'center',
    yanchor: 'bottom',
    showarrow: false,
    borderpad: 1,
    font: { size: font },
  };
}

/** Rows of a map, each value with four significant digits: enough to read, a third of the size. */
export function rows(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, y) =>
    Array.from(values.subarray(y * width, (y + 1) * width), (value) => Number(value.toPrecision(4))),
  );
}

/** A colour bar to the right of its picture, its words in one line or several; without words where there is no room. */
export function sideColourBar(quantity: string | readonly string[] | null): Record<string, unknown> {
  return {
    thickness: 11,
    outlinewidth: 0,
    len: 1,
    ypad: 0,
    xpad: 8,
    nticks: 6,
    ...(quantity === null ? {} : { title: { text: [quantity].flat().map(plainText).join('<br>'), side: 'right' } }),
  };
}

/** One slider under a picture, its steps without marks or labels but that of the current one. */
export function plainSlider(
  steps: readonly Record<string, unknown>[],
  { active = 0, prefix = '', font }: { readonly active?: number; readonly prefix?: string; readonly font: number },
): Record<string, unknown> {
  return {
    active,
    currentvalue: { prefix: plainText(prefix), font: { size: font, color: '#222' } },
    pad: { t: 6 },
    font: { size: 1, color: 'rgba(0,0,0,0)' },
    ticklen: 0,
    minorticklen: 0,
    tickcolor: 'rgba(0,0,0,0)',
    steps,
  };
}
