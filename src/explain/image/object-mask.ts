import { WhylightError } from '../errors';
import { loadPhoto } from './load-photo';
import type { ImageSample } from './sample';

/** From this grey value on a mask's pixel is the object's. */
const INSIDE = 128;

/**
 * Where a photo's object is, from one picture of the photo's size or several, which are united: H×W, row by row, 255 where
 * the first channel of any is 128 or more, 0 elsewhere.
 * @throws WhylightError for a file that cannot be read or is of another size, and for masks that hold no pixel or every one.
 */
export async function loadMask(
  files: readonly string[],
  photo: Pick<ImageSample, 'width' | 'height' | 'source'>,
): Promise<Uint8Array> {
  const { width, height, source } = photo;
  const mask = new Uint8Array(width * height);
  let area = 0;
  for (const file of files) {
    const picture = await loadPhoto(file);
    if (picture.width !== width || picture.height !== height) {
      throw new WhylightError(
        `the mask ${file} is ${picture.width}×${picture.height} px, its photo ${source} ${width}×${height} (needed: the same size)`,
      );
    }
    for (let i = 0; i < mask.length; i++) {
      if (mask[i] !== 0 || picture.pixels[3 * i]! < INSIDE) continue;
      mask[i] = 255;
      area++;
    }
  }
  if (area > 0 && area < mask.length) return mask;
  const what = area === 0 ? 'holds no object' : 'takes the whole photo for the object';
  throw new WhylightError(
    `the mask of ${source} (${files.join(', ')}) ${what} (needed: white on the object, black elsewhere)`,
  );
}
