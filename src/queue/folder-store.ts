import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { ensureWritableFolder, reasonOf, writeWhole } from '../explain/files';
import { type Store, StoreError } from './store';

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
    local: async (name) => {
      const file = placeOf(name);
      try {
        await stat(file);
        return file;
      } catch (error) {
        if (!isAbsent(error)) throw failure(`read ${file}`, error);
        // Where the folder itself is away, as one that is not mounted here, nothing is known of what is in it.
        await stat(root).catch((reason) => {
          throw failure(`read the folder ${root}`, reason);
        });
        return null;
      }
    },
  };
}

async function* namesBelow(root: string, prefix: string): AsyncGenerator<string> {
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
    else yield prefix + name;
  }
}
