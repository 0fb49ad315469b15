import { existsSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import { csvRows } from './csv-rows';
import { type Cell, names, type Row, rowOf } from './manifest-columns';

/** The rows of a manifest that is there, of photos that are not this run's. */
export interface Earlier {
  /** Told of each row of this run. */
  readonly see: (row: Row) => void;
  /** When all are told: those that stay, for their photos are others and their files are there. */
  readonly rows: () => Generator<Row>;
}

/**
 * What other runs into the same folder have written, where this run is not of the same photos.
 * @param photos what this run is of: rows of photos among them are this run's matter, also where it does not meet them
 * @throws WhylightError for a file that is no manifest; so does `rows`, for the file may have changed.
 */
export function earlierRows(folder: string, name: string, photos: readonly string[]): Earlier {
  const file = path.join(folder, `${name}.csv`);
  const own = photos.map((photo) => path.resolve(photo));
  const isOwn = ({ photo }: Row) => {
    const place = path.resolve(String(photo));
    return own.some((one) => place === one || place.startsWith(path.join(one, path.sep)));
  };
  function* others(): Generator<Row> {
    if (!existsSync(file)) return;
    for (const row of manifestRows(file)) if (!isOwn(row)) yield row;
  }
  const filesOf = ({ files }: Row) => (files === null ? [] : String(files).split('\n'));
  // All rows are read now, so that a file that is no manifest is told before anything is computed.
  let count = 0;
  for (const _ of others()) count++;
  // Only where rows may stay is it remembered which photos this run has met, perhaps under other names.
  const met = count === 0 ? null : new Set<Cell>();
  return {
    see: (row) => {
      for (const one of [row.photo, ...filesOf(row)]) met?.add(one);
    },
    rows: function* () {
      for (const row of others()) {
        const files = filesOf(row);
        const isGone = files.length > 0 && !files.some((one) => existsSync(path.join(folder, one)));
        if (!isGone && ![row.photo, ...files].some((one) => met?.has(one))) yield row;
      }
    },
  };
}

/** The rows of a manifest. @throws WhylightError for a file that is none, or was altered. */
function* manifestRows(file: string): Generator<Row> {
  const refusal = (why: string, options?: ErrorOptions) =>
    new WhylightError(`${file} ${why}: it would be replaced (choose another folder with --out, or delete it)`, options);
  let line = 0;
  try {
    for (const cells of csvRows(file)) {
      if (line++ === 0) {
        if (cells.join() !== names.join()) throw refusal('is there and is no manifest of this version');
        continue;
      }
      const row = rowOf(cells);
      if (row === null) throw refusal(`is there, and its row ${line} is none of a manifest`);
      yield row;
    }
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw refusal(`cannot be read (${reasonOf(error)})`, { cause: error });
  }
  if (line === 0) throw refusal('is there and is no manifest of this version');
}
