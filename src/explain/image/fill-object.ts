import { createHash } from 'node:crypto';
import { WhylightError } from '../errors';
import { type RgbImage, resize } from './resize';
import type { ImageSample } from './sample';

/** Colours with the number of pixels that each stands for: 0 inside the object. */
interface Level {
  readonly width: number;
  readonly height: number;
  /** H×W×3, summed over the weight's pixels. */
  readonly colours: Float64Array;
  readonly weights: Float64Array;
}

/**
 * A photo with its object filled by its own surroundings: pixels outside the mask stay, those inside get the mean colour of
 * what lies nearest outside, from a pyramid of halved pictures (pull and push: Gortler et al. 1996,
 * doi:10.1145/237170.237200). Smooth, without texture: it shows what surrounds the object, not what lay behind it.
 *
 * @param mask H×W, row by row; 0 is outside.
 * @throws WhylightError where mask and size disagree, and for a mask without a pixel outside.
 */
export function fillObject(photo: ImageSample, mask: Uint8Array): ImageSample {
  const { width, height, pixels } = photo;
  checkMask(photo, mask);
  const weights = Float64Array.from(mask, (value) => Number(value === 0));
  const colours = Float64Array.from(pixels, (value, i) => value * weights[Math.floor(i / 3)]!);
  const full = pushed({ width, height, colours, weights });
  const result = pixels.map((value, i) => (mask[Math.floor(i / 3)] === 0 ? value : Math.round(full[i]!)));
  return sampleOf(result, photo, `${photo.source} without its object`);
}

/** A photo's object, pixel for pixel, before another picture of the same size. Throws WhylightError where sizes disagree. */
export function pasteObject(photo: ImageSample, mask: Uint8Array, background: RgbImage, source: string): ImageSample {
  checkMask(photo, mask);
  if (background.width !== photo.width || background.height !== photo.height) {
    throw new WhylightError(
      `a background of ${background.width}×${background.height} px for a photo of ${photo.width}×${photo.height} (needed: the same size)`,
    );
  }
  const pixels = background.pixels.map((value, i) => (mask[Math.floor(i / 3)] === 0 ? value : photo.pixels[i]!));
  return sampleOf(pixels, photo, source);
}

/** A picture resized so that it covers a size, and cut to its middle. */
export function coverSize(image: ImageSample, { width, height }: Pick<ImageSample, 'width' | 'height'>): ImageSample {
  if (image.width === width && image.height === height) return image;
  const scale = Math.max(width / image.width, height / image.height);
  const [wide, high] = [
    Math.max(width, Math.round(image.width * scale)),
    Math.max(height, Math.round(image.height * scale)),
  ];
  const window = { top: (high - height) >> 1, left: (wide - width) >> 1, width, height };
  const { pixels } = resize(image, high, wide, { window });
  return sampleOf(pixels, { width, height }, image.source);
}

const sampleOf = (
  pixels: Uint8Array,
  { width, height }: Pick<ImageSample, 'width' | 'height'>,
  source: string,
): ImageSample => ({ pixels, width, height, source, sha256: createHash('sha256').update(pixels).digest('hex') });

function checkMask({ width, height, source }: ImageSample, mask: Uint8Array): void {
  if (mask.length !== width * height) {
    throw new WhylightError(`a mask of ${mask.length} px for ${source}, which is ${width}×${height}`);
  }
  if (mask.every((value) => value !== 0)) {
    throw new WhylightError(`the mask of ${source} leaves nothing outside (needed: some background)`);
  }
}

/** The level's mean colours where it has any, and those of the levels above it elsewhere; H×W×3. */
function pushed(level: Level): Float64Array {
  const { width, colours, weights } = level;
  const own = colours.map((value, i) => value / weights[Math.floor(i / 3)]!);
  if (weights.every((weight) => weight > 0)) return own;
  const half = halved(level);
  const coarse = pushed(half);
  return own.map((value, i) => {
    const at = Math.floor(i / 3);
    return weights[at]! > 0 ? value : between(coarse, half, at % width, Math.floor(at / width), i % 3);
  });
}

/** Sums of two by two pixels. */
function halved({ width, height, colours, weights }: Level): Level {
  const [wide, high] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const result = {
    width: wide,
    height: high,
    colours: new Float64Array(wide * high * 3),
    weights: new Float64Array(wide * high),
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [y * width + x, (y >> 1) * wide + (x >> 1)];
      result.weights[to]! += weights[from]!;
      for (let c = 0; c < 3; c++) result.colours[3 * to + c]! += colours[3 * from + c]!;
    }
  }
  return result;
}

/** A coarse level's value at a fine pixel, interpolated between the four nearest. */
function between(coarse: Float64Array, { width, height }: Level, x: number, y: number, channel: number): number {
  const [u, v] = [(x + 0.5) / 2 - 0.5, (y + 0.5) / 2 - 0.5];
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const at = (column: number, row: number) => {
    const [i, k] = [Math.min(width - 1, Math.max(0, column)), Math.min(height - 1, Math.max(0, row))];
    return coarse[3 * (k * width + i) + channel]!;
  };
  const [right, below] = [u - left, v - top];
  const upper = (1 - right) * at(left, top) + right * at(left + 1, top);
  const lower = (1 - right) * at(left, top + 1) + right * at(left + 1, top + 1);
  return (1 - below) * upper + below * lower;
}
