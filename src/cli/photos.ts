import { type Dirent, existsSync } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';

/** A photo to explain, and the name its results get. */
export interface PhotoFile {
  readonly file: string;
  /** Unique in the run: `wolf`, or `alps-wolf` where another folder has a `wolf` too. */
  readonly base: string;
}

const endings = ['.jpg', '.jpeg', '.png', '.webp', '.gif', '.tif', '.tiff', '.avif'];

async function picturesBelow(folder: string, skip: string | null): Promise<string[]> {
  if (path.resolve(folder) === skip) return [];
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw new WhylightError(`cannot read the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const pictures: string[] = [];
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) pictures.push(...(await picturesBelow(place, skip)));
    else if (endings.includes(path.extname(entry.name).toLowerCase())) pictures.push(place);
  }
  return pictures;
}

/** Ways to name a photo's results, from short to long. */
function namings(file: string): string[] {
  const { name, ext } = path.parse(file);
  const ending = ext.slice(1).toLowerCase();
  const parents = path.dirname(path.resolve(file)).split(path.sep).filter(Boolean).reverse();
  const names = [name, `${name}-${ending}`];
  for (let depth = 1; depth <= parents.length; depth++) {
    const prefix = parents.slice(0, depth).reverse().join('-');
    names.push(`${prefix}-${name}`, `${prefix}-${name}-${ending}`);
  }
  return names;
}

/**
 * Gives every photo a name of its own: the file's without its ending; where two would be equal (letter case aside,
 * as on some disks), both get their ending or as many parent folders as it takes.
 */
export function nameResults(files: readonly string[]): PhotoFile[] {
  const bases = new Map<string, string>();
  const namesInUse = new Set<string>();
  let open = files.map((file) => ({ file, names: namings(file) }));
  for (let level = 0; open.length > 0; level++) {
    const nameOf = ({ names }: { names: string[] }) => names[Math.min(level, names.length - 1)]!;
    const counts = new Map<string, number>();
    for (const photo of open) {
      const key = nameOf(photo).toLowerCase();
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const rest: typeof open = [];
    for (const photo of open) {
      const base = nameOf(photo);
      const last = level >= photo.names.length;
      if (!last && (counts.get(base.toLowerCase())! > 1 || namesInUse.has(base.toLowerCase()))) {
        rest.push(photo);
        continue;
      }
      let own = base;
      for (let number = 2; namesInUse.has(own.toLowerCase()); number++) own = `${base}-${number}`;
      namesInUse.add(own.toLowerCase());
      bases.set(photo.file, own);
    }
    open = rest;
  }
  return files.map((file) => ({ file, base: bases.get(file)! }));
}

/**
 * The photos behind file and folder names: folders are searched with their subfolders, in the order of names,
 * hidden files and the output folder left out; a photo named twice counts once.
 * @param outputFolder null: nothing is written.
 * @throws WhylightError for a name that does not exist or a folder without photos.
 */
export async function findPhotos(names: readonly string[], outputFolder: string | null): Promise<PhotoFile[]> {
  const skip = outputFolder === null ? null : path.resolve(outputFolder);
  const files = new Map<string, string>();
  for (const name of names) {
    const status = await stat(name).catch((error) => {
      throw new WhylightError(`cannot read the photo ${name}: ${reasonOf(error)}`, { cause: error });
    });
    if (status.isDirectory() && path.resolve(name) === skip) {
      throw new WhylightError(`the folder of photos is also the output folder: ${name} (choose another with --out)`);
    }
    const pictures = status.isDirectory() ? await picturesBelow(name, skip) : [name];
    if (pictures.length === 0) {
      throw new WhylightError(`no photo in the folder ${name} (looked for ${endings.join(', ')})`);
    }
    for (const file of pictures) {
      const real = await realpath(file).catch(() => path.resolve(file));
      if (!files.has(real)) files.set(real, file);
    }
  }
  return nameResults([...files.values()]);
}

/** Whether a folder lists its photos and their masks in an `index.json`. */
export const isListed = (folder: string) => existsSync(path.join(folder, 'index.json'));

/** Whether photos have masks: in a folder of their own, or by an `index.json` in the photos'. */
export const haveMasks = ({ photos, masks }: { readonly photos: readonly string[]; readonly masks?: string }) =>
  masks !== undefined || photos.some(isListed);
