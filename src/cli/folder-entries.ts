import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

/** What lies in a folder under one name. */
export interface Entry {
  readonly name: string;
  readonly is: 'folder' | 'file' | 'broken link' | 'no file';
  /** Its real path, behind a link too. */
  readonly real: string;
  readonly isLink: boolean;
}

/**
 * What lies in a folder and is not hidden, in the order in which whole paths are sorted: a folder's name has its slash.
 * @param real the folder's real path
 * @throws the system's own error where it cannot be read.
 */
export async function entriesOf(folder: string, real: string): Promise<Entry[]> {
  const visible = (await readdir(folder, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
  const entries: Entry[] = [];
  for (const one of visible) entries.push(one.isSymbolicLink() ? await behindLink(folder, one) : plainEntry(one, real));
  const key = ({ name, is }: Entry) => (is === 'folder' ? `${name}/` : name);
  return entries.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const kindOf = (one: Pick<Dirent, 'isDirectory' | 'isFile'>): Entry['is'] =>
  one.isDirectory() ? 'folder' : one.isFile() ? 'file' : 'no file';

const plainEntry = (one: Dirent, real: string): Entry => ({
  name: one.name,
  is: kindOf(one),
  real: path.join(real, one.name),
  isLink: false,
});

async function behindLink(folder: string, { name }: Dirent): Promise<Entry> {
  const link = path.join(folder, name);
  try {
    const real = await realpath(link);
    return { name, is: kindOf(await stat(real)), real, isLink: true };
  } catch {
    return { name, is: 'broken link', real: path.resolve(link), isLink: true };
  }
}
