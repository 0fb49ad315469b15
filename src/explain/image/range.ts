import type { RgbImage } from './resize';

/** Values that are looked at, at most: of a larger photo every so many. */
const MOST = 3_000_000;
/** Share of the values, at either end, that may be a stain or a star. */
const ENDS = 0.001;
/** Below this a photo shows little, of 255. */
const FEW = 26;

/**
 * What a person should know of a photo's brightness, in a sentence: that all of it is nearly black, or uses a small part of
 * its range, as 12 bits do that are stored in 16; null for most.
 */
export function rangeNote({ pixels }: Pick<RgbImage, 'pixels'>): string | null {
  let step = Math.max(1, Math.floor(pixels.length / MOST));
  // All three colours in turn, whatever pattern the photo has.
  while (step % 2 === 0 || step % 3 === 0) step++;
  const counts = new Float64Array(256);
  let total = 0;
  for (let i = 0; i < pixels.length; i += step) {
    counts[pixels[i]!]!++;
    total++;
  }
  const least = quantile(counts, ENDS * total);
  const most = 255 - quantile(counts.toReversed(), ENDS * total);
  const between = `${100 - 200 * ENDS} % of its values lie between ${least} and ${most} of 255`;
  if (most < FEW)
    return `the photo is nearly black: ${between}; where 12 bits are stored in 16, make it brighter first`;
  // One colour all over is no fault of its storing.
  if (most - least < FEW && most > least) return `the photo has little contrast: ${between}`;
  return null;
}

/** The first value up to which there are more than so many. */
function quantile(counts: Float64Array, many: number): number {
  let sum = 0;
  return counts.findIndex((count) => {
    sum += count;
    return sum > many;
  });
}
