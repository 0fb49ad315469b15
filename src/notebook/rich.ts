import { inspect } from 'node:util';
import type { Why } from '../analyses/why';
import type { MaximisedActivation } from '../explain/activation-maximisation';
import type { Attribution } from '../explain/attribution';
import type { Classification } from '../explain/classify';
import type { FeatureMaps } from '../explain/feature-maps';
import type { ImageSample } from '../explain/image/sample';
import type { Network } from '../explain/network/network';
import { featureGrid } from '../plots/feature-grid';
import type { Figure } from '../plots/figure';
import { maximisedPanel } from '../plots/maximised-panel';
import { overlay } from '../plots/overlay';
import { photoFigure } from '../plots/photo';
import { scoreBars } from '../plots/score-bars';
import { classRows, htmlList, htmlTable, networkRows, type Row, textList, textTable } from './tables';

/** What a notebook shows of a value: a figure, HTML, a picture (base64, or the text of an SVG), or text. */
export type Shown =
  | { readonly kind: 'figure'; readonly figure: Figure }
  | { readonly kind: 'html'; readonly html: string; readonly text: string }
  | { readonly kind: 'picture'; readonly type: string; readonly content: string; readonly text: string }
  | { readonly kind: 'text'; readonly text: string };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

const has = (value: unknown, ...keys: string[]): value is Record<string, unknown> =>
  isRecord(value) && keys.every((key) => key in value);

const isFigure = (value: unknown): value is Figure => has(value, 'data', 'layout', 'alt', 'caption');
const isAttribution = (value: unknown): value is Attribution => has(value, 'method', 'values', 'crop', 'target');
const isClassification = (value: unknown): value is Classification => has(value, 'classes', 'input', 'photo');
const isNetwork = (value: unknown): value is Network => has(value, 'graph', 'parameters', 'preprocessing');
const isPhoto = (value: unknown): value is ImageSample => has(value, 'pixels', 'width', 'height', 'sha256');
const isFeatureMaps = (value: unknown): value is FeatureMaps => has(value, 'layer', 'maps', 'of', 'input');
const isMaximised = (value: unknown): value is MaximisedActivation => has(value, 'image', 'of', 'scores');
const isWhy = (value: unknown): value is Why => has(value, 'concluded', 'open', 'numbers', 'figures');
const isRows = (value: unknown): value is readonly Row[] =>
  Array.isArray(value) && value.length > 0 && value.every((row) => isRecord(row));

function photo(image: ImageSample): Figure {
  const { width, height, source, sha256 } = image;
  return photoFigure(image, {
    alt: `The picture ${source}, ${width} × ${height} px.`,
    caption: `${source}, ${width} × ${height} px, sha256 ${sha256.slice(0, 16)}….`,
    width: Math.min(420, Math.max(160, width)),
  });
}

const table = ({ caption, rows }: { caption: string; rows: readonly Row[] }): Shown => ({
  kind: 'html',
  html: htmlTable(rows, caption),
  text: textTable(rows, caption),
});

const listOf = (title: string, all: readonly { readonly text: string }[]): Shown => {
  const lines = all.map(({ text }) => text);
  return { kind: 'html', html: htmlList(title, lines), text: textList(title, lines) };
};

/** How many members of a list are shown. */
const MEMBERS = 24;

/** Plotly's own, as one writes it by hand: a size and words for those who do not see it are put to it. */
function plotlyFigure({ data, layout }: Record<string, unknown>): Figure {
  const own = layout as Readonly<Record<string, unknown>>;
  const title = isRecord(own.title) ? own.title.text : own.title;
  const count = (data as readonly unknown[]).length;
  return {
    data: data as Figure['data'],
    layout: { width: 640, height: 400, ...own },
    alt: `${typeof title === 'string' ? `${title}: a` : 'A'} figure of Plotly with ${count} ${count === 1 ? 'trace' : 'traces'}.`,
    caption: '',
  };
}

const isPlotly = (value: unknown): value is Record<string, unknown> =>
  has(value, 'data', 'layout') && Array.isArray(value.data) && value.data.every(isRecord) && isRecord(value.layout);

/** The first bytes of pictures that browsers show. */
const signatures = { 'image/png': [0x89, 0x50, 0x4e, 0x47], 'image/jpeg': [0xff, 0xd8, 0xff] } as const;

/** Bytes of a PNG or JPEG, or the text of an SVG. */
function picture(value: unknown): Shown | null {
  if (typeof value === 'string') {
    const isSvg = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)?(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(value);
    return isSvg
      ? { kind: 'picture', type: 'image/svg+xml', content: value, text: `SVG, ${value.length} characters` }
      : null;
  }
  if (!(value instanceof Uint8Array)) return null;
  for (const [type, bytes] of Object.entries(signatures)) {
    if (!bytes.every((byte, i) => value[i] === byte)) continue;
    const content = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
    return { kind: 'picture', type, content, text: `${type}, ${value.length} bytes` };
  }
  return null;
}

/** HTML that `display` shows as such: a text is shown as a text, whatever stands in it. */
export class Markup {
  readonly html: string;

  constructor(html: string) {
    this.html = html;
  }
}

/** Text as HTML, for `display(markup('<b>bold</b>'))`. Pages that Whylight exports run no script in it. */
export const markup = (html: string): Markup => new Markup(html);

/** What a value of one of the project's own kinds, or of those that every notebook knows, is shown as; else null. */
function knownAs(value: unknown): readonly Shown[] | null {
  if (isFigure(value)) return [{ kind: 'figure', figure: value }];
  if (isAttribution(value)) return [{ kind: 'figure', figure: overlay(value) }];
  if (isNetwork(value)) return [table(networkRows(value))];
  if (isClassification(value)) return [{ kind: 'figure', figure: scoreBars(value) }, table(classRows(value))];
  if (isFeatureMaps(value)) return [{ kind: 'figure', figure: featureGrid(value) }];
  if (isMaximised(value)) return [{ kind: 'figure', figure: maximisedPanel([value]) }];
  if (isPhoto(value)) return [{ kind: 'figure', figure: photo(value) }];
  if (isWhy(value)) {
    return [
      { kind: 'figure', figure: value.figures.why },
      listOf('What can be concluded', value.concluded),
      listOf('What cannot', value.open),
    ];
  }
  if (isRecord(value) && isRecord(value.figures)) return Object.values(value.figures).flatMap(shownAs);
  if (isPlotly(value)) return [{ kind: 'figure', figure: plotlyFigure(value) }];
  if (value instanceof Markup) return [{ kind: 'html', html: value.html, text: value.html.replace(/<[^>]*>/g, '') }];
  const bytes = picture(value);
  return bytes === null ? null : [bytes];
}

/** What a person reads of a value that has no view of its own: its first levels, and the beginnings of long lists. */
const PRINTED = { depth: 3, maxArrayLength: 20, maxStringLength: 2000, breakLength: 100 };

/**
 * The most useful view of a value, as one or several outputs: figures as they are, Plotly's own too; an attribution over
 * its photo; a classification as bars; a network as its layers; feature maps as a grid; a maximised activation as its
 * picture; a photo; why a network answered by its figure and its sentences; any other analysis by its figures; pictures
 * (bytes of a PNG or JPEG, SVG); `markup`; a list by its first 24 members where one of them has such a view, and as a
 * table where all are records; anything else as text, shortened.
 */
export function shownAs(value: unknown): readonly Shown[] {
  const views = knownAs(value);
  if (views !== null) return views;
  if (Array.isArray(value) && value.slice(0, MEMBERS).some((item) => knownAs(item) !== null)) {
    const more = value.length - MEMBERS;
    const rest: Shown[] =
      more > 0 ? [{ kind: 'text', text: `… and ${more} more: display(list.slice(${MEMBERS}))` }] : [];
    return [...value.slice(0, MEMBERS).flatMap(shownAs), ...rest];
  }
  if (isRows(value)) return [table({ caption: '', rows: value })];
  return [{ kind: 'text', text: typeof value === 'string' ? value : inspect(value, PRINTED) }];
}
