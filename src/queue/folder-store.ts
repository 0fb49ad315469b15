import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { constants, copyFile, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, reasonOf, writeWhole } from '../explain/files';
import { type Store, type StoredName, StoreError } from './store';

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? '';
const isAbsent = (error: unknown) => ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error));

/** A folder that all machines see under one path. */
export function folderStore(root: string): Store {
  const folders = new Set<string>();

  /** @throws WhylightError for a name that would leave the folder: names come from the queue. */
  const placeOf = (name: string): string => {
    const place = path.resolve(root, name);
    if (place.startsWith(path.resolve(root) + path.sep)) return place;
    throw new WhylightError(`this name lies outside the folder ${root}: ${name}`);
  };

  const makeFolder = async (folder: string) => {
    if (folders.has(folder)) return;
    await ensureWritableFolder(folder);
    folders.add(folder);
  };

  const failure = (what: string, error: unknown) =>
    new StoreError(error instanceof WhylightError ? error.message : `cannot ${what}: ${reasonOf(error)}`, {
      cause: error,
    });

  return {
    label: root,
    list: (prefix) => namesBelow(root, prefix),
    read: async (name) => {
      try {
        return await readFile(placeOf(name));
      } catch (error) {
        if (error instanceof WhylightError) throw error;
        if (isAbsent(error)) return null;
        throw failure(`read ${placeOf(name)}`, error);
      }
    },
    write: async (name, bytes) => {
      const file = placeOf(name);
      try {
        await makeFolder(path.dirname(file));
        await writeWhole(file, bytes);
      } catch (error) {
        // Somebody may have cleared the folder meanwhile.
        folders.delete(path.dirname(file));
        throw failure(`write ${file}`, error);
      }
    },
    save: async (name, file) => {
      // A copy, for a link would let whoever changes the file change what is stored.
      const beside = path.join(path.dirname(file), `.${randomBytes(6).toString('hex')}.part`);
      try {
        await copyFile(placeOf(name), beside, constants.COPYFILE_FICLONE);
        await rename(beside, file);
        return true;
      } catch (error) {
        await unlink(beside).catch(() => undefined);
        if (error instanceof WhylightError) throw error;
        if (isAbsent(error)) return false;
        throw failure(`write ${file}`, error);
      }
    },
    local: async (name) => {
      const file = placeOf(name);
      return (await stat(file).catch(() => null)) === null ? null : file;
    },
  };
}

async function* namesBelow(root: string, prefix: string): AsyncGenerator<StoredName> {
  let entries: Dirent[];
  try {
    entries = await readdir(path.join(root, prefix), { withFileTypes: true });
  } catch (error) {
    if (isAbsent(error)) return;
    throw new StoreError(`cannot read the folder ${path.join(root, prefix)}: ${reasonOf(error)}`, { cause: error });
  }
  // As an object store lists: by whole names, in which a folder's ends in a slash.
  const names = entries
    .filter(({ name }) => !name.startsWith('.'))
    .map((entry) => ({ entry, name: entry.isDirectory() ? `${entry.name}/` : entry.name }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { entry, name } of names) {
    if (entry.isDirectory()) yield* namesBelow(root, prefix + name);
    else yield { name: prefix + name, bytes: (await stat(path.join(root, prefix, name))).size };
  }
}
