/** A picture divided into square cells, row by row; those at the right and lower edge are cut off there. */
export interface Cells {
  /** Px of the picture. */
  readonly height: number;
  readonly width: number;
  /** Px of a whole cell. */
  readonly side: number;
  readonly rows: number;
  readonly columns: number;
}

/** A rectangle in px of a picture. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Cells of which about `along` fill the picture's shorter side. */
export function divide(height: number, width: number, along = 16): Cells {
  const side = Math.max(1, Math.round(Math.min(height, width) / along));
  return { height, width, side, rows: Math.ceil(height / side), columns: Math.ceil(width / side) };
}

/** Where a cell lies. */
export function cellBox({ height, width, side, columns }: Cells, cell: number): Box {
  const [top, left] = [Math.floor(cell / columns) * side, (cell % columns) * side];
  return { top, left, height: Math.min(side, height - top), width: Math.min(side, width - left) };
}

/** A map's mean over each cell. */
export function cellMeans(values: Float32Array, cells: Cells): Float64Array {
  return Float64Array.from({ length: cells.rows * cells.columns }, (_, cell) => {
    const { top, left, height, width } = cellBox(cells, cell);
    let sum = 0;
    for (let y = top; y < top + height; y++) {
      for (let x = left; x < left + width; x++) sum += values[y * cells.width + x]!;
    }
    return sum / (height * width);
  });
}

/** The cells by falling mean; equal ones in an order drawn by lot, so that a flat part of a map has no place of its own. */
export function rankCells(means: ArrayLike<number>, random: () => number): number[] {
  const lots = Float64Array.from(means, random);
  return [...lots.keys()].sort((a, b) => means[b]! - means[a]! || lots[a]! - lots[b]!);
}

/** Share of the picture that lies in some cells. */
export function cellArea(cells: Cells, set: readonly number[]): number {
  const area = set.reduce((sum, cell) => {
    const { height, width } = cellBox(cells, cell);
    return sum + height * width;
  }, 0);
  return area / (cells.height * cells.width);
}

/** Puts another picture's values (H×W×C) where a rectangle lies. */
export function coverBox(
  into: Float32Array,
  filling: Float32Array,
  { top, left, height, width }: Box,
  rowWidth: number,
  channels: number,
): void {
  for (let y = top; y < top + height; y++) {
    const [from, to] = [(y * rowWidth + left) * channels, (y * rowWidth + left + width) * channels];
    into.set(filling.subarray(from, to), from);
  }
}

/**
 * Moves over a picture by whole fifths of its height and width, none first: the group of which each is as likely as any
 * other where the place of a thing is drawn by lot, but for the rounding to px.
 */
export function fifths(height: number, width: number): (readonly [number, number])[] {
  const steps = (length: number) => [
    ...new Set([0, 1, 2, 3, 4].map((step) => Math.round((step * length) / 5) % length)),
  ];
  return steps(height).flatMap((down) => steps(width).map((across) => [down, across] as const));
}

/** A picture of one number a pixel, moved; what leaves it comes in on its other side. */
export function moved<T extends Float32Array | Uint8Array>(
  values: T,
  { height, width }: Pick<Cells, 'height' | 'width'>,
  [down, across]: readonly [number, number],
): T {
  const result = values.slice() as T;
  for (let y = 0; y < height; y++) {
    const [from, to] = [y * width, ((y + down) % height) * width];
    result.set(values.subarray(from, from + width - across), to + across);
    result.set(values.subarray(from + width - across, from + width), to);
  }
  return result;
}

/** Not 0 in some cells. */
export function cellMask(cells: Cells, set: readonly number[]): Uint8Array {
  const mask = new Uint8Array(cells.height * cells.width);
  for (const cell of set) {
    const { top, left, height, width } = cellBox(cells, cell);
    for (let y = top; y < top + height; y++) mask.fill(1, y * cells.width + left, y * cells.width + left + width);
  }
  return mask;
}
