/** RGB bytes, row by row. */
export interface RgbImage {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Rows `top … top + height − 1` and columns `left … left + width − 1` of the resized picture. */
export interface ResizeWindow {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** What of the result is computed, and how. */
export interface ResizeOptions {
  /** Default: all of it. */
  readonly window?: ResizeWindow;
  /** Default `bilinear`. */
  readonly interpolation?: Interpolation;
}

/** Weights of one axis: output `i` is the sum of `weights[i · longest + j]` times input `first[i] + j`, j < `count[i]`. */
interface AxisWeights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly weights: Int32Array;
  readonly longest: number;
}

const precisionBits = 22;
const half = 1 << (precisionBits - 1);

/** How a resized pixel is made of those around it. */
export type Interpolation = 'bilinear' | 'bicubic';

/** A filter's weight at a distance, in px, and the distance from which on it is 0. */
interface Filter {
  readonly weight: (distance: number) => number;
  readonly support: number;
}

/** Keys' cubic convolution with a = −1/2. */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
}

const filters: Readonly<Record<Interpolation, Filter>> = {
  bilinear: { weight: (x) => (x < 1 ? 1 - x : 0), support: 1 },
  bicubic: { weight: cubic, support: 2 },
};

/**
 * A filter of PIL's resize: in output pixels when shrinking (that is what antialiases), in input pixels when
 * enlarging; weights sum to 1 and are kept with 22 binary places.
 */
function axisWeights(inputSize: number, outputSize: number, from: number, length: number, filter: Filter): AxisWeights {
  const scale = inputSize / outputSize;
  const width = Math.max(scale, 1);
  const support = filter.support * width;
  const longest = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * longest);
  const exact = new Float64Array(longest);
  for (let i = 0; i < length; i++) {
    const center = (from + i + 0.5) * scale;
    const start = Math.max(0, Math.trunc(center - support + 0.5));
    const n = Math.min(inputSize, Math.trunc(center + support + 0.5)) - start;
    let sum = 0;
    for (let j = 0; j < n; j++) {
      exact[j] = filter.weight(Math.abs((start + j - center + 0.5) * (1 / width)));
      sum += exact[j]!;
    }
    for (let j = 0; j < n; j++) {
      const weight = (sum === 0 ? exact[j]! : exact[j]! / sum) * (1 << precisionBits);
      weights[i * longest + j] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    first[i] = start;
    count[i] = n;
  }
  return { first, count, weights, longest };
}

/** A fixed-point sum as a byte. */
function toByte(sum: number): number {
  return Math.max(0, Math.min(sum >> precisionBits, 255));
}

/** One row of `source`, resized along x into `row` (bytes). */
function resizeRow(source: Uint8Array, offset: number, axis: AxisWeights, row: Uint8Array): void {
  const { first, count, weights, longest } = axis;
  for (let x = 0; x < first.length; x++) {
    let at = offset + first[x]! * 3;
    const start = x * longest;
    const end = start + count[x]!;
    let r = half;
    let g = half;
    let b = half;
    for (let k = start; k < end; k++, at += 3) {
      const weight = weights[k]!;
      r = (r + Math.imul(source[at]!, weight)) | 0;
      g = (g + Math.imul(source[at + 1]!, weight)) | 0;
      b = (b + Math.imul(source[at + 2]!, weight)) | 0;
    }
    row[x * 3] = toByte(r);
    row[x * 3 + 1] = toByte(g);
    row[x * 3 + 2] = toByte(b);
  }
}

/**
 * Antialiased resize of RGB bytes, equal to PIL's `Image.resize(…, BILINEAR)` or `BICUBIC` in every byte: along x,
 * rounded to bytes, then along y. With a window, only that part of the result is computed.
 *
 * Pillow 13 takes y first where a picture more than twice as high as wide shrinks: there, and only there,
 * it differs from the Pillows before it, and from this, by one level.
 *
 * Each input row is resized once and added to the output rows it belongs to, so memory is the output's alone.
 * @param height px of the whole resized picture
 * @param width px of the whole resized picture
 */
export function resize(
  image: RgbImage,
  height: number,
  width: number,
  { window, interpolation = 'bilinear' }: ResizeOptions = {},
): RgbImage {
  const part = window ?? { top: 0, left: 0, height, width };
  if (image.height === height && image.width === width) return cropped(image, part);
  const across = axisWeights(image.width, width, part.left, part.width, filters[interpolation]);
  const down = axisWeights(image.height, height, part.top, part.height, filters[interpolation]);
  const stride = part.width * 3;
  const sums = new Int32Array(part.height * stride).fill(half);
  const row = new Uint8Array(stride);
  const last = part.height - 1;
  const endRow = down.first[last]! + down.count[last]!;
  let firstOpen = 0;
  for (let y = down.first[0]!; y < endRow; y++) {
    resizeRow(image.pixels, y * image.width * 3, across, row);
    while (down.first[firstOpen]! + down.count[firstOpen]! <= y) firstOpen++;
    for (let out = firstOpen; out <= last && down.first[out]! <= y; out++) {
      const weight = down.weights[out * down.longest + y - down.first[out]!]!;
      const base = out * stride;
      for (let i = 0; i < stride; i++) sums[base + i] = (sums[base + i]! + Math.imul(row[i]!, weight)) | 0;
    }
  }
  const pixels = new Uint8Array(sums.length);
  for (let i = 0; i < sums.length; i++) pixels[i] = toByte(sums[i]!);
  return { pixels, width: part.width, height: part.height };
}

/** {@link resize}, antialiased bilinear. */
export const resizeBilinear = (image: RgbImage, height: number, width: number, window?: ResizeWindow): RgbImage =>
  resize(image, height, width, window === undefined ? {} : { window });

/** A part of a picture as it is: what the filter makes of it at its own size. */
function cropped({ pixels, width }: RgbImage, part: ResizeWindow): RgbImage {
  const result = new Uint8Array(part.height * part.width * 3);
  for (let y = 0; y < part.height; y++) {
    const from = ((part.top + y) * width + part.left) * 3;
    result.set(pixels.subarray(from, from + part.width * 3), y * part.width * 3);
  }
  return { pixels: result, width: part.width, height: part.height };
}
