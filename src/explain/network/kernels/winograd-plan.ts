import type { Convolution } from './convolution';

/** Outputs of a tile's side, and the inputs they read. */
export const OUT = 4;
export const IN = 6;

/** What a step takes in multiply-adds of a direct convolution, measured on two cores with 128 to 512 channels. */
const COST = {
  /** Gathering and transforming one channel of one tile, on either side. */
  tile: 4500,
  /** Reading one input's 36 weights to one output, once a batch. */
  read: 960,
  /** Making them, once a session. */
  make: 2500,
} as const;

/**
 * What `convolveWinograd` takes, as a share of the direct convolution; Infinity where it cannot take its place. By the
 * shapes alone, not by a clock, so that the same call gives the same bytes.
 *
 * @param shape of the input, batch × H × W × C.
 * @param copies images in all, for which the weights are transformed once.
 */
export function winogradShare(
  { kernel, stride, dilation, groups, filters, padding }: Convolution,
  [batch, height, width, channels]: readonly [number, number, number, number],
  copies: number,
): number {
  const fits = groups === 1 && kernel.every((k) => k === 3) && [...stride, ...dilation].every((step) => step === 1);
  if (!fits) return Number.POSITIVE_INFINITY;
  const [top, bottom, left, right] = padding;
  const [rows, columns] = [height + top + bottom - 2, width + left + right - 2];
  const tiles = Math.ceil(rows / OUT) * Math.ceil(columns / OUT);
  const pairs = channels * filters;
  const products = IN * IN * tiles * pairs + (COST.read / batch + COST.make / copies) * pairs;
  return (products + COST.tile * tiles * (channels + filters)) / (9 * rows * columns * pairs);
}

/** Bytes an image that `convolveWinograd` holds at once, beside its input and output. */
export function winogradBytes({ filters }: Convolution, [height, width, channels]: readonly number[]): number {
  const tiles = Math.ceil(height! / OUT) * Math.ceil(width! / OUT);
  return 4 * IN * IN * tiles * (channels! + Math.max(channels!, filters));
}
