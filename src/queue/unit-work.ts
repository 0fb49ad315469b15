import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { reasonOf } from '../explain/files';
import type { Unit } from './job';
import { RECORD, resultFolder } from './layout';
import type { Store } from './store';
import { CrashError, type OpenPlan, type Outcome } from './work';

/** What the list of a run's results says of one unit. */
export interface UnitRecord {
  readonly place: number;
  readonly name: string;
  readonly base: string;
  readonly error: string | null;
  /** What the work said of it; null where it threw. */
  readonly record: unknown;
  /** The folder of its files in the store, and their names; null where there are none. */
  readonly folder: string | null;
  readonly files: readonly string[];
}

/** A unit at hand, before its turn comes. */
export interface Prepared {
  /** With its error where it cannot be read. */
  readonly unit: Unit;
  readonly place: number;
  /** On this machine; empty where there is no photo. */
  readonly local: string;
  /** Where its results go; empty where nothing is to be done. */
  readonly folder: string;
  /** A result that is there already: somebody has done this work before. */
  readonly before: UnitRecord | null;
  /** What belongs to it on this machine, to be cleared away behind it. */
  readonly scratch: string;
}

/** Where photos come from and results go, and what works. */
export interface Places {
  /** null where the units are told in full. */
  readonly photos: Store | null;
  readonly out: Store;
  readonly plan: OpenPlan;
}

/** Fetches a photo, or takes the task as it is told, and looks whether its result is there. @throws StoreError */
export async function prepare(
  { photos, out, plan }: Places,
  unit: Unit,
  place: number,
  scratch: string,
): Promise<Prepared> {
  await mkdir(path.join(scratch, 'files'), { recursive: true });
  const content = await contentOf(photos, unit, scratch);
  if ('error' in content) {
    return { unit: { ...unit, error: content.error }, place, local: '', folder: '', before: null, scratch };
  }
  const { local, bytes } = content;
  const folder = resultFolder(plan.identity, createHash('sha256').update(bytes).digest('hex'), unit.base);
  const before = await out.read(folder + RECORD);
  const record = before === null ? null : (JSON.parse(before.toString('utf8')) as UnitRecord);
  const { name, base } = unit;
  return { unit, place, local, folder, before: record && { ...record, name, base, place }, scratch };
}

/** What decides a unit's result beside the plan, or why it cannot be had. */
async function contentOf(
  photos: Store | null,
  { name, task, error }: Unit,
  scratch: string,
): Promise<{ readonly local: string; readonly bytes: Uint8Array } | { readonly error: string }> {
  if (error !== undefined) return { error };
  if (task !== undefined) return { local: '', bytes: Buffer.from(JSON.stringify(task)) };
  const unread = (reason: unknown) => ({ error: `cannot read the photo ${name}: ${reasonOf(reason)}` });
  const local = photos === null ? null : await photos.local(name, scratch);
  if (local === null) return unread({ code: 'ENOENT' });
  return readFile(local).then((bytes) => ({ local, bytes }), unread);
}

/** How often the end of the process that works on it is forgiven to a unit. */
const FORGIVEN = 1;

/** Works on a unit: its record, whose files lie in its scratch folder. */
export async function workOn({ plan }: Places, { unit, place, local, folder, scratch }: Prepared): Promise<UnitRecord> {
  if (unit.error !== undefined) return failure(unit, place, unit.error);
  const { name, base, task } = unit;
  const own = path.join(scratch, 'files');
  let outcome: Outcome;
  for (let crashes = 0; ; crashes++) {
    try {
      outcome = await plan.work({ local, name, base, task }, own);
      break;
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      if (!(error instanceof CrashError)) return failure(unit, place, words);
      if (crashes >= FORGIVEN) return failure(unit, place, `${words}, ${crashes + 1} times`);
      await rm(own, { recursive: true, force: true });
      await mkdir(own);
    }
  }
  const files = await filesBelow(own);
  return { place, name, base, ...outcome, folder: files.length === 0 ? null : folder, files };
}

/** Names with slashes, in order. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return files.map((file) => path.relative(folder, file).split(path.sep).join('/')).sort();
}

export const failure = ({ name, base }: Unit, place: number, error: string): UnitRecord => ({
  ...{ place, name, base, error },
  ...{ record: null, folder: null, files: [] },
});

/** Puts a unit's files where they belong; the record is the last, and a failure has none, so that it can be tried again. */
export async function putResult({ out }: Places, record: UnitRecord, scratch: string): Promise<void> {
  const { folder, files, error } = record;
  if (folder !== null) {
    for (const name of files) await out.write(folder + name, await readFile(path.join(scratch, 'files', name)));
    if (error === null) await out.write(folder + RECORD, Buffer.from(JSON.stringify({ ...record, place: 0 })));
  }
  await rm(scratch, { recursive: true, force: true });
}
