import type { OcclusionGrid } from '../attribution';
import { STAGES } from '../network/executors/window-schedule';

/** At each pixel the mean drop over the occluder's positions that cover it (Captum's definition); 0 where none does. */
export function meanOverWindows(grid: OcclusionGrid, clean: number, height: number, width: number): Float32Array {
  const sums = new Float64Array(height * width);
  const counts = new Uint32Array(height * width);
  grid.tops.forEach((top, row) => {
    grid.lefts.forEach((left, column) => {
      const drop = clean - grid.logits[row * grid.columns + column]!;
      for (let y = top; y < Math.min(height, top + grid.size[0]); y++) {
        for (let x = left; x < Math.min(width, left + grid.size[1]); x++) {
          sums[y * width + x]! += drop;
          counts[y * width + x]!++;
        }
      }
    });
  });
  return Float32Array.from(sums, (sum, i) => (counts[i] === 0 ? 0 : sum / counts[i]!));
}

/** A table of scores, rows × columns × width, with what is not done yet as the nearest coarser position has it; else `otherwise`. */
export function coarselyFilled(
  table: Float32Array,
  [rows, columns, width]: readonly [number, number, number],
  otherwise: readonly number[],
): Float32Array {
  const result = table.slice();
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const to = (row * columns + column) * width;
      const from = STAGES.toReversed()
        .map((step) => ((row - (row % step)) * columns + column - (column % step)) * width)
        .find((at) => !Number.isNaN(table[at]!));
      for (let i = 0; i < width; i++) result[to + i] = from === undefined ? otherwise[i]! : table[from + i]!;
    }
  }
  return result;
}
