import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { PIECE, recordsFolder, recordsOf } from './layout';
import type { Store } from './store';
import { readPiece } from './unit-list';
import type { UnitRecord } from './unit-work';

/** A file of records, by what its name says. */
interface RecordsFile {
  readonly name: string;
  readonly first: number;
  readonly count: number;
  readonly attempt: number;
}

/**
 * What became of every unit of a run, in the order in which they were submitted.
 * @throws WhylightError where some have not ended, with how many: nothing is given out that is not whole
 */
export async function* collectRecords(store: Store, run: string, total: number): AsyncGenerator<UnitRecord> {
  const files: RecordsFile[] = [];
  for await (const name of store.list(recordsFolder(run))) {
    const facts = recordsOf(name);
    if (facts !== null) files.push({ name, ...facts });
  }
  files.sort((a, b) => a.first - b.first);
  let from = 0;
  for (let piece = 0; piece * PIECE < total; piece++) {
    const [start, end] = [piece * PIECE, Math.min(total, (piece + 1) * PIECE)];
    while (from < files.length && files[from]!.first + files[from]!.count <= start) from++;
    const records = await recordsIn(store, filesOf(files, from, start, end), start, end);
    const missing = end - start - records.size;
    if (missing > 0) {
      const units = await readPiece(store, run, piece);
      const open = units?.find((_, i) => !records.has(start + i));
      throw new WhylightError(
        `${missing} of ${end - start} have not ended yet, ${open?.name ?? '?'} the first of them: whylight queue shows how far they are`,
      );
    }
    for (let place = start; place < end; place++) yield records.get(place)!;
  }
}

/** Of files in order, looked at from one on: those of places between two. Jobs may reach over the end of a piece. */
function* filesOf(files: readonly RecordsFile[], from: number, start: number, end: number) {
  for (let i = from; i < files.length && files[i]!.first < end; i++) {
    if (files[i]!.first + files[i]!.count > start) yield files[i]!;
  }
}

/** The best that is told of each place: a result before a failure, and a later failure before an earlier one. */
async function recordsIn(store: Store, files: Iterable<RecordsFile>, start: number, end: number) {
  const best = new Map<number, { readonly record: UnitRecord; readonly attempt: number }>();
  for (const { name, attempt } of files) {
    for (const record of await linesOf(store, name)) {
      if (record.place < start || record.place >= end) continue;
      const before = best.get(record.place);
      const isWorse = before !== undefined && (before.record.error === null || before.attempt > attempt);
      if (!isWorse) best.set(record.place, { record, attempt });
    }
  }
  return new Map([...best].map(([place, { record }]) => [place, record]));
}

async function linesOf(store: Store, name: string): Promise<UnitRecord[]> {
  const bytes = await store.read(name);
  const lines = (bytes?.toString('utf8') ?? '').split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as UnitRecord);
}

/**
 * Puts a unit's files under their own names; what is there already is left as it is. They are copies, for a link would let
 * whoever changes one change what is stored.
 * @throws WhylightError where one is gone from the store, or another file has its name: nothing is overwritten unseen
 */
export async function placeFiles(store: Store, { folder, files }: UnitRecord, out: Store): Promise<void> {
  if (folder === null) return;
  for (const name of files) {
    const bytes = await store.read(folder + name);
    if (bytes === null) {
      throw new WhylightError(`${store.label} lacks ${folder}${name}, which was there when it was done`);
    }
    const there = await out.read(name);
    if (there?.equals(bytes)) continue;
    if (there === null) await out.write(name, bytes);
    else
      throw new WhylightError(`${path.join(out.label, name)} is there and is of other results: choose another folder`);
  }
}
