import { prepareInput } from '../explain/image/prepare';
import type { Preprocessing } from '../explain/image/preprocessing';
import type { ImageSample } from '../explain/image/sample';

/** By photo and size: a watched page is made again and again. */
const cache = new WeakMap<ImageSample, Map<string, ImageSample>>();

/**
 * The part of a photo that a network sees, as finely as the photo has it: a network's input of 128 px is blurred in print.
 *
 * @param width px that are enough; never fewer than the network's input has.
 */
export function sharpPicture(photo: ImageSample, preprocessing: Preprocessing, width: number): ImageSample {
  const { resize, crop, fit = 'crop', channels } = preprocessing;
  const whole = fit === 'crop' ? resize : crop;
  const finest = whole === null ? 1 : finestScale(photo, whole);
  const scale = Math.max(1, Math.min(finest, width / crop[1]));
  const scaled = (px: number) => Math.round(px * scale);
  const sizes = {
    resize:
      resize === null || typeof resize === 'number'
        ? resize && scaled(resize)
        : ([scaled(resize[0]), scaled(resize[1])] as const),
    crop: [scaled(crop[0]), scaled(crop[1])] as const,
  };
  const key = JSON.stringify([sizes, fit, channels]);
  const pictures = cache.get(photo) ?? new Map<string, ImageSample>();
  const picture = pictures.get(key) ?? prepareInput(photo, { ...preprocessing, ...sizes }).image;
  cache.set(photo, pictures.set(key, picture));
  return picture;
}

/** How much larger the photo is than what it is resized to. */
function finestScale({ width, height }: ImageSample, resize: NonNullable<Preprocessing['resize']>): number {
  return typeof resize === 'number'
    ? Math.min(width, height) / resize
    : Math.min(height / resize[0], width / resize[1]);
}
