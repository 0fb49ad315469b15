import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { reasonOf } from '../explain/files';
import { decodeNpy } from '../explain/npy';
import type { MapSource } from './evaluation-maps';
import { sha256OfFile } from './file-hash';

/**
 * Maps that another library made of the same photos: `FOLDER/LIBRARY/PHOTO.npy`, float32 of the height × width of the
 * network's input. With one folder fewer, `FOLDER/PHOTO.npy`, the folder is the library.
 *
 * @throws WhylightError for a folder without maps, and one that holds both forms.
 */
export function mapFiles(folder: string): MapSource[] {
  let entries: string[];
  try {
    entries = readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch (error) {
    throw new WhylightError(`cannot read the folder ${folder}: ${reasonOf(error)}`, { cause: error });
  }
  const folders = entries.filter((name) => statSync(path.join(folder, name)).isDirectory());
  const files = entries.filter((name) => name.endsWith('.npy'));
  if (folders.length > 0 && files.length > 0) {
    throw new WhylightError(
      `${folder} holds maps (${files[0]}) and folders of maps (${folders[0]}) (allowed: one of both)`,
    );
  }
  if (folders.length + files.length === 0) {
    throw new WhylightError(`no maps in ${folder} (allowed: LIBRARY/PHOTO.npy or PHOTO.npy in it)`);
  }
  if (files.length > 0) return [source(path.basename(path.resolve(folder)), folder)];
  return folders.map((name) => source(name, path.join(folder, name)));
}

function source(name: string, folder: string): MapSource {
  const fileOf = (photo: string) => path.join(folder, `${photo}.npy`);
  return {
    name,
    title: name,
    kind: 'file',
    key: (photos) => photos.map((photo) => sha256OfFile(fileOf(photo.name))),
    make: async ({ measured, photo }) => {
      const file = fileOf(photo.name);
      const { height, width } = measured.look.input;
      let bytes: Buffer;
      try {
        bytes = readFileSync(file);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
      }
      const { values, shape } = read(file, bytes);
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

function read(file: string, bytes: Buffer): ReturnType<typeof decodeNpy> {
  try {
    return decodeNpy(bytes);
  } catch (error) {
    throw new WhylightError(`cannot read ${file}: ${reasonOf(error)}`, { cause: error });
  }
}
