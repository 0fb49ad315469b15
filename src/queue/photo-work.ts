import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf } from '../explain/files';
import type { QueuedPhoto } from './job';
import { RECORD, resultFolder } from './layout';
import type { Store } from './store';
import { CrashError, type OpenPlan, type Outcome } from './work';

/** What the list of a run's results says of one photo. */
export interface PhotoRecord {
  readonly place: number;
  readonly file: string;
  readonly base: string;
  readonly error: string | null;
  /** What the work said of it; null where it threw. */
  readonly record: unknown;
  /** The folder of its files in the store, and their names; null where there are none. */
  readonly folder: string | null;
  readonly files: readonly string[];
}

/** A photo at hand, before its turn comes. */
export interface Prepared {
  /** With its error where it cannot be read. */
  readonly photo: QueuedPhoto;
  readonly place: number;
  /** On this machine; empty where there is no photo. */
  readonly local: string;
  /** Where its results go; empty where there is no photo. */
  readonly folder: string;
  /** A result that is there already: somebody has done this work before. */
  readonly before: PhotoRecord | null;
  /** What belongs to it on this machine, to be cleared away behind it. */
  readonly scratch: string;
}

/** Where photos come from and results go, and what works. */
export interface Places {
  readonly photos: Store;
  readonly out: Store;
  readonly plan: OpenPlan;
}

/** Fetches a photo, and looks whether its result is there. @throws StoreError */
export async function prepare(
  { photos, out, plan }: Places,
  photo: QueuedPhoto,
  place: number,
  scratch: string,
): Promise<Prepared> {
  await mkdir(path.join(scratch, 'files'), { recursive: true });
  const unreadable = (error: string): Prepared => {
    return { photo: { ...photo, error }, place, local: '', folder: '', before: null, scratch };
  };
  const unread = (error: unknown) => unreadable(`cannot read the photo ${photo.file}: ${reasonOf(error)}`);
  if (photo.error !== undefined) return unreadable(photo.error);
  const local = await photos.local(photo.file, scratch);
  if (local === null) return unread({ code: 'ENOENT' });
  const bytes = await readFile(local).catch((error: Error) => error);
  if (bytes instanceof Error) return unread(bytes);
  const folder = resultFolder(plan.identity, createHash('sha256').update(bytes).digest('hex'), photo.base);
  const before = await out.read(folder + RECORD);
  const record = before === null ? null : (JSON.parse(before.toString('utf8')) as PhotoRecord);
  return { photo, place, local, folder, before: record && { ...record, ...photo, place }, scratch };
}

/** How often the end of the process that works on it is forgiven to a photo. */
const FORGIVEN = 1;

/** Works on a photo: its record, whose files lie in its scratch folder. */
export async function workOn(
  { plan }: Places,
  { photo, place, local, folder, scratch }: Prepared,
): Promise<PhotoRecord> {
  if (photo.error !== undefined) return failure(photo, place, photo.error);
  const own = path.join(scratch, 'files');
  let outcome: Outcome;
  for (let crashes = 0; ; crashes++) {
    try {
      outcome = await plan.work({ local, ...photo }, own);
      break;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!(error instanceof CrashError)) return failure(photo, place, words);
      if (crashes >= FORGIVEN) return failure(photo, place, `${words}, ${crashes + 1} times`);
      await rm(own, { recursive: true, force: true });
      await mkdir(own);
    }
  }
  const files = await filesBelow(own);
  return { place, ...photo, ...outcome, folder: files.length === 0 ? null : folder, files };
}

/** Names with slashes, in order. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return files.map((file) => path.relative(folder, file).split(path.sep).join('/')).sort();
}

export const failure = ({ file, base }: QueuedPhoto, place: number, error: string): PhotoRecord => ({
  ...{ place, file, base, error },
  ...{ record: null, folder: null, files: [] },
});

/** Puts a photo's files where they belong; the record is the last, and a failure has none, so that it can be tried again. */
export async function putResult({ out }: Places, record: PhotoRecord, scratch: string): Promise<void> {
  const { folder, files, error } = record;
  if (folder !== null) {
    for (const name of files) await out.write(folder + name, await readFile(path.join(scratch, 'files', name)));
    if (error === null) await out.write(folder + RECORD, Buffer.from(JSON.stringify({ ...record, place: 0 })));
  }
  await rm(scratch, { recursive: true, force: true });
}
