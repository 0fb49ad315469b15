import { WhylightError } from '../errors';
import { loadPhoto } from './load-photo';
import type { ImageSample } from './sample';

/**
 * Where a photo's object is, from one picture of the photo's size or several, which are united: H×W, row by row, 255 where
 * any of them is white, 0 elsewhere. They are black and white alone: of a grey level or a colour it would have to be guessed.
 * @throws WhylightError for a file that cannot be read, is of another size or has another colour, and for masks that hold no pixel or every one.
 */
export async function loadMask(
  files: readonly string[],
  photo: Pick<ImageSample, 'width' | 'height' | 'source'>,
): Promise<Uint8Array> {
  const { width, height, source } = photo;
  const mask = new Uint8Array(width * height);
  for (const file of files) {
    const picture = await loadPhoto(file);
    if (picture.width !== width || picture.height !== height) {
      throw new WhylightError(
        `the mask ${file} is ${picture.width}×${picture.height} px, its photo ${source} ${width}×${height} (needed: the same size)`,
      );
    }
    refuseColours(file, picture);
    mask.forEach((inside, i) => {
      mask[i] = inside | picture.pixels[3 * i]!;
    });
  }
  const area = mask.filter((inside) => inside !== 0).length;
  if (area > 0 && area < mask.length) return mask;
  const what = area === 0 ? 'holds no object' : 'takes the whole photo for the object';
  throw new WhylightError(
    `the mask of ${source} (${files.join(', ')}) ${what} (needed: white on the object, black elsewhere)`,
  );
}

function refuseColours(file: string, { pixels, width }: ImageSample): void {
  const wrong = pixels.findIndex((value, i) => (value !== 0 && value !== 255) || value !== pixels[i - (i % 3)]);
  if (wrong === -1) return;
  const at = Math.floor(wrong / 3);
  const colour = [...pixels.subarray(3 * at, 3 * at + 3)].join(', ');
  throw new WhylightError(
    `the mask ${file} is (${colour}) at x ${at % width}, y ${Math.floor(at / width)} (allowed: black, and white where the object is)`,
  );
}
