import { z } from 'zod';
import { correlation } from '../../statistics/correlation';
import { rankCorrelation } from '../../statistics/rank-correlation';
import { spanOf } from '../span';
import { HOG_SIDE, hog } from './hog';
import { SSIM_SIDE, ssim } from './ssim';

/** How alike two maps are: by rank, by structure, by edges. */
export const similarities = ['spearman', 'ssim', 'hog'] as const;
export type Similarity = (typeof similarities)[number];

/** Which similarity is the value, and of what; every one that can be is in the parts. */
export const similarityOptions = {
  similarity: z.enum(similarities).default('spearman').meta({
    description:
      'spearman: rank correlation of the pixels; ssim: structural similarity of the maps scaled to 0–1; hog: correlation of their histograms of oriented gradients',
  }),
};

/**
 * Every similarity of two maps over height × width that there is at that size: structural similarity from 11 px a side,
 * oriented gradients from 24. Each map is scaled to 0–1 for both; an even one is 0 there, and has rank correlation 0.
 * @param absolute compares the absolute values, so that evidence for and against count alike.
 */
export function mapSimilarity(
  a: Float32Array,
  b: Float32Array,
  { height, width, absolute }: { readonly height: number; readonly width: number; readonly absolute: boolean },
): Partial<Record<Similarity, number>> & { readonly spearman: number } {
  const [x, y] = absolute ? [a.map(Math.abs), b.map(Math.abs)] : [a, b];
  const side = Math.min(height, width);
  const [p, q] = [scaled(x), scaled(y)];
  return {
    spearman: rankCorrelation(x, y),
    ...(side >= SSIM_SIDE && { ssim: ssim(p, q, { height, width, range: 1 }) }),
    ...(side >= HOG_SIDE && { hog: correlation(hog(p, height, width), hog(q, height, width)) }),
  };
}

function scaled(values: Float32Array): Float64Array {
  const span = spanOf(values);
  const lowest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  return Float64Array.from(values, (value) => (span === 0 ? 0 : (value - lowest) / span));
}
