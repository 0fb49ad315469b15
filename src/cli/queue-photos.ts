import path from 'node:path';
import type { Unit } from '../queue/job';
import type { Store } from '../queue/store';
import { isPhotoName, siblingNames } from './photo-names';
import { walkPhotos } from './photo-walk';

/** What a place holds: photos, and what is none. */
type Seen = { readonly photo: Unit } | { readonly ending: string };

/** The photos of a folder, as `whylight explain` finds them. @param out the folder for results, which is no part of it */
export async function* photosOfFolder(folder: string, out: string | null): AsyncGenerator<Seen> {
  for await (const sighting of walkPhotos([folder], out)) {
    const { file } = sighting;
    if (sighting.is === 'left out') yield { ending: sighting.ending };
    else {
      const error = sighting.is === 'unreadable' ? { error: sighting.error } : {};
      const place = path.relative(folder, file).split(path.sep).join('/');
      yield { photo: { name: place, base: sighting.base, ...error } };
    }
  }
}

/**
 * The photos of an object store, told by their endings: to look into each would be to read all of them. Their names lie in
 * memory until all are there.
 * @param out what names of results begin with, where they lie among the photos: they are none
 */
export async function* photosOfStore(store: Store, out: string | null): AsyncGenerator<Seen> {
  const folders = new Map<string, string[]>();
  for await (const name of store.list('')) {
    const isHidden = name.split('/').some((part) => part.startsWith('.'));
    if (isHidden || (out !== null && name.startsWith(out))) continue;
    const folder = path.posix.dirname(name);
    const names = folders.get(folder) ?? [];
    names.push(path.posix.basename(name));
    folders.set(folder, names);
  }
  for (const [folder, names] of folders) {
    const bases = siblingNames(names);
    const inFolder = (name: string) => (folder === '.' ? name : `${folder}/${name}`);
    for (const name of names) {
      if (isPhotoName(name)) yield { photo: { name: inFolder(name), base: inFolder(bases.get(name)!) } };
      else yield { ending: path.posix.extname(name).toLowerCase() || 'no ending' };
    }
  }
}
