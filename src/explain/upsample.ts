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
  const rows = weights(height, toHeight);
  const columns = weights(width, toWidth);
  const result = new Float32Array(toHeight * toWidth);
  rows.forEach(([top, bottom, down], y) => {
    columns.forEach(([left, right, across], x) => {
      const upper = values[top * width + left]! * (1 - across) + values[top * width + right]! * across;
      const lower = values[bottom * width + left]! * (1 - across) + values[bottom * width + right]! * across;
      result[y * toWidth + x] = upper * (1 - down) + lower * down;
    });
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
