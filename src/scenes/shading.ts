import { type CanvasRenderingContext2D, createCanvas, createImageData } from 'canvas';
import type { Colour } from './colour';

/**
 * Fills a region with colours that vary smoothly from place to place: `colour` is asked on a coarse grid over
 * `[left, top, right, bottom]` (in the context's units) and interpolated; `trace` adds the region's outline to a path.
 */
export function fillSmoothly(
  context: CanvasRenderingContext2D,
  bounds: readonly [number, number, number, number],
  cell: number,
  colour: (x: number, y: number) => { readonly colour: Colour; readonly alpha: number },
  trace: () => void,
): void {
  const columns = Math.max(3, Math.ceil((bounds[2] - bounds[0]) / cell) + 2);
  const rows = Math.max(3, Math.ceil((bounds[3] - bounds[1]) / cell) + 2);
  const data = new Uint8ClampedArray(columns * rows * 4);
  const left = bounds[0] - cell;
  const top = bounds[1] - cell;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const { colour: value, alpha } = colour(left + (column + 0.5) * cell, top + (row + 0.5) * cell);
      const at = (row * columns + column) * 4;
      data[at] = value[0];
      data[at + 1] = value[1];
      data[at + 2] = value[2];
      data[at + 3] = alpha * 255;
    }
  }
  const grid = createCanvas(columns, rows);
  grid.getContext('2d').putImageData(createImageData(data, columns, rows), 0, 0);
  context.save();
  context.beginPath();
  trace();
  context.clip();
  context.drawImage(grid, left, top, columns * cell, rows * cell);
  context.restore();
}
