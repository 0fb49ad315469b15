import path from 'node:path';
import { maskedPhotos } from '../analyses/masked-photos';
import { WhylightError } from '../explain/errors';
import { loadPhoto } from '../explain/image/load-photo';
import { loadMask } from '../explain/image/object-mask';
import type { ImageSample } from '../explain/image/sample';
import { yieldToEvents } from '../explain/progress';
import { nameResults } from './photo-names';
import type { PhotoFile } from './photo-walk';
import { findPhotos, isListed } from './photos';

/** Which photos are asked about. */
export interface PhotosRequest {
  readonly photos: readonly string[];
  readonly masks?: string;
  readonly out?: string | null;
}

/** A photo with the mask of its object; null where it has none. */
export interface OpenPhoto {
  readonly name: string;
  readonly photo: ImageSample;
  readonly mask: Uint8Array | null;
}

/** Of a run that opens files. */
export interface OpenOptions {
  readonly signal: AbortSignal;
  /** Told what a person must know of what was left out. */
  readonly onNote: (note: string) => void;
  /** What is done with a photo without a mask, behind the note that says so. Default: nothing is said. */
  readonly without?: string;
}

/**
 * The photos that were named, with their masks. With a folder of masks, one belongs to the photo whose name, without ending, it
 * has or begins with, a hyphen behind it (`dog.jpg`: `dog.png`, `dog-0.png`); of several photos to the one of the longest name.
 * Without, those of an `index.json` in a folder of photos (`maskedPhotos`), which are then its photos.
 * @throws WhylightError where a photo or mask cannot be read, sizes disagree, or the folder of masks has none for any photo.
 */
export async function openPhotos(
  { photos: names, masks, out = null }: PhotosRequest,
  { signal, onNote, without = '' }: OpenOptions,
): Promise<OpenPhoto[]> {
  const inMasks = (file: string) =>
    masks !== undefined && path.resolve(file).startsWith(`${path.resolve(masks)}${path.sep}`);
  const listed = masks === undefined ? listedMasks(names.filter(isListed)) : new Map<string, string[]>();
  const others = names.filter((name) => masks !== undefined || !isListed(name));
  const rest = others.length === 0 ? [] : (await findPhotos(others, out)).map(({ file }) => file);
  const files = nameResults([...listed.keys(), ...rest.filter((file) => !listed.has(file) && !inMasks(file))]);
  const pairs = masks === undefined ? listed : await pairMasks(files, masks);
  if (files.length === 0) throw new WhylightError(`no photo among ${names.join(', ')} but masks (needed: one)`);
  const photos: OpenPhoto[] = [];
  for (const { file, base } of files) {
    const photo = await loadPhoto(file);
    const own = pairs.get(file);
    if (masks !== undefined && own === undefined) onNote(`${base} has no mask in ${masks}${without}`);
    photos.push({ name: base, photo, mask: own === undefined ? null : await loadMask(own, photo) });
    await yieldToEvents(signal);
  }
  return photos;
}

/** Photo → mask, of folders that list both. */
function listedMasks(folders: readonly string[]): Map<string, string[]> {
  const pairs = new Map<string, string[]>();
  for (const folder of folders) {
    for (const { image, mask } of maskedPhotos(folder).entries) {
      pairs.set(path.join(folder, image), [path.join(folder, mask)]);
    }
  }
  return pairs;
}

const stem = (file: string) => path.parse(file).name;

async function pairMasks(photos: readonly PhotoFile[], folder: string): Promise<ReadonlyMap<string, string[]>> {
  const pairs = new Map<string, string[]>();
  for (const { file: mask } of await findPhotos([folder], null)) {
    const name = stem(mask);
    // `whylight scenes --counterfactuals` writes masks of shadows, which are the background's.
    if (name.endsWith('-shadow')) continue;
    const owners = photos.filter(({ file }) => name === stem(file) || name.startsWith(`${stem(file)}-`));
    const longest = Math.max(0, ...owners.map(({ file }) => stem(file).length));
    for (const { file } of owners.filter((owner) => stem(owner.file).length === longest)) {
      pairs.set(file, [...(pairs.get(file) ?? []), mask]);
    }
  }
  if (pairs.size > 0) return pairs;
  const first = stem(photos[0]?.file ?? 'PHOTO.jpg');
  throw new WhylightError(
    `no mask in ${folder} belongs to any photo (looked for ${first}.png and ${first}-*.png, and so on)`,
  );
}
