import { loadPhoto } from '../image/load-photo';
import { prepareInput } from '../image/prepare';
import type { Preprocessing } from '../image/preprocessing';
import { type RunOptions, yieldToEvents } from '../progress';
import type { LabelledPhotos } from './labelled-photos';
import { type PerceptualHash, perceptualHash } from './near-duplicates';

/** Photos as a network takes them, before normalisation, and their perceptual hashes. */
export interface DecodedPhotos {
  /** H×W×3 bytes each. */
  readonly pictures: readonly Uint8Array[];
  readonly hashes: readonly PerceptualHash[];
}

/**
 * Decodes, resizes and crops a whole data set: photos × H × W × 3 bytes of memory.
 * @throws WhylightError naming the photo that cannot be read; AbortedError when interrupted.
 */
export async function decodedPhotos(
  { photos }: LabelledPhotos,
  preprocessing: Preprocessing,
  { onProgress, signal }: RunOptions = {},
): Promise<DecodedPhotos> {
  const pictures: Uint8Array[] = [];
  const hashes: PerceptualHash[] = [];
  for (const [i, photo] of photos.entries()) {
    const sample = await loadPhoto(await photo.read(), { source: photo.name });
    pictures.push(prepareInput(sample, preprocessing).image.pixels);
    hashes.push(perceptualHash(sample));
    if (i % 50 === 49 || i === photos.length - 1) {
      onProgress?.({ label: 'photos', done: i + 1, total: photos.length });
      await yieldToEvents(signal);
    }
  }
  return { pictures, hashes };
}
