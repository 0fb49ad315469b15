export type Cell = string | number | null;

/** Columns and what they are in Parquet. */
export const columns = {
  photo: 'text',
  error: 'text',
  sha256: 'text',
  width: 'whole',
  height: 'whole',
  class: 'whole',
  label: 'text',
  probability: 'real',
  logit: 'real',
  method: 'text',
  target: 'text',
  target_probability: 'real',
  target_logit: 'real',
  layer: 'text',
  seed: 'real',
  options: 'text',
  network: 'text',
  weights_sha256: 'text',
  results_sha256: 'text',
  files: 'text',
  files_sha256: 'text',
} as const;
export type Column = keyof typeof columns;
/** A row by its columns. */
export type Row = Readonly<Record<Column, Cell>>;

/** The columns in their order. */
export const names = Object.keys(columns) as Column[];
export const empty = Object.fromEntries(names.map((name) => [name, null])) as Row;

/** A value as a cell of a CSV file. */
export function cell(value: Cell): string {
  const text = value === null ? '' : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** The row of a CSV file's cells; null where they are none of a manifest. */
export function rowOf(cells: readonly string[]): Row | null {
  const values = names.map((column, i) => {
    const text = cells[i] ?? '';
    return text === '' ? null : columns[column] === 'text' ? text : Number(text);
  });
  const isWhole = cells.length === names.length && values[0] !== null && !values.some(Number.isNaN);
  return isWhole ? (Object.fromEntries(names.map((column, i) => [column, values[i]!])) as Row) : null;
}
