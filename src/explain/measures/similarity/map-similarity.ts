import { z } from 'zod';
import { correlation } from '../../statistics/correlation';
import { ranks } from '../../statistics/rank-correlation';
import { fromNoneToAll } from '../span';
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

/** Every similarity of two maps that there is at their size. */
export type Alike = Partial<Record<Similarity, number>> & { readonly spearman: number };

/**
 * How like one map over height × width others are: every similarity that there is at that size, structural similarity from 11 px
 * a side, oriented gradients from 24. Each map is scaled to 0–1 for both; an even one is 0 there, and has rank correlation 0.
 * @param absolute compares the absolute values, so that evidence for and against count alike.
 */
export function similarityTo(
  map: Float32Array,
  { height, width, absolute }: { readonly height: number; readonly width: number; readonly absolute: boolean },
): (other: Float32Array) => Alike {
  const side = Math.min(height, width);
  const prepared = (values: Float32Array) => {
    const own = absolute ? values.map(Math.abs) : values;
    const picture = fromNoneToAll(own) ?? new Float64Array(own.length);
    return { ranks: ranks(own), picture, edges: side >= HOG_SIDE ? hog(picture, height, width) : null };
  };
  const a = prepared(map);
  return (other) => {
    const b = prepared(other);
    return {
      spearman: correlation(a.ranks, b.ranks),
      ...(side >= SSIM_SIDE && { ssim: ssim(a.picture, b.picture, { height, width, range: 1 }) }),
      ...(a.edges !== null && { hog: correlation(a.edges, b.edges!) }),
    };
  };
}
