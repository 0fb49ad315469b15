import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { type ColumnSource, fileWriter, ParquetWriter } from 'hyparquet-writer';
import { WhylightError } from '../explain/errors';
import { withLock } from '../explain/file-lock';
import { reasonOf } from '../explain/files';
import { partName } from '../explain/leftovers';
import type { PhotoRecord } from './explain-one';
import type { PhotoResults } from './explain-results';
import { type Column, cell, columns, empty, names, type Row } from './manifest-columns';
import { earlierRows } from './manifest-earlier';

/** A row for each map and picture of a photo, and one for a photo without any, which says why. No time is in it. */
function rowsOf({ photo, base, error, results }: PhotoRecord): readonly Row[] {
  if (results === null) return [{ ...empty, photo, error }];
  const folder = path.dirname(base);
  const own = ownCells(photo, results);
  const filesOf = (files: readonly string[]) => ({
    files: files.map((name) => path.posix.join(folder, name)).join('\n'),
    files_sha256: files.map((name) => results.files[name]).join('\n'),
  });
  const maps = results.maps.map((map) => ({
    ...own,
    method: map.method,
    target: map.target.label,
    target_probability: map.target.probability,
    target_logit: map.target.logit,
    layer: map.layer,
    seed: map.seed,
    options: JSON.stringify(map.options),
    ...filesOf(map.files),
  }));
  const pictures = results.pictures.map(({ place, files }) => ({ ...own, method: place, ...filesOf(files) }));
  return [...maps, ...pictures];
}

function ownCells(photo: string, { photo: own, classes, network, origin }: PhotoResults): Row {
  const [best] = classes;
  return {
    ...empty,
    photo,
    sha256: own.sha256,
    width: own.width,
    height: own.height,
    class: best?.index ?? null,
    label: best?.label ?? null,
    probability: best?.probability ?? null,
    logit: best?.logit ?? null,
    network: network.name,
    weights_sha256: network.weightsSha256,
    results_sha256: origin.results,
  };
}

/** A table of a batch, as CSV and as Parquet, written as it grows. */
export interface Manifest {
  readonly add: (record: PhotoRecord) => void;
  /** Puts both files in their place; of two runs one waits for the other. @returns how many rows of other photos stay in them, last */
  readonly close: (signal?: AbortSignal) => Promise<number>;
  /** Leaves what was there before. */
  readonly abandon: () => void;
}

/** Rows of a Parquet row group: what is held in memory. */
const GROUP = 1000;

/**
 * Opens `NAME.csv` and `NAME.parquet` in a folder: whole files or none. Where they are there already, their rows of other
 * photos stay, behind this run's.
 * Its functions throw WhylightError where they cannot be written.
 * @param photos files and folders that this run is of
 * @throws WhylightError where `NAME.csv` is there and is no manifest.
 */
export function openManifest(folder: string, name: string, photos: readonly string[] = []): Manifest {
  const earlier = earlierRows(folder, name, photos);
  const [csv, parquet] = [path.join(folder, partName()), path.join(folder, partName())];
  const inWords = <T>(work: () => T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof WhylightError) throw error;
      throw new WhylightError(`cannot write ${path.join(folder, name)}.csv: ${reasonOf(error)}`, { cause: error });
    }
  };
  const { handle, writer } = inWords(() => {
    const opened = { handle: openSync(csv, 'wx'), writer: new ParquetWriter({ writer: fileWriter(parquet), schema }) };
    writeSync(opened.handle, `${names.join(',')}\n`);
    return opened;
  });
  let rows: Row[] = [];
  let isOpen = true;
  const flush = () => {
    writer.write({ columnData: names.map((column) => columnOf(column, rows)), rowGroupSize: GROUP });
    rows = [];
  };
  const write = (some: readonly Row[]) => {
    writeSync(handle, some.map((row) => `${names.map((column) => cell(row[column])).join(',')}\n`).join(''));
    for (const row of some) if (rows.push(row) === GROUP) flush();
  };
  const finish = () => {
    let others = 0;
    for (const row of earlier.rows()) {
      write([row]);
      others++;
    }
    if (rows.length > 0) flush();
    writer.finish();
    closeSync(handle);
    isOpen = false;
    renameSync(parquet, path.join(folder, `${name}.parquet`));
    renameSync(csv, path.join(folder, `${name}.csv`));
    return others;
  };
  return {
    add: (record) =>
      inWords(() => {
        const own = rowsOf(record);
        for (const row of own) earlier.see(row);
        write(own);
      }),
    close: (signal) => withLock(path.join(folder, '.whylight.lock'), async () => inWords(finish), signal),
    abandon: () => {
      if (!isOpen) return;
      isOpen = false;
      closeSync(handle);
      for (const file of [csv, parquet]) rmSync(file, { force: true });
    },
  };
}

const types = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  whole: { type: 'INT32' },
  real: { type: 'DOUBLE' },
} as const;

const schema: ConstructorParameters<typeof ParquetWriter>[0]['schema'] = [
  { name: 'root', num_children: names.length },
  ...names.map((name) => ({ name, repetition_type: 'OPTIONAL' as const, ...types[columns[name]] })),
];

const columnOf = (name: Column, rows: readonly Row[]): ColumnSource => ({ name, data: rows.map((row) => row[name]) });
