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
    for (let x = 0; x < toWidth; x++) {
      const [left, right, across] = [columns.first[x]!, columns.second[x]!, columns.share[x]!];
      wide[y * toWidth + x] = values[y * width + left]! * (1 - across) + values[y * width + right]! * across;
    }
  }
  const result = new Float32Array(toHeight * toWidth);
  const rows = weights(height, toHeight);
  for (let y = 0; y < toHeight; y++) {
    const [upper, lower, down] = [rows.first[y]! * toWidth, rows.second[y]! * toWidth, rows.share[y]!];
    for (let x = 0; x < toWidth; x++) {
      result[y * toWidth + x] = wide[upper + x]! * (1 - down) + wide[lower + x]! * down;
    }
  }
  return result;
}

/** For each output position the two neighbours and the share of the second. */
function weights(from: number, to: number) {
  const [first, second, share] = [new Int32Array(to), new Int32Array(to), new Float64Array(to)];
  for (let i = 0; i < to; i++) {
    const position = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    first[i] = Math.min(from - 1, Math.floor(position));
    second[i] = Math.min(from - 1, first[i]! + 1);
    share[i] = Math.min(1, position - first[i]!);
  }
  return { first, second, share };
}
