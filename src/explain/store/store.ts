import path from 'node:path';
import { ensureWritableFolder } from '../files';
import { type Entry, type Place, readEntry, writeEntry } from './entry-file';
import { type EntryKey, identityOf } from './key';

/** Where a result came from: `computed` with its time, `cached`, or `recomputed` because the entry was damaged. */
export interface ResultEvent {
  /** `saliency of wolf.jpg (squeezenet1_0)`. */
  readonly what: string;
  readonly how: 'computed' | 'cached' | 'recomputed';
  readonly milliseconds: number;
}

/** Where results are kept. */
export interface StoreOptions {
  /** The store's folder, with a folder in it for each kind of entry; null: nothing is read or written. */
  readonly folder: string | null;
  readonly onResult?: (event: ResultEvent) => void;
}

/** Where the entry of a key lies in a store. */
export function placeOf(folder: string, key: EntryKey): Place {
  const identity = identityOf(key);
  return { identity, file: path.join(folder, key.kind, `${identity}.entry`) };
}

/**
 * A result from the store; where it has none, or a damaged one, it is computed and kept.
 * @param what the result, in words: `saliency of wolf.jpg (squeezenet1_0)`
 * @throws WhylightError where the store cannot be written to.
 */
export async function storedResult<T>(
  { folder, onResult }: StoreOptions,
  what: string,
  key: EntryKey,
  compute: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  const tell = (how: ResultEvent['how']) => onResult?.({ what, how, milliseconds: performance.now() - started });
  const place = folder === null ? null : placeOf(folder, key);
  const entry: Entry<T> = place === null ? { state: 'absent' } : readEntry<T>(place);
  if (entry.state === 'whole') {
    tell('cached');
    return entry.value;
  }
  if (place !== null) await ensureWritableFolder(path.dirname(place.file));
  const value = await compute();
  if (place !== null) writeEntry(place, value);
  tell(entry.state === 'absent' ? 'computed' : 'recomputed');
  return value;
}
