import { WhylightError } from '../../errors';

const RADIUS = 5;
const SIGMA = 1.5;
const kernel = (() => {
  const weights = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return Float64Array.from(weights, (weight) => weight / sum);
})();

/** Least height and width that `ssim` takes. */
export const SSIM_SIDE = 2 * RADIUS + 1;

/**
 * Structural similarity of two pictures of one size (Wang et al. 2004), from −1 to 1: the mean over all 11×11 windows that
 * lie inside, weighted by a Gaussian of σ 1.5, with K₁ 0.01 and K₂ 0.03. What scikit-image gives with
 * `gaussian_weights=True, sigma=1.5, use_sample_covariance=False`.
 *
 * @param a height × width, row by row.
 * @param range what values can span (L): two pictures scaled to 0–1 have 1.
 * @throws WhylightError for pictures of fewer than 11 px along a side.
 */
export function ssim(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { height, width, range }: { readonly height: number; readonly width: number; readonly range: number },
): number {
  if (height < SSIM_SIDE || width < SSIM_SIDE) {
    throw new WhylightError(`structural similarity of ${height}×${width} px (allowed: from ${SSIM_SIDE} px a side)`);
  }
  const smoothed = (values: Float64Array) => smooth(values, height, width);
  const means = [smoothed(Float64Array.from(a)), smoothed(Float64Array.from(b))] as const;
  const squares = [smoothed(products(a, a)), smoothed(products(b, b)), smoothed(products(a, b))] as const;
  return meanOver(means, squares, range);
}

function products(a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = a[i]! * b[i]!;
  return result;
}

/** The mean of all windows' structural similarity, from their means and the means of a², b² and ab. */
function meanOver(
  [ma, mb]: readonly [Float64Array, Float64Array],
  [aa, bb, ab]: readonly [Float64Array, Float64Array, Float64Array],
  range: number,
): number {
  const c1 = (0.01 * range) ** 2;
  const c2 = (0.03 * range) ** 2;
  let sum = 0;
  for (let i = 0; i < ma.length; i++) {
    const x = ma[i]!;
    const y = mb[i]!;
    const vx = aa[i]! - x * x;
    const vy = bb[i]! - y * y;
    const vxy = ab[i]! - x * y;
    sum += ((2 * x * y + c1) * (2 * vxy + c2)) / ((x * x + y * y + c1) * (vx + vy + c2));
  }
  return sum / ma.length;
}

/** Gaussian means over the windows that lie inside: (height − 10) × (width − 10). */
function smooth(values: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [height - 2 * RADIUS, width - 2 * RADIUS];
  const across = new Float64Array(height * columns);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < columns; x++, at++) across[at] = weighted(values, y * width + x, 1);
  }
  const result = new Float64Array(rows * columns);
  for (let at = 0; at < result.length; at++) result[at] = weighted(across, at, columns);
  return result;
}

/** Plain loops: closures took several times as long. */
function weighted(values: Float64Array, from: number, step: number): number {
  let sum = 0;
  for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * values[from + k * step]!;
  return sum;
}
