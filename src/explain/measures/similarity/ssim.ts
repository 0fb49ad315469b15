import { WhylightError } from '../../errors';

const RADIUS = 5;
const SIGMA = 1.5;
const kernel = (() => {
  const weights = Array.from({ length: 2 * RADIUS + 1 }, (_, i) => Math.exp(-((i - RADIUS) ** 2) / (2 * SIGMA ** 2)));
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return weights.map((weight) => weight / sum);
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
  const smoothed = (value: (i: number) => number) =>
    smooth(
      Float64Array.from({ length: height * width }, (_, i) => value(i)),
      height,
      width,
    );
  const [ma, mb] = [smoothed((i) => a[i]!), smoothed((i) => b[i]!)];
  const [aa, bb, ab] = [smoothed((i) => a[i]! ** 2), smoothed((i) => b[i]! ** 2), smoothed((i) => a[i]! * b[i]!)];
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  let sum = 0;
  ma.forEach((x, i) => {
    const y = mb[i]!;
    const [vx, vy, vxy] = [aa[i]! - x * x, bb[i]! - y * y, ab[i]! - x * y];
    sum += ((2 * x * y + c1) * (2 * vxy + c2)) / ((x * x + y * y + c1) * (vx + vy + c2));
  });
  return sum / ma.length;
}

/** Gaussian means over the windows that lie inside: (height − 10) × (width − 10). */
function smooth(values: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [height - 2 * RADIUS, width - 2 * RADIUS];
  const across = new Float64Array(height * columns);
  for (let at = 0; at < across.length; at++) {
    across[at] = weighted(values, Math.floor(at / columns) * width + (at % columns), 1);
  }
  return Float64Array.from({ length: rows * columns }, (_, at) => weighted(across, at, columns));
}

/** Plain loops: closures took several times as long. */
function weighted(values: Float64Array, from: number, step: number): number {
  let sum = 0;
  for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * values[from + k * step]!;
  return sum;
}
