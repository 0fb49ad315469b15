import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import { HEAD, pictureKind } from '../explain/image/kind';
import { type Entry, entriesOf } from './folder-entries';
import { endingOf, isPhotoName, nameResults, siblingNames } from './photo-names';

/** A photo, and the name its results get: with folders where it lies in subfolders, `alps/wolf`. */
export interface PhotoFile {
  readonly file: string;
  readonly base: string;
}

/** What a walk meets: a photo, a file that is none, or a place that cannot be read. */
export type Sighting =
  | ({ readonly is: 'photo' } & PhotoFile)
  | { readonly is: 'left out'; readonly file: string; readonly ending: string }
  | ({ readonly is: 'unreadable'; readonly error: string } & PhotoFile);

/** Cameras' raw files, which are TIFFs that hold a small preview: no photo of theirs is read. */
const raw = ['.arw', '.cr2', '.dng', '.nef', '.nrw', '.orf', '.pef', '.rw2', '.srw'];

const isHidden = (name: string) => name.startsWith('.');
const isBelow = (place: string, folder: string) => place === folder || place.startsWith(path.join(folder, path.sep));

/** What one walk knows: where it begins, what it skips, and what links have brought in. */
interface Walk {
  /** Real paths of the folders to search: those named, and those that links led to. */
  readonly entries: Set<string>;
  /** Real paths of files named or met through links: a photo counts once. */
  readonly files: Set<string>;
  /** Real path of the folder for results; null: none. */
  readonly skip: string | null;
  /** How often something was passed by because it is met elsewhere. */
  repeats: number;
}

/** A folder as the walk reaches it. */
interface Place {
  readonly folder: string;
  readonly real: string;
  /** What stands before the names of results: '' or `alps/`. */
  readonly prefix: string;
}

/** What was named: where it really lies, and where its results go. */
interface Root {
  readonly file: string;
  readonly real: string;
  readonly is: 'folder' | 'file' | 'unreadable';
  readonly error: string;
  readonly base: string;
  readonly prefix: string;
}

/**
 * The photos behind file and folder names, told by their first bytes: folders are searched with their subfolders, each in
 * the order of its names, so that all paths come in the order of their signs. Hidden files and the folder for results are
 * no part of it; links are followed, and what is reached twice counts once. Of a folder only its own names are held.
 *
 * @param out null: nothing is written.
 * @throws WhylightError where the folder for results is one of those named, or would lie among its photos.
 */
export async function* walkPhotos(names: readonly string[], out: string | null): AsyncGenerator<Sighting> {
  const skip = out === null ? null : await realPlace(out);
  const roots = await rootsOf(names);
  const reals = (is: Root['is']) => roots.filter((root) => root.is === is).map(({ real }) => real);
  for (const root of roots) refuseOutput(root, skip);
  const walk: Walk = { entries: new Set(reals('folder')), files: new Set(reals('file')), skip, repeats: 0 };
  for (const { is, file, real, base, prefix, error } of roots) {
    if (is === 'folder') yield* searchRoot({ folder: file, real, prefix }, walk);
    else if (is === 'file') yield { is: 'photo', file, base };
    else yield { is, file, base, error };
  }
}

/** Each place once, with names of their own for files and for folders, where there are several. */
async function rootsOf(names: readonly string[]): Promise<Root[]> {
  const bases = nameResults(names);
  const roots = new Map<string, Root>();
  for (const { file, base } of bases) {
    const root = await rootOf(file, base, new Set(names).size === 1 ? '' : `${base}/`);
    if (!roots.has(root.real)) roots.set(root.real, root);
  }
  return [...roots.values()];
}

async function rootOf(file: string, base: string, prefix: string): Promise<Root> {
  try {
    const real = await realpath(file);
    return { file, real, is: (await stat(file)).isDirectory() ? 'folder' : 'file', error: '', base, prefix };
  } catch (error) {
    const line = `cannot read the photo ${file}: ${reasonOf(error)}`;
    return { file, real: path.resolve(file), is: 'unreadable', error: line, base, prefix };
  }
}

/** A place's real path, also where it is still to be made. */
async function realPlace(place: string): Promise<string> {
  const resolved = path.resolve(place);
  const parent = path.dirname(resolved);
  const real = await realpath(resolved).catch(() => null);
  return real ?? (parent === resolved ? resolved : path.join(await realPlace(parent), path.basename(resolved)));
}

function refuseOutput({ is, file, real, prefix }: Root, skip: string | null): void {
  if (skip === null || is !== 'folder') return;
  if (real === skip) {
    throw new WhylightError(`the folder of photos is also the output folder: ${file} (choose another with --out)`);
  }
  // Results below the photos' own folder are skipped, but not where that folder lies among the results.
  if (prefix !== '' && isBelow(real, skip) && isBelow(path.join(skip, prefix), real)) {
    throw new WhylightError(`the results would lie among the photos of ${file} (choose another folder with --out)`);
  }
}

/** A folder that was named: one without photos is told. */
async function* searchRoot(place: Place, walk: Walk): AsyncGenerator<Sighting> {
  let photos = 0;
  const { repeats } = walk;
  const others = new Map<string, number>();
  for await (const sighting of search(place, walk)) {
    if (sighting.is === 'left out') others.set(sighting.ending, (others.get(sighting.ending) ?? 0) + 1);
    else photos++;
    yield sighting;
  }
  if (photos > 0 || walk.repeats > repeats) return;
  const only = others.size === 0 ? '' : ` (only ${endingCounts(others)})`;
  const error = `no photo in the folder ${place.folder}${only}`;
  yield { is: 'unreadable', file: place.folder, base: place.prefix.replace(/\/$/, ''), error };
}

/** `.heic 3, .bmp 1`, the most frequent first. */
export const endingCounts = (counts: ReadonlyMap<string, number>): string =>
  [...counts]
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .map(([ending, count]) => `${ending} ${count}`)
    .join(', ');

async function* search(place: Place, walk: Walk): AsyncGenerator<Sighting> {
  const { folder, real, prefix } = place;
  let entries: Entry[];
  try {
    entries = await entriesOf(folder, real);
  } catch (error) {
    const line = `cannot read the folder ${folder}: ${reasonOf(error)}`;
    yield { is: 'unreadable', file: folder, base: prefix.replace(/\/$/, ''), error: line };
    return;
  }
  const bases = siblingNames(entries.filter(({ is }) => is !== 'folder').map(({ name }) => name));
  for (const entry of entries) {
    if (entry.is === 'folder') yield* searchBelow(entry, place, walk);
    else if (entry.is !== 'file' || takesFile(entry, walk)) {
      yield await sightingOf(entry, { file: path.join(folder, entry.name), base: prefix + bases.get(entry.name)! });
    }
  }
}

async function* searchBelow({ name, real, isLink }: Entry, { folder, prefix }: Place, walk: Walk) {
  if (real === walk.skip) return;
  if (!isNew(real, isLink, walk)) {
    walk.repeats++;
    return;
  }
  if (isLink) walk.entries.add(real);
  yield* search({ folder: path.join(folder, name), real, prefix: `${prefix}${name}/` }, walk);
}

/** Whether a file is met for the first time, and not elsewhere later. */
function takesFile({ real, isLink }: Entry, walk: Walk): boolean {
  if (walk.files.has(real) || (isLink && !isNew(real, true, walk))) {
    walk.repeats++;
    return false;
  }
  if (isLink) walk.files.add(real);
  return true;
}

/** Whether a folder, or what a link leads to, is met nowhere else: not below a folder that is searched anyway. */
function isNew(place: string, isLink: boolean, { entries, skip }: Walk): boolean {
  if (!isLink) return !entries.has(place);
  const within = (entry: string) =>
    isBelow(place, entry) && !path.relative(entry, place).split(path.sep).some(isHidden);
  if (skip !== null && isBelow(place, skip)) return false;
  return ![...entries].some(within);
}

/** What an entry is: a file by its first bytes, and where they cannot be read, by its name. */
async function sightingOf({ is, name }: Entry, { file, base }: PhotoFile): Promise<Sighting> {
  const ending = endingOf(name) || 'no ending';
  const isNamedPhoto = isPhotoName(name);
  if (is === 'broken link' && isNamedPhoto) {
    return { is: 'unreadable', file, base, error: `cannot read the photo ${file}: the link leads nowhere` };
  }
  if (is !== 'file') return { is: 'left out', file, ending: is };
  const mayBePhoto = !raw.includes(ending) && (await headSays(file, isNamedPhoto));
  return mayBePhoto ? { is: 'photo', file, base } : { is: 'left out', file, ending };
}

async function headSays(file: string, isNamedPhoto: boolean): Promise<boolean> {
  try {
    return pictureKind(await headOf(file))?.isReadable ?? isNamedPhoto;
  } catch (error) {
    // What is there and cannot be read may be a photo, which is told.
    return isNamedPhoto || (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

async function headOf(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
