import { existsSync } from 'node:fs';
import path from 'node:path';
import { WhylightError } from '../explain/errors';
import { nameResults } from './photo-names';
import { type PhotoFile, walkPhotos } from './photo-walk';

/**
 * All photos behind file and folder names, for a command that holds them together; each with a name of its own.
 * @param outputFolder null: nothing is written.
 * @throws WhylightError for what cannot be read, a name that does not exist or a folder without photos.
 */
export async function findPhotos(names: readonly string[], outputFolder: string | null): Promise<PhotoFile[]> {
  const files: string[] = [];
  for await (const sighting of walkPhotos(names, outputFolder)) {
    if (sighting.is === 'unreadable') throw new WhylightError(sighting.error);
    if (sighting.is === 'photo') files.push(sighting.file);
  }
  return nameResults(files);
}

/** Whether a folder lists its photos and their masks in an `index.json`. */
export const isListed = (folder: string) => existsSync(path.join(folder, 'index.json'));

/** Whether photos have masks: in a folder of their own, or by an `index.json` in the photos'. */
export const haveMasks = ({ photos, masks }: { readonly photos: readonly string[]; readonly masks?: string }) =>
  masks !== undefined || photos.some(isListed);
