import { type Canvas, type CanvasRenderingContext2D, createCanvas, createImageData, DOMMatrix } from 'canvas';
import type { Colour } from './colour';

/** A colour and how far it covers, 0–1. */
export interface Tint {
  readonly colour: Colour;
  readonly alpha: number;
}

type Bounds = readonly [left: number, top: number, right: number, bottom: number];

/**
 * Fills a region with colours that vary smoothly from place to place: `tint` is asked on a coarse grid over the
 * bounds (in the context's units) and interpolated; `trace` adds the region's outline to a path.
 */
export function fillSmoothly(
  context: CanvasRenderingContext2D,
  bounds: Bounds,
  cell: number,
  tint: (x: number, y: number) => Tint,
  trace: () => void,
): void {
  const columns = Math.max(3, Math.ceil((bounds[2] - bounds[0]) / cell) + 2);
  const rows = Math.max(3, Math.ceil((bounds[3] - bounds[1]) / cell) + 2);
  const left = bounds[0] - cell;
  const top = bounds[1] - cell;
  const grid = gridOf(columns, rows, (column, row) => tint(left + (column + 0.5) * cell, top + (row + 0.5) * cell));
  // A pattern, for it is twice as fast as a picture drawn through a clip.
  const pattern = context.createPattern(grid, 'no-repeat');
  pattern.setTransform(new DOMMatrix([cell, 0, 0, cell, left, top]));
  context.patternQuality = 'bilinear';
  context.fillStyle = pattern;
  context.beginPath();
  trace();
  context.fill();
}

/** The same for a whole rectangle, about `cell` between the places asked; much faster than canvas's own gradients. */
export function fillRectangle(
  context: CanvasRenderingContext2D,
  bounds: Bounds,
  cell: number | readonly [number, number],
  tint: (x: number, y: number) => Tint,
): void {
  const [wide, tall] = typeof cell === 'number' ? [cell, cell] : cell;
  const columns = Math.max(2, Math.round((bounds[2] - bounds[0]) / wide) + 1);
  const rows = Math.max(2, Math.round((bounds[3] - bounds[1]) / tall) + 1);
  const dx = (bounds[2] - bounds[0]) / (columns - 1);
  const dy = (bounds[3] - bounds[1]) / (rows - 1);
  const grid = gridOf(columns, rows, (column, row) => tint(bounds[0] + column * dx, bounds[1] + row * dy));
  // The first and last samples lie on the edges: half a cell of the grid is cut off on every side.
  context.drawImage(
    grid,
    0.5,
    0.5,
    columns - 1,
    rows - 1,
    bounds[0],
    bounds[1],
    bounds[2] - bounds[0],
    bounds[3] - bounds[1],
  );
}

function gridOf(columns: number, rows: number, tint: (column: number, row: number) => Tint): Canvas {
  const data = new Uint8ClampedArray(columns * rows * 4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const { colour, alpha } = tint(column, row);
      const at = (row * columns + column) * 4;
      data[at] = colour[0];
      data[at + 1] = colour[1];
      data[at + 2] = colour[2];
      data[at + 3] = alpha * 255;
    }
  }
  const grid = gridCanvas(columns, rows);
  grid.getContext('2d').putImageData(createImageData(data, columns, rows), 0, 0);
  return grid;
}

const grids = new Map<string, Canvas>();
const MOST_GRIDS = 500;

/** One of each size is enough, for a grid is drawn before the next is made: opening one costs more than filling it. */
function gridCanvas(columns: number, rows: number): Canvas {
  const key = `${columns} ${rows}`;
  const grid = grids.get(key) ?? createCanvas(columns, rows);
  if (grids.size < MOST_GRIDS) grids.set(key, grid);
  return grid;
}
