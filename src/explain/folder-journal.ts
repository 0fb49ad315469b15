import { readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Journal } from './journal';
import { removeLeftovers } from './leftovers';
import { readEntry, writeEntry } from './store/entry-file';
import type { EntryKey } from './store/key';
import { placeOf } from './store/store';

/** A journal in a store. Finished tables stay until `clear`, so that later work of the same run may still fail. */
export interface FolderJournal extends Journal {
  /** Deletes what is finished: its results are written elsewhere. */
  readonly clear: () => void;
}

const DAY = 24 * 3600 * 1000;
/** Days after which nobody is expected to go on. */
const LIFE = 14;

/**
 * Keeps unfinished runs in a store. A folder that cannot be written to keeps nothing, and that is no error: losing a
 * journal costs time, never a result.
 *
 * @param onDamaged told of the file of a run that has to begin anew because it was damaged
 */
export function folderJournal(folder: string, onDamaged?: (file: string) => void): FolderJournal {
  const kind = 'unfinished' satisfies EntryKey['kind'];
  const finished = new Set<string>();
  const place = (run: string) => placeOf(folder, { kind, parts: run });
  const write = (run: string, table: Float32Array) => quietly(() => writeEntry(place(run), table));
  removeLeftovers(path.join(folder, kind));
  removeOld(path.join(folder, kind));
  return {
    read: (run) => {
      const entry = quietly(() => readEntry<Float32Array>(place(run)));
      if (entry?.state === 'whole') return entry.value;
      if (entry !== undefined && entry.state !== 'absent') onDamaged?.(place(run).file);
      return undefined;
    },
    write,
    finish: (run, table) => {
      write(run, table);
      finished.add(run);
    },
    clear: () => {
      for (const run of finished) quietly(() => rmSync(place(run).file, { force: true }));
      finished.clear();
    },
  };
}

function quietly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function removeOld(folder: string): void {
  quietly(() => {
    for (const name of readdirSync(folder)) {
      const file = path.join(folder, name);
      if (Date.now() - statSync(file).mtimeMs > LIFE * DAY) rmSync(file, { force: true });
    }
  });
}
