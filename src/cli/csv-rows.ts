import { closeSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

/** Signs of one row: no more are ever held. */
const LONGEST = 2 ** 22;

/**
 * The rows of a CSV file as lists of cells, one by one: quoted cells may hold commas, quotes written twice, and ends of lines.
 * The last one need not end.
 * @throws the system's own error where the file cannot be read; RangeError for a row of more than four million signs, as where
 *   a quote is never closed.
 */
export function* csvRows(file: string): Generator<readonly string[]> {
  const row = emptyRow();
  for (const text of textOf(file)) {
    for (const sign of text) {
      if (!take(row, sign)) continue;
      yield row.cells;
      Object.assign(row, emptyRow());
    }
  }
  if (row.length > 0) yield [...row.cells, row.cell];
}

const emptyRow = () => ({ cells: [] as string[], cell: '', isQuoted: false, wasQuoted: false, length: 0 });

/** One sign more of a row. @returns whether it was its end */
function take(row: ReturnType<typeof emptyRow>, sign: string): boolean {
  if (++row.length > LONGEST) throw new RangeError(`a row of more than ${LONGEST} signs`);
  if (sign === '"') {
    // Two in a row within quotes are one.
    if (row.wasQuoted) row.cell += '"';
    row.wasQuoted = row.isQuoted;
    row.isQuoted = !row.isQuoted;
  } else if (row.isQuoted || (sign !== ',' && sign !== '\n')) {
    row.cell += sign;
  } else {
    row.cells.push(row.cell);
    Object.assign(row, { cell: '', wasQuoted: false });
    return sign === '\n';
  }
  return false;
}

function* textOf(file: string): Generator<string> {
  const handle = openSync(file, 'r');
  const decoder = new StringDecoder('utf8');
  const chunk = Buffer.alloc(2 ** 16);
  try {
    for (;;) {
      const length = readSync(handle, chunk);
      if (length === 0) return yield decoder.end();
      yield decoder.write(chunk.subarray(0, length));
    }
  } finally {
    closeSync(handle);
  }
}
