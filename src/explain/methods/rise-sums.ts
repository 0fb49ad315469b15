/** By what RISE divides its sums: by the coverage that masks have on average (the paper), or by each pixel's own. */
export const coverages = ['expected', 'measured'] as const;
export type Coverage = (typeof coverages)[number];

/** Weighted masks as they come, for one map. */
interface RiseSums {
  readonly add: (score: number, mask: Float32Array) => void;
  readonly values: () => Float32Array;
  /** Standard error of each value, as if the masks were drawn again; null of one mask. */
  readonly errors: () => Float64Array | null;
}

/**
 * Σ s M / (N p) where the coverage is the expected one; Σ s M / Σ M, the mean score weighted by how far a pixel is visible, where it
 * is measured, and the mean score where no mask shows the pixel.
 * @param visible share p of cells that stay visible.
 */
export function openRiseSums(size: number, coverage: Coverage, visible: number): RiseSums {
  const measured = coverage === 'measured';
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  const [covers, coverSquares, products] = [0, 1, 2].map(() => new Float64Array(measured ? size : 0)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  let [count, scores] = [0, 0];

  function addCoverage(score: number, mask: Float32Array) {
    for (let at = 0; at < size; at++) {
      const value = mask[at]!;
      covers[at]! += value;
      coverSquares[at]! += value * value;
      products[at]! += score * value * value;
    }
  }
  const ratio = (at: number) => (covers[at] === 0 ? scores / count : sums[at]! / covers[at]!);
  /** Of a ratio of means, by its linear part. */
  function ratioError(at: number): number {
    if (covers[at] === 0) return 0;
    const value = ratio(at);
    const rest = squares[at]! - 2 * value * products[at]! + value * value * coverSquares[at]!;
    return Math.sqrt((Math.max(0, rest) * count) / (count - 1)) / covers[at]!;
  }
  function meanError(at: number): number {
    const variance = Math.max(0, squares[at]! - (sums[at]! * sums[at]!) / count) / (count - 1);
    return Math.sqrt(variance / count) / visible;
  }

  return {
    add: (score, mask) => {
      count++;
      scores += score;
      for (let at = 0; at < size; at++) {
        const weighted = score * mask[at]!;
        sums[at]! += weighted;
        squares[at]! += weighted * weighted;
      }
      if (measured) addCoverage(score, mask);
    },
    values: () => Float32Array.from(sums, (sum, at) => (measured ? ratio(at) : sum / (count * visible))),
    errors: () => (count < 2 ? null : Float64Array.from(sums, (_, at) => (measured ? ratioError(at) : meanError(at)))),
  };
}
