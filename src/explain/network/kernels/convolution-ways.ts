import type { Convolution } from './convolution';
import { packs } from './half';
import { winogradBytes, winogradShare } from './winograd-plan';

/** How a convolution can be computed beside the usual way, the direct one in float32. */
export type Way = 'winograd' | 'bfloat16';

type Batch = readonly [number, number, number, number];

/** A share below which another way is taken: a tie is not worth its rounding. */
const WORTH = 0.9;

/**
 * What products in bfloat16 take, as a share of those in float32, and casting one number there or back, in multiply-adds:
 * measured on two cores with AVX512-BF16.
 */
const HALF = { products: 0.53, cast: 8 } as const;

/** Fewer channels than these, a picture's, gain nothing in bfloat16. */
const FEW = 8;

/** What a convolution in bfloat16 takes, as a share of that in float32; Infinity where it is not done so. */
function halfShare({ kernel, groups, filters, stride }: Convolution, [, , , channels]: Batch): number {
  if (groups !== 1 || channels < FEW || !packs([filters])) return Number.POSITIVE_INFINITY;
  const casts = stride[0] * stride[1] * channels + filters;
  return HALF.products + (HALF.cast * casts) / (kernel[0] * kernel[1] * channels * filters);
}

/** What a way takes as a share of the usual one. By the shapes alone, so that the same call gives the same bytes. */
export function wayShare(operation: Convolution, input: Batch, copies: number, way: Way): number {
  return way === 'bfloat16' ? halfShare(operation, input) : winogradShare(operation, input, copies);
}

/**
 * The way that takes least; null: the usual one.
 * @param half whether bfloat16 may be taken.
 */
export function bestWay(operation: Convolution, input: Batch, copies: number, half: boolean): Way | null {
  const winograd = wayShare(operation, input, copies, 'winograd');
  const bfloat16 = half ? wayShare(operation, input, copies, 'bfloat16') : Number.POSITIVE_INFINITY;
  if (Math.min(winograd, bfloat16) >= WORTH) return null;
  return winograd < bfloat16 ? 'winograd' : 'bfloat16';
}

/** Bytes an image that a way holds at once, beside its input and output. */
export function wayBytes(operation: Convolution, input: readonly number[], way: Way): number {
  const [height, width, channels] = input as [number, number, number];
  return way === 'bfloat16' ? 2 * height * width * channels : winogradBytes(operation, input);
}
