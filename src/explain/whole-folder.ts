import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from './errors';
import { ensureWritableFolder, reasonOf } from './files';
import { partName } from './leftovers';

/**
 * Refuses a folder that holds something.
 * @returns whether there is such a folder already
 * @throws WhylightError where it is not empty or cannot be read.
 */
export async function refuseContent(folder: string): Promise<boolean> {
  const existing = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new WhylightError(`cannot write to the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  });
  if (existing && existing.length > 0)
    throw new WhylightError(`the folder ${folder} is not empty (allowed: a new folder, or an empty one)`);
  return existing !== null;
}

/**
 * Fills a new or empty folder, which appears with all that `fill` writes or not at all: beside its place first, then renamed.
 * @throws WhylightError where it holds something already or cannot be written, and whatever `fill` throws of its own.
 */
export async function wholeFolder<T>(folder: string, fill: (beside: string) => Promise<T>): Promise<T> {
  const target = path.resolve(folder);
  const existing = await refuseContent(folder);
  await ensureWritableFolder(path.dirname(target));
  const beside = path.join(path.dirname(target), partName(path.basename(target)));
  try {
    await mkdir(beside);
    const result = await fill(beside);
    // Only an empty folder goes: another run may have filled it meanwhile.
    if (existing) await rmdir(target);
    await rename(beside, target);
    return result;
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot write to the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}
