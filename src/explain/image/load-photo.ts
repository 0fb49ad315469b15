import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { WhylightError } from '../errors';
import { reasonOf } from '../files';
import { readBmp } from './bmp';
import { pictureKind } from './kind';
import { readPnm } from './pnm';
import type { RgbImage } from './resize';
import type { ImageSample } from './sample';

/** Options of {@link loadPhoto}. */
export interface LoadPhotoOptions {
  /** Name of the photo in results. Default: the file's name without its folder, or `photo` for bytes. */
  readonly source?: string;
  /** Larger photos are refused before they are decoded, in millions of px. Default 64. */
  readonly maxMegapixels?: number;
}

const formats: Readonly<Record<string, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  tiff: 'TIFF',
  heif: 'AVIF',
};
/** A row of more px takes gigabytes, a column minutes. */
const LONGEST = 100_000;
const ownReaders: Readonly<Record<string, typeof readBmp>> = { BMP: readBmp, PNM: readPnm };
const readable = [...Object.values(formats), 'BMP', 'PPM'].join(', ');

/** Bytes a px of the least compressed format takes (16-bit RGBA): bounds what is read from disk. */
const bytesPerPixel = 8;

async function readPhotoFile(file: string, maxMegapixels: number): Promise<Uint8Array> {
  try {
    const status = await stat(file);
    if (status.isDirectory()) throw new WhylightError(`cannot read the photo ${file}: it is a folder`);
    if (!status.isFile()) throw new WhylightError(`cannot read the photo ${file}: it is not a file`);
    const allowed = maxMegapixels * 1e6 * bytesPerPixel + 1e6;
    if (status.size > allowed) {
      const size = `${Math.round(status.size / 1e6)} MB`;
      throw new WhylightError(
        `cannot read the photo ${file}: ${size}, too large (allowed: ${Math.round(allowed / 1e6)} MB)`,
      );
    }
    return await readFile(file);
  } catch (error) {
    if (error instanceof WhylightError) throw error;
    throw new WhylightError(`cannot read the photo ${file}: ${reasonOf(error)}`, { cause: error });
  }
}

function checkSize(
  { width, height }: { readonly width: number; readonly height: number },
  name: string,
  maxMegapixels: number,
): void {
  if (width * height > maxMegapixels * 1e6) {
    const size = `${width}×${height}, ${Math.round((width * height) / 1e6)} megapixels`;
    throw new WhylightError(
      `cannot read the photo ${name}: ${size}, too large (allowed: up to ${maxMegapixels} megapixels)`,
    );
  }
  if (Math.max(width, height) > LONGEST) {
    throw new WhylightError(
      `cannot read the photo ${name}: ${width}×${height} px, too long (allowed: up to ${LONGEST} px a side)`,
    );
  }
}

/** Cyan, magenta, yellow and black to RGB without a colour profile, as PIL converts: R = (255 − C)(255 − K) / 255. */
function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const pixels = new Uint8Array((cmyk.length / 4) * 3);
  for (let i = 0, o = 0; i < cmyk.length; i += 4) {
    const light = 255 - cmyk[i + 3]!;
    for (let c = 0; c < 3; c++) {
      const product = cmyk[i + c]! * light + 128;
      pixels[o++] = light - (((product >> 8) + product) >> 8);
    }
  }
  return pixels;
}

/** What kept a file from being decoded: its kind where that is known and not read, else what libvips said, on one line. */
function decoderReason(error: unknown, bytes: Uint8Array): string {
  const kind = pictureKind(bytes);
  if (kind !== null && !kind.isReadable) return `it is a ${kind.name} picture (allowed: ${readable})`;
  const text = String((error as Error).message ?? error)
    .replace(/\s+/g, ' ')
    .replace(/[:\s]+$/, '')
    .trim();
  if (/unsupported image format/i.test(text)) return `it is not a picture in a known format (${readable})`;
  if (/premature end|unexpected end|truncated|end of stream|not enough|out of order read/i.test(text)) {
    return 'the file is cut off or damaged';
  }
  return `the file is damaged (${text})`;
}

/**
 * Decodes a photo to RGB bytes: JPEG, PNG, WebP, GIF and TIFF (first frame), AVIF, BMP, PPM and its like; 8 or 16 bits, palette, grey, CMYK.
 *
 * The result equals PIL's `ImageOps.exif_transpose(image).convert('RGB')`: turned upright by its EXIF orientation,
 * the alpha channel dropped (the colours under it stay, nothing is blended), colour profiles ignored,
 * 16-bit values cut to their upper byte.
 * @param file path, or the bytes of an encoded file
 * @throws WhylightError for a missing or damaged file, an unknown format, or more than `maxMegapixels`.
 */
export async function loadPhoto(file: string | Uint8Array, options: LoadPhotoOptions = {}): Promise<ImageSample> {
  const { source = typeof file === 'string' ? path.basename(file) : 'photo', maxMegapixels = 64 } = options;
  const name = typeof file === 'string' ? file : source;
  const bytes = typeof file === 'string' ? await readPhotoFile(file, maxMegapixels) : file;
  if (bytes.length === 0) throw new WhylightError(`cannot read the photo ${name}: the file is empty`);
  try {
    const own = ownReaders[pictureKind(bytes)?.name ?? ''];
    const picture =
      own === undefined ? await decode(bytes, name, maxMegapixels) : read(own(bytes), name, maxMegapixels);
    return { ...picture, sha256: createHash('sha256').update(bytes).digest('hex'), source };
  } catch (error) {
    if (error instanceof WhylightError && error.message.startsWith('cannot read the photo')) throw error;
    const reason = error instanceof WhylightError ? error.message : decoderReason(error, bytes);
    throw new WhylightError(`cannot read the photo ${name}: ${reason}`, { cause: error });
  }
}

function read(picture: ReturnType<typeof readBmp>, name: string, maxMegapixels: number): RgbImage {
  checkSize(picture, name, maxMegapixels);
  return picture.decode();
}

async function decode(bytes: Uint8Array, name: string, maxMegapixels: number): Promise<RgbImage> {
  const open = () => sharp(bytes, { ignoreIcc: true, failOn: 'error', limitInputPixels: false });
  const { format, width, height, space, hasAlpha } = await open().metadata();
  if (!(format in formats)) {
    throw new WhylightError(`cannot read the photo ${name}: its format is ${format} (allowed: ${readable})`);
  }
  checkSize({ width, height }, name, maxMegapixels);
  const cmyk = space === 'cmyk';
  const turned = open().autoOrient();
  // What has no alpha channel needs none removed: on Lab pictures sharp may never come to an end doing so.
  const upright = hasAlpha ? turned.removeAlpha() : turned;
  const { data, info } = await (cmyk ? upright.pipelineColourspace('cmyk') : upright)
    .toColourspace(cmyk ? 'cmyk' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const pixels = cmyk ? cmykToRgb(data) : new Uint8Array(data.buffer, data.byteOffset, data.length);
  return { pixels, width: info.width, height: info.height };
}
