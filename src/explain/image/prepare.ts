import { createHash } from 'node:crypto';
import { requirePhoto } from '../arguments';
import { WhylightError } from '../errors';
import { luma, type NetworkInput, type Preprocessing } from './preprocessing';
import { type ResizeWindow, type RgbImage, resize as resizePhoto } from './resize';
import type { ImageSample } from './sample';

/** Size `[height, width]` of the resized photo: torchvision's `Resize`, whose long side is `int(size · long / short)`. */
function resizedSize(height: number, width: number, { resize, crop, fit }: Preprocessing): readonly [number, number] {
  if (fit === 'stretch') return crop;
  if (fit === 'pad') {
    const scale = Math.min(crop[0] / height, crop[1] / width);
    return [Math.max(1, Math.round(height * scale)), Math.max(1, Math.round(width * scale))];
  }
  if (resize === null) return [height, width];
  if (typeof resize !== 'number') {
    if (fit === undefined) return resize;
    const scale = Math.max(resize[0] / height, resize[1] / width);
    return [Math.round(height * scale), Math.round(width * scale)];
  }
  return width <= height
    ? [Math.trunc((resize * height) / width), resize]
    : [resize, Math.trunc((resize * width) / height)];
}

/** Python's `round`: halves go to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** First px of a centre crop, as in torchvision's `CenterCrop`; negative where the picture is smaller and gets padded. */
function cropStart(size: number, crop: number): number {
  return crop > size ? -Math.floor((crop - size) / 2) : roundHalfEven((size - crop) / 2);
}

/** Puts `part` on a black picture of the crop's size. */
function pad(part: RgbImage, [height, width]: readonly [number, number], top: number, left: number): Uint8Array {
  if (part.height === height && part.width === width) return part.pixels;
  const pixels = new Uint8Array(height * width * 3);
  for (let y = 0; y < part.height; y++) {
    const row = part.pixels.subarray(y * part.width * 3, (y + 1) * part.width * 3);
    pixels.set(row, ((y + top) * width + left) * 3);
  }
  return pixels;
}

/** `(pixel / 255 − mean) / std` of every byte, rounded to float32 after each step as torchvision does. */
function normalisation(mean: number, std: number): Float32Array {
  const { fround } = Math;
  return Float32Array.from({ length: 256 }, (_, byte) => fround(fround(byte / 255) - fround(mean)) / fround(std));
}

/** Every pixel's luma in the place of its three colours. */
function makeGrey(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i += 3) {
    pixels.fill(luma(pixels[i]!, pixels[i + 1]!, pixels[i + 2]!), i, i + 3);
  }
}

/** RGB bytes as the network's values, channel by channel in its order. */
function inputValues(pixels: Uint8Array, { mean, std, channels = 'rgb' }: Preprocessing): Float32Array {
  const tables = mean.map((value, channel) => normalisation(value, std[channel]!));
  const count = tables.length;
  const values = new Float32Array((pixels.length / 3) * count);
  for (let channel = 0; channel < count; channel++) {
    const table = tables[channel]!;
    let from = channels === 'bgr' ? 2 - channel : channel;
    for (let i = channel; i < values.length; i += count, from += 3) values[i] = table[pixels[from]!]!;
  }
  return values;
}

/** How a photo is resized and cut for a network. */
interface Cut {
  /** Of the whole resized photo, in px. */
  readonly height: number;
  readonly width: number;
  /** First px of the crop in it; negative where it is smaller. */
  readonly top: number;
  readonly left: number;
}

type Size = Pick<ImageSample, 'height' | 'width'>;

function cutOf(photo: Size, preprocessing: Preprocessing): Cut {
  const { resize, crop } = preprocessing;
  const sizes = [...crop, ...(resize === null ? [] : typeof resize === 'number' ? [resize] : resize)];
  const wrong = sizes.find((size) => !Number.isInteger(size) || size < 1);
  if (wrong !== undefined) {
    throw new WhylightError(`unusable size in the preprocessing: ${wrong} (allowed: whole px above 0)`);
  }
  const [height, width] = resizedSize(photo.height, photo.width, preprocessing);
  return { height, width, top: cropStart(height, crop[0]), left: cropStart(width, crop[1]) };
}

/**
 * The input's size and where it lies in a photo: what `prepareInput` says of them, without the photo's pixels.
 * @throws WhylightError where a size is not a whole number of px above 0.
 */
export function inputPlace(photo: Size, preprocessing: Preprocessing): Pick<NetworkInput, 'height' | 'width' | 'crop'> {
  const { crop } = preprocessing;
  const { height, width, top, left } = cutOf(photo, preprocessing);
  const scaleX = photo.width / width;
  const scaleY = photo.height / height;
  return {
    height: crop[0],
    width: crop[1],
    crop: { x: left * scaleX, y: top * scaleY, width: crop[1] * scaleX, height: crop[0] * scaleY },
  };
}

/**
 * What a network gets from a photo, equal to torchvision's evaluation transform on a PIL image:
 * antialiased bilinear or bicubic resize, centre crop (black around a smaller picture), normalisation. H×W×channels,
 * row by row.
 * Only the cropped part of the resized photo is computed.
 * @throws WhylightError where a size is not a whole number of px above 0, and for what is no photo.
 */
export function prepareInput(photo: ImageSample, preprocessing: Preprocessing): NetworkInput {
  requirePhoto(photo);
  const { crop, interpolation = 'bilinear' } = preprocessing;
  const { height, width, top, left } = cutOf(photo, preprocessing);
  const window: ResizeWindow = {
    top: Math.max(0, top),
    left: Math.max(0, left),
    height: Math.min(height, crop[0]),
    width: Math.min(width, crop[1]),
  };
  const part = resizePhoto(photo, height, width, { window, interpolation });
  const pixels = pad(part, crop, Math.max(0, -top), Math.max(0, -left));
  if (preprocessing.channels === 'grey') makeGrey(pixels);
  return {
    ...inputPlace(photo, preprocessing),
    values: inputValues(pixels, preprocessing),
    image: {
      pixels,
      width: crop[1],
      height: crop[0],
      sha256: createHash('sha256').update(pixels).digest('hex'),
      source: photo.source,
    },
  };
}
