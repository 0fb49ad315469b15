/**
 * Bilinear resize of one map with half-pixel centres, as PyTorch's `interpolate(align_corners=False)` and OpenCV
 * do it; no antialiasing.
 *
 * @param values height × width, row by row.
 */
export function upsampleBilinear(
  values: Float32Array,
  height: number,
  width: number,
  toHeight: number,
  toWidth: number,
): Float32Array {
  const columns = weights(width, toWidth);
  // Each row of the map across first, once, in float64: as exact as all four neighbours at every pixel.
  const wide = new Float64Array(height * toWidth);
  for (let y = 0; y < height; y++) {
    columns.forEach(([left, right, across], x) => {
      wide[y * toWidth + x] = values[y * width + left]! * (1 - across) + values[y * width + right]! * across;
    });
  }
  const result = new Float32Array(toHeight * toWidth);
  weights(height, toHeight).forEach(([top, bottom, down], y) => {
    const [upper, lower] = [top * toWidth, bottom * toWidth];
    for (let x = 0; x < toWidth; x++) {
      result[y * toWidth + x] = wide[upper + x]! * (1 - down) + wide[lower + x]! * down;
    }
  });
  return result;
}

/** For each output position the two neighbours and the share of the second. */
function weights(from: number, to: number): (readonly [number, number, number])[] {
  return Array.from({ length: to }, (_, i) => {
    const position = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const first = Math.min(from - 1, Math.floor(position));
    return [first, Math.min(from - 1, first + 1), Math.min(1, position - first)] as const;
  });
}
