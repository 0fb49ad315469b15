import {
  type BackgroundPicture,
  drawnBackgrounds,
  type ObjectPhoto,
  photoBackgrounds,
} from '../analyses/photo-subjects';
import { loadPhoto } from '../explain/image/load-photo';
import { yieldToEvents } from '../explain/progress';
import type { OpenOptions } from './object-photos';
import { findPhotos } from './photos';

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
