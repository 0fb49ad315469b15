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

/** What a notebook shows of a value: a figure, a table, or text. */
export type Shown =
  | { readonly kind: 'figure'; readonly figure: Figure }
  | { readonly kind: 'table'; readonly html: string; readonly text: string }
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
  kind: 'table',
  html: htmlTable(rows, caption),
  text: textTable(rows, caption),
});

const listOf = (title: string, all: readonly { readonly text: string }[]): Shown => {
  const lines = all.map(({ text }) => text);
  return { kind: 'table', html: htmlList(title, lines), text: textList(title, lines) };
};

/**
 * The most useful view of a value, as one or several outputs: figures as they are; an attribution over its photo;
 * a classification as bars; a network as its layers; feature maps as a grid; a maximised activation as its picture; a
 * photo; rows as a table; why a network answered by its figure and its sentences; any other analysis by its figures; a list by its members; anything else as text.
 */
export function shownAs(value: unknown): readonly Shown[] {
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
  if (Array.isArray(value) && value.some((item) => isFigure(item) || isAttribution(item) || isPhoto(item))) {
    return value.flatMap(shownAs);
  }
  if (isRows(value)) return [table({ caption: '', rows: value })];
  const text = typeof value === 'string' ? value : inspect(value, { depth: 3, maxArrayLength: 20 });
  return [{ kind: 'text', text }];
}
