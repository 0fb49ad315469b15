import type { ImageSample } from '../image/sample';

/** Difference hash of a photo: 64 bits (two 32-bit halves) that say whether brightness falls from each cell to its right neighbour. */
export type PerceptualHash = readonly [number, number];

const COLUMNS = 9;
const ROWS = 8;

/**
 * Perceptual hash (dHash) over a 9×8 grid of mean luminances. Two photos that differ by compression, size or
 * small retouching differ in few bits; unrelated photos in about 32.
 */
export function perceptualHash(photo: ImageSample): PerceptualHash {
  const cells = meanLuminance(photo);
  const halves: [number, number] = [0, 0];
  let bit = 0;
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column + 1 < COLUMNS; column++, bit++) {
      const brighter = cells[row * COLUMNS + column]! > cells[row * COLUMNS + column + 1]!;
      if (brighter) halves[bit >> 5]! |= 1 << (bit & 31);
    }
  }
  return [halves[0] >>> 0, halves[1] >>> 0];
}

function meanLuminance({ pixels, width, height }: ImageSample): Float64Array {
  const sums = new Float64Array(ROWS * COLUMNS);
  const counts = new Float64Array(ROWS * COLUMNS);
  for (let y = 0; y < height; y++) {
    const row = Math.min(ROWS - 1, Math.floor((y * ROWS) / height));
    for (let x = 0; x < width; x++) {
      const cell = row * COLUMNS + Math.min(COLUMNS - 1, Math.floor((x * COLUMNS) / width));
      const i = (y * width + x) * 3;
      sums[cell]! += 0.299 * pixels[i]! + 0.587 * pixels[i + 1]! + 0.114 * pixels[i + 2]!;
      counts[cell]!++;
    }
  }
  return sums.map((sum, cell) => sum / Math.max(1, counts[cell]!));
}

/** Number of differing bits, 0–64. */
export function hashDistance(a: PerceptualHash, b: PerceptualHash): number {
  return ones(a[0] ^ b[0]) + ones(a[1] ^ b[1]);
}

function ones(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/**
 * Groups photos that are near-duplicates of one another, through any chain of neighbours.
 *
 * @param maximumDistance bits that may differ, 0–64. Default 6.
 * @returns for each photo the index of its group's first photo.
 */
export function groupNearDuplicates(hashes: readonly PerceptualHash[], maximumDistance = 6): number[] {
  const parent = hashes.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  for (let i = 0; i < hashes.length; i++) {
    for (let j = 0; j < i; j++) {
      if (hashDistance(hashes[i]!, hashes[j]!) > maximumDistance) continue;
      const [a, b] = [root(i), root(j)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return hashes.map((_, i) => root(i));
}
