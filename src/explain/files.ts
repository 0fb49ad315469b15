import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from './errors';
import { partName, removeLeftovers } from './leftovers';

/** What the system said, in words a person knows. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ENOENT: 'there is no such file or folder',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    EEXIST: 'there is a file of that name',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EISDIR: 'it is a folder',
    ENOTEMPTY: 'it is not empty, for another program has written there meanwhile',
    ENAMETOOLONG: 'the name is too long',
  };
  return words[code ?? ''] ?? String(message ?? error);
}

/**
 * A file's bytes, of which no more than `limit` are ever read: a device or a pipe may have no end.
 * @throws WhylightError where it has more, and the system's own error where it cannot be read.
 */
export function readUpTo(file: string, limit: number): Buffer {
  const handle = openSync(file, 'r');
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for (;;) {
      const chunk = Buffer.alloc(2 ** 16);
      const count = readSync(handle, chunk, 0, chunk.length, null);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      length += count;
      if (length > limit) throw new WhylightError(`${path.basename(file)}: more than ${limit} bytes`);
    }
  } finally {
    closeSync(handle);
  }
}

const besideName = (file: string): string => path.join(path.dirname(file), partName());

/**
 * Writes a file so that it is either wholly there or not at all: beside its place first, then renamed.
 * @throws WhylightError naming the file and the reason; nothing half-written stays behind.
 */
export async function writeWhole(file: string, bytes: Uint8Array | string): Promise<void> {
  const beside = besideName(file);
  try {
    await writeFile(beside, bytes);
    await rename(beside, file);
  } catch (error) {
    await unlink(beside).catch(() => undefined);
    throw new WhylightError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/** {@link writeWhole} into a folder that need not be there yet, before anything else happens: an interrupted run's last. */
export function writeWholeSync(file: string, bytes: Uint8Array): void {
  const beside = besideName(file);
  try {
    makeFolder(path.dirname(file));
    writeFileSync(beside, bytes);
    renameSync(beside, file);
  } catch (error) {
    if (existsSync(beside)) rmSync(beside);
    throw new WhylightError(`cannot write ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Makes a folder and its parents. Node's own `recursive` never returns for a folder that /proc refuses.
 * @returns the folders made, the innermost first
 */
function makeFolder(folder: string): string[] {
  try {
    mkdirSync(folder);
    return [folder];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return [];
    const parent = path.dirname(folder);
    if (code !== 'ENOENT' || existsSync(parent)) throw error;
    const parents = makeFolder(parent);
    // Another process may have made it meanwhile.
    return [...makeFolder(folder), ...parents];
  }
}

/**
 * Makes sure a folder exists (making it where it does not) and that files can be written there, and
 * removes what killed runs left in it.
 * @returns the folders made, the innermost first: what to remove again where nothing gets written
 * @throws WhylightError naming the folder and the reason.
 */
export async function ensureWritableFolder(folder: string): Promise<readonly string[]> {
  const probe = besideName(path.join(folder, 'probe'));
  try {
    const existing = await stat(folder).catch(() => null);
    if (existing && !existing.isDirectory()) throw Object.assign(new Error(), { code: 'EEXIST' });
    const folders = makeFolder(path.resolve(folder));
    await writeFile(probe, '');
    await unlink(probe);
    removeLeftovers(folder);
    return folders;
  } catch (error) {
    throw new WhylightError(`cannot write to the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}
