import type { Classification } from '../explain/classify';
import { layerTable } from '../explain/network/layer-table';
import type { Network } from '../explain/network/network';
import { isExclusive } from '../explain/network/output-kind';
import { escapeHtml } from './plotly-html';

/** One row of a table a person displays: column name → value. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows with this many and fewer are shown whole. */
const SHOWN = 200;

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') {
    if (Number.isInteger(value)) return value.toLocaleString('en-US');
    return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
      ? String(Number(value.toPrecision(5)))
      : value.toExponential(3);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const items = Array.from(value as ArrayLike<unknown>, cell);
    return items.length > 6 ? `${items.slice(0, 6).join(' × ')} …` : items.join(' × ');
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

/** Rows as an HTML table, numbers to the right. */
export function htmlTable(rows: readonly Row[], caption = ''): string {
  const columns = columnsOf(rows);
  const style = (value: unknown) =>
    typeof value === 'number' ? ' style="text-align:right"' : ' style="text-align:left"';
  const head = columns.map((name) => `<th scope="col"${style(rows[0]?.[name])}>${escapeHtml(name)}</th>`).join('');
  const body = rows
    .slice(0, SHOWN)
    .map(
      (row) =>
        `<tr>${columns.map((name) => `<td${style(row[name])}>${escapeHtml(cell(row[name]))}</td>`).join('')}</tr>`,
    );
  const more = rows.length > SHOWN ? `<p>… and ${rows.length - SHOWN} more rows</p>` : '';
  const title = caption === '' ? '' : `<caption style="text-align:left">${escapeHtml(caption)}</caption>`;
  return `<div style="overflow-x:auto"><table>${title}<thead><tr>${head}</tr></thead><tbody>${body.join('')}</tbody></table>${more}</div>`;
}

/** Rows as aligned text. */
export function textTable(rows: readonly Row[], caption = ''): string {
  const columns = columnsOf(rows);
  const cells = [columns, ...rows.slice(0, SHOWN).map((row) => columns.map((name) => cell(row[name])))];
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)));
  const lines = cells.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
  const more = rows.length > SHOWN ? [`… and ${rows.length - SHOWN} more rows`] : [];
  return [...(caption === '' ? [] : [caption]), ...lines, ...more].join('\n');
}

/** `softmax over`, `linear:`. */
const outputWords = (output: Network['output']) => (isExclusive(output) ? `${output} over` : `${output}:`);

/** Lines under a title, as HTML. */
export const htmlList = (title: string, lines: readonly string[]): string =>
  `<p><b>${escapeHtml(title)}</b></p><ul>${lines.map((line) => `<li>${escapeHtml(line)}</li>`).join('')}</ul>`;

/** Lines under a title, as text. */
export const textList = (title: string, lines: readonly string[]): string =>
  [title, ...lines.map((line) => `- ${line}`)].join('\n');

/** A network's layers. */
export function networkRows(network: Network): { caption: string; rows: Row[] } {
  const layers = layerTable(network);
  const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
  const classes = network.classes.length > 6 ? `${network.classes.length} classes` : network.classes.join(', ');
  return {
    caption:
      `${network.title}: ${parameters.toLocaleString('en-US')} parameters, input ${network.inputShape.join(' × ')}, ` +
      `${outputWords(network.output)} ${classes}${network.camNode === null ? '' : `, class activation maps at ${network.camNode}`}` +
      (network.assumptions ?? []).map((sentence) => `; assumed: ${sentence}`).join(''),
    rows: layers.map(({ name, title, shape, parameters: own, multiplyAdds }) => ({
      layer: name,
      operation: title,
      output: shape,
      parameters: own,
      'multiply-adds': multiplyAdds,
    })),
  };
}

/** The best classes of a photo. */
export function classRows({ classes, photo, network }: Classification, top = 5): { caption: string; rows: Row[] } {
  return {
    caption: `${network.title} on ${photo.source}`,
    rows: classes
      .slice(0, top)
      .map(({ label, index, logit, probability, unit }) =>
        probability === null
          ? { label, index, value: logit, unit: unit ?? '' }
          : { class: label, index, logit, probability },
      ),
  };
}
