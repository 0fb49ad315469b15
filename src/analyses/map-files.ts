import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import { decodeNpy } from '../explain/npy';
import type { MapSource } from './evaluation-maps';
import type { EvaluationPhoto } from './evaluation-photo';

/** Maps of several libraries, and what they lack. */
export interface MapFiles {
  readonly sources: readonly MapSource[];
  /** A sentence for each library that has no map of some photos. */
  readonly omissions: readonly string[];
}

/**
 * Maps that another library made of the same photos: `FOLDER/LIBRARY/PHOTO.npy`, float32 of the height × width of the
 * network's input. With one folder fewer, `FOLDER/PHOTO.npy`, the folder is the library.
 *
 * @throws WhylightError for a folder without maps, one that holds both forms, and a library with a map of none of the
 * photos, or of something that is none of them.
 */
export function mapFiles(folder: string, photos: readonly Named[]): MapFiles {
  const entries = entriesOf(folder);
  const isFolder = (name: string) =>
    statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true;
  const folders = entries.filter(isFolder);
  const files = entries.filter((name) => name.endsWith('.npy') && !folders.includes(name));
  if (folders.length > 0 && files.length > 0) {
    throw new WhylightError(
      `${folder} holds maps (${files[0]}) and folders of maps (${folders[0]}) (allowed: one of both)`,
    );
  }
  if (folders.length + files.length === 0) {
    throw new WhylightError(`no maps in ${folder} (allowed: LIBRARY/PHOTO.npy or PHOTO.npy in it)`);
  }
  const libraries =
    files.length > 0
      ? [{ name: path.basename(path.resolve(folder)), place: folder }]
      : folders.map((name) => ({ name, place: path.join(folder, name) }));
  const listed = libraries.map(({ name, place }) => ({ name, place, files: filesOf(place, photos) }));
  return {
    sources: listed.map(({ name, place, files }) => source(name, place, files)),
    omissions: listed.flatMap(({ place, files }) => missing(place, files, photos)),
  };
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw new WhylightError(`cannot read the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

type Named = Pick<EvaluationPhoto, 'name'>;
const fileName = (photo: Named) => `${photo.name}.npy`;

/** A library's maps, each of one of the photos. */
function filesOf(folder: string, photos: readonly Named[]): ReadonlySet<string> {
  const files = entriesOf(folder).filter((name) => name.endsWith('.npy'));
  const names = photos.map(fileName);
  const allowed = `PHOTO.npy of the ${photos.length} photos, ${names[0]} the first`;
  if (files.length === 0) throw new WhylightError(`no maps in ${folder} (allowed: ${allowed})`);
  const stranger = files.find((file) => !names.includes(file));
  if (stranger === undefined) return new Set(files);
  throw new WhylightError(`${path.join(folder, stranger)} is a map of none of the photos (allowed: ${allowed})`);
}

/** What is said of the maps that a library lacks: nothing, or a sentence. */
function missing(folder: string, files: ReadonlySet<string>, photos: readonly Named[]): string[] {
  const names = photos.map(fileName).filter((name) => !files.has(name));
  if (names.length === 0) return [];
  const few = `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`;
  return [
    `${folder} has no map of ${names.length} of ${photos.length} photos (${few}): places are compared on the others alone`,
  ];
}

function source(name: string, folder: string, files: ReadonlySet<string>): MapSource {
  const fileOf = (photo: Named) => (files.has(fileName(photo)) ? path.join(folder, fileName(photo)) : null);
  return {
    name,
    title: name,
    kind: 'file',
    key: (photo) => {
      const file = fileOf(photo);
      return file === null ? null : createHash('sha256').update(bytesOf(file)).digest('hex');
    },
    make: async ({ measured, photo }) => {
      const file = fileOf(photo);
      if (file === null) return null;
      const { height, width } = measured.look.input;
      const { values, shape } = read(file);
      if (shape.length !== 2 || shape[0] !== height || shape[1] !== width) {
        throw new WhylightError(
          `${file} is a map of ${shape.join('×')} (allowed: ${height}×${width}, the network’s input)`,
        );
      }
      const wrong = values.find((value) => !Number.isFinite(value));
      if (wrong !== undefined) throw new WhylightError(`${file} holds ${wrong} (allowed: finite numbers)`);
      return { name, values, signed: values.some((value) => value < 0), seeded: false, remake: null, cost: null };
    },
  };
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function read(file: string): ReturnType<typeof decodeNpy> {
  const bytes = bytesOf(file);
  try {
    return decodeNpy(bytes);
  } catch (error) {
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}
