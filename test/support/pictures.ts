import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inflateSync } from 'node:zlib';
import type { Interpolation } from '../../src/explain/image/resize';
import type { ImageSample } from '../../src/explain/image/sample';
import { seededRandom } from '../../src/explain/random';

/** Folder of the small pictures that `test/golden/images.py` draws. */
export const pictures = path.resolve(__dirname, '../golden/images');

/** A picture in golden.json. */
export interface GoldenPicture {
  readonly height: number;
  readonly width: number;
  /** base64 of deflated RGB bytes. */
  readonly pixels?: string;
  /** Where the picture is large: sha256 of the RGB bytes. */
  readonly sha256?: string;
}

/** What Pillow and NumPy made. */
export const golden = JSON.parse(readFileSync(path.join(pictures, 'golden.json'), 'utf8')) as {
  readonly decoded: Readonly<Record<string, GoldenPicture>>;
  readonly resizes: readonly (GoldenPicture & {
    readonly from: [number, number];
    readonly seed: number;
    readonly interpolation?: Interpolation;
  })[];
  readonly prepared: readonly {
    readonly from: [number, number];
    readonly seed: number;
    readonly resize: number | [number, number] | null;
    readonly crop: [number, number];
    readonly resized: [number, number];
    readonly top: number;
    readonly left: number;
    readonly pixels: string;
    readonly values: string;
  }[];
  readonly npy: readonly { readonly shape: number[]; readonly values: number[]; readonly bytes: string }[];
};

export function unpack(picture: GoldenPicture): Uint8Array {
  return new Uint8Array(inflateSync(Buffer.from(picture.pixels!, 'base64')));
}

export function sha256(values: Uint8Array | Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return createHash('sha256').update(bytes).digest('hex');
}

/** The same xorshift32 picture as in images.py. */
export function noise([height, width]: readonly [number, number], seed: number) {
  const pixels = new Uint8Array(height * width * 3);
  let state = seed;
  for (let i = 0; i < pixels.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    pixels[i] = state >>> 24;
  }
  return { pixels, width, height };
}

/** A photo of seeded noise; `drawn_photo` of test/golden/methods.py draws the same bytes. */
export function drawnPhoto(height: number, width: number, seed: number): ImageSample {
  const random = seededRandom(seed);
  const pixels = Uint8Array.from({ length: height * width * 3 }, () => Math.floor(256 * random()));
  return { pixels, width, height, sha256: sha256(pixels), source: 'drawn' };
}

/** Largest difference of two arrays of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}
