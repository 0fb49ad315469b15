import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { listAllowed, WhylightError } from '../errors';
import { reasonOf } from '../files';
import { readZip, unpackLimit, type ZipEntry } from '../network/weights/zip';

/** A photo of a training set, not yet decoded. */
export interface LabelledPhoto {
  /** Path inside the data set, with forward slashes: `wolves/img_12.jpg`. */
  readonly name: string;
  /** Index into `classes`. */
  readonly label: number;
  readonly read: () => Promise<Uint8Array>;
}

/** A data set: one folder a class. */
export interface LabelledPhotos {
  /** Folder names in alphabetical order. */
  readonly classes: readonly string[];
  /** By class, then by name. */
  readonly photos: readonly LabelledPhoto[];
  /** Where they came from, for the record: the folder's or zip's own name. */
  readonly source: string;
}

const PHOTO = /\.(jpe?g|png|webp)$/i;

/**
 * Lists the photos of a folder with one folder a class, or of a zip of one. A single enclosing folder
 * (as in Kaggle's zips) is stepped into.
 *
 * @throws WhylightError where there are fewer than two classes with photos.
 */
export async function labelledPhotos(data: string): Promise<LabelledPhotos> {
  const info = await stat(data).catch(() => null);
  if (info === null) throw new WhylightError(`no such data set: ${data} (a folder with one folder a class, or a zip)`);
  const files = info.isDirectory() ? await listFolder(data) : await listZip(data);
  const usable = files.filter(
    ({ name }) => PHOTO.test(name) && !name.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'),
  );
  const enclosing = commonFolder(usable.map(({ name }) => name));
  const entries = usable
    .map((file) => ({ ...file, name: file.name.slice(enclosing.length) }))
    .filter(({ name }) => name.includes('/'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const classes = [...new Set(entries.map(({ name }) => name.split('/')[0]!))].sort();
  if (classes.length < 2) {
    throw new WhylightError(
      `${data} holds ${entries.length} photos in ${classes.length} class folders (${listAllowed(classes) || 'none'}); at least two folders, one a class, are needed`,
    );
  }
  return {
    classes,
    photos: entries.map(({ name, read }) => ({ name, label: classes.indexOf(name.split('/')[0]!), read })),
    source: sourceName(path.resolve(data)),
  };
}

/** A folder's or zip's own name, led by its parent's where it says nothing (`fair/photos`). */
function sourceName(data: string): string {
  const name = path.basename(data);
  const parent = path.basename(path.dirname(data));
  return /^(photos|images|pictures|data|train|training)$/i.test(name) && parent !== '' ? `${parent}/${name}` : name;
}

/** sha256 over the names and contents of a data set, for the record. */
export async function dataHash({ photos }: LabelledPhotos): Promise<string> {
  const hash = createHash('sha256');
  for (const photo of photos) {
    hash
      .update(photo.name)
      .update('\0')
      .update(
        createHash('sha256')
          .update(await photo.read())
          .digest(),
      );
  }
  return hash.digest('hex');
}

interface Entry {
  readonly name: string;
  readonly read: () => Promise<Uint8Array>;
}

async function listFolder(folder: string): Promise<Entry[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const full = path.join(entry.parentPath, entry.name);
      return { name: path.relative(folder, full).split(path.sep).join('/'), read: () => readFile(full) };
    });
}

async function listZip(file: string): Promise<Entry[]> {
  const name = path.basename(file);
  const bytes = await readFile(file).catch((error) => {
    const reason = error.code === 'ERR_FS_FILE_TOO_LARGE' ? 'it is too large; unpack it' : reasonOf(error);
    throw new WhylightError(`cannot read ${file}: ${reason}`, { cause: error });
  });
  let photos: ZipEntry[];
  try {
    photos = [...readZip(bytes).values()].filter((entry) => PHOTO.test(entry.name));
  } catch (error) {
    if (!(error instanceof WhylightError)) throw error;
    throw new WhylightError(`${name} is neither a folder nor a readable zip: ${error.message}`, { cause: error });
  }
  // Photos are packed already; what unpacks to far more than the zip is none.
  const total = photos.reduce((sum, { size }) => sum + size, 0);
  const limit = unpackLimit(bytes.length);
  if (total > limit) {
    throw new WhylightError(
      `${name}: ${bytes.length} bytes that unpack to ${total} (allowed: up to ${limit}); unpack it and hand over the folder`,
    );
  }
  return photos.map((entry) => ({ name: entry.name, read: async () => entry.read() }));
}

/** The folder that holds everything, with its slash, as long as class folders remain below it. */
function commonFolder(names: readonly string[]): string {
  let prefix = '';
  for (;;) {
    const rest = names.map((name) => name.slice(prefix.length));
    const first = rest[0]?.split('/') ?? [];
    if (first.length < 3 || !rest.every((name) => name.startsWith(`${first[0]}/`) && name.split('/').length > 2)) {
      return prefix;
    }
    prefix += `${first[0]}/`;
  }
}
