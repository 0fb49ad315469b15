import path from 'node:path';
import {
  type BackgroundPicture,
  drawnBackgrounds,
  type ObjectPhoto,
  photoBackgrounds,
} from '../analyses/photo-subjects';
import { WhylightError } from '../explain/errors';
import { loadPhoto } from '../explain/image/load-photo';
import { loadMask } from '../explain/image/object-mask';
import type { ImageSample } from '../explain/image/sample';
import { yieldToEvents } from '../explain/progress';
import { findPhotos, nameResults, type PhotoFile } from './photos';

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

interface OpenOptions {
  readonly signal: AbortSignal;
  /** Told what a person must know of what was left out. */
  readonly onNote: (note: string) => void;
}

/**
 * The photos that were named, with their masks: a mask belongs to the photo whose name, without ending, it has or begins
 * with, a hyphen behind it (`dog.jpg`: `dog.png`, `dog-0.png`); of several photos to the one of the longest name.
 * @throws WhylightError where a photo or mask cannot be read, sizes disagree, or the folder of masks has none for any photo.
 */
export async function openPhotos(
  { photos: names, masks, out = null }: PhotosRequest,
  { signal, onNote }: OpenOptions,
): Promise<OpenPhoto[]> {
  const inMasks = (file: string) =>
    masks !== undefined && path.resolve(file).startsWith(`${path.resolve(masks)}${path.sep}`);
  const files = nameResults((await findPhotos(names, out)).map(({ file }) => file).filter((file) => !inMasks(file)));
  const pairs = masks === undefined ? new Map<string, string[]>() : await pairMasks(files, masks);
  if (files.length === 0) throw new WhylightError(`no photo among ${names.join(', ')} but masks (needed: one)`);
  const photos: OpenPhoto[] = [];
  for (const { file, base } of files) {
    const photo = await loadPhoto(file);
    const own = pairs.get(file);
    if (masks !== undefined && own === undefined) onNote(`${base} has no mask in ${masks}: its segments are searched`);
    photos.push({ name: base, photo, mask: own === undefined ? null : await loadMask(own, photo) });
    await yieldToEvents(signal);
  }
  return photos;
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

/**
 * Backgrounds by the words of `--backgrounds`: `photos`, those of the masked photos; `drawn`; or pictures, taken whole.
 * @throws WhylightError where a picture cannot be read.
 */
export async function openBackgrounds(
  { backgrounds, seed }: { readonly backgrounds: readonly string[]; readonly seed: number },
  masked: readonly ObjectPhoto[],
  { signal, onNote }: OpenOptions,
): Promise<BackgroundPicture[]> {
  const pictures: BackgroundPicture[] = [];
  for (const word of new Set(backgrounds)) {
    if (word === 'drawn') pictures.push(...drawnBackgrounds(seed));
    else if (word === 'photos') {
      const own = photoBackgrounds(masked);
      pictures.push(...own.backgrounds);
      for (const name of own.without) onNote(`${name} gives no background: its object takes more than half of it`);
    } else pictures.push(...(await openPictures(word, signal)));
  }
  return pictures;
}

async function openPictures(folder: string, signal: AbortSignal): Promise<BackgroundPicture[]> {
  const pictures: BackgroundPicture[] = [];
  for (const { file, base } of await findPhotos([folder], null)) {
    pictures.push({ name: base, picture: await loadPhoto(file) });
    await yieldToEvents(signal);
  }
  return pictures;
}
