import { WhylightError } from '../../errors';

const ORIENTATIONS = 9;
const CELL = 8;
const BLOCK = 3;
const EPSILON = 1e-5;

/** Least height and width that `hog` takes. */
export const HOG_SIDE = CELL * BLOCK;

/**
 * Histogram of oriented gradients (Dalal and Triggs 2005): 9 orientations without sign, cells of 8×8 px, blocks of 3×3
 * cells at every cell, each block L2-Hys (L2, clipped at 0.2, L2 again). What scikit-image's `hog` gives with its defaults: its
 * blocks are 3×3 where the paper's are 2×2, and nothing is smoothed within a block, nor shared between two bins.
 *
 * @param values height × width, row by row.
 * @returns blocks down × blocks across × 3 × 3 × 9.
 * @throws WhylightError for pictures of fewer than 24 px along a side.
 */
export function hog(values: ArrayLike<number>, height: number, width: number): Float64Array {
  if (height < HOG_SIDE || width < HOG_SIDE) {
    throw new WhylightError(`oriented gradients of ${height}×${width} px (allowed: from ${HOG_SIDE} px a side)`);
  }
  const [rows, columns] = [Math.floor(height / CELL), Math.floor(width / CELL)];
  const cells = histograms(values, height, width);
  const blocks: number[] = [];
  for (let y = 0; y <= rows - BLOCK; y++) {
    for (let x = 0; x <= columns - BLOCK; x++) blocks.push(...normalised(blockAt(cells, columns, y, x)));
  }
  return Float64Array.from(blocks);
}

/** Mean gradient of each cell's pixels by orientation: rows × columns × 9; pixels past the last whole cell count nowhere. */
function histograms(values: ArrayLike<number>, height: number, width: number): Float64Array {
  const [rows, columns] = [Math.floor(height / CELL), Math.floor(width / CELL)];
  const cells = new Float64Array(rows * columns * ORIENTATIONS);
  for (let y = 0; y < rows * CELL; y++) {
    for (let x = 0; x < columns * CELL; x++) {
      const at = y * width + x;
      const down = y === 0 || y === height - 1 ? 0 : values[at + width]! - values[at - width]!;
      const across = x === 0 || x === width - 1 ? 0 : values[at + 1]! - values[at - 1]!;
      const degrees = (Math.atan2(down, across) * 180) / Math.PI;
      const bin = Math.min(ORIENTATIONS - 1, Math.floor(((degrees + 360) % 180) / (180 / ORIENTATIONS)));
      const cell = Math.floor(y / CELL) * columns + Math.floor(x / CELL);
      cells[cell * ORIENTATIONS + bin]! += Math.hypot(across, down) / (CELL * CELL);
    }
  }
  return cells;
}

function blockAt(cells: Float64Array, columns: number, y: number, x: number): number[] {
  const block: number[] = [];
  for (let row = y; row < y + BLOCK; row++) {
    const from = (row * columns + x) * ORIENTATIONS;
    block.push(...cells.subarray(from, from + BLOCK * ORIENTATIONS));
  }
  return block;
}

function normalised(block: readonly number[]): number[] {
  const norm = (list: readonly number[]) => Math.sqrt(list.reduce((sum, value) => sum + value * value, EPSILON ** 2));
  const first = norm(block);
  const clipped = block.map((value) => Math.min(value / first, 0.2));
  const second = norm(clipped);
  return clipped.map((value) => value / second);
}
