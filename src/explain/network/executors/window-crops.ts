import { tf } from '../../engine';
import { gatherRows } from '../kernels/gather-rows';
import { native } from '../kernels/native';
import { LOWEST, padMap } from '../kernels/pad-map';
import type { WindowNode } from './window-plan';

/** Where the windows of one batch begin. */
export interface Starts {
  /** Px of the different first rows, and of the different first columns. */
  readonly edges: readonly [readonly number[], readonly number[]];
  /** Which row and which column of them each copy has. */
  readonly copies: readonly (readonly [number, number])[];
}

type Window = Pick<WindowNode, 'spans' | 'stride'>;

/** Of a clean map of height × width cells: with a row and a column after it that stand for all that lies outside. */
export interface Table {
  readonly height: number;
  readonly width: number;
  /** (height + 1) · (width + 1) × channels. */
  readonly cells: tf.Tensor2D;
}

/** A map of one image as a table; outside is below every activation. */
export function bordered(map: tf.Tensor4D): Table {
  const [, height, width, channels] = map.shape;
  return { height, width, cells: tf.reshape(padMap(map, [0, 1, 0, 1], LOWEST), [-1, channels]) };
}

/** The map of which a table was made. */
export function unbordered({ height, width, cells }: Table): tf.Tensor4D {
  const channels = cells.shape[1];
  const whole: tf.Tensor4D = tf.reshape(cells, [1, height + 1, width + 1, channels]);
  return tf.slice(whole, [0, 0, 0, 0], [1, height, width, channels]);
}

/** The cells of each start's window along an axis, starts × span; `length` for one outside of the map. */
function cells({ edges }: Starts, { spans, stride }: Window, axis: 0 | 1, length: number): Int32Array {
  const { start, length: count } = spans[axis];
  const result = new Int32Array(edges[axis].length * count);
  edges[axis].forEach((px, i) => {
    for (let k = 0; k < count; k++) {
      const at = px / stride[axis] + start + k;
      result[i * count + k] = at < 0 || at >= length ? length : at;
    }
  });
  return result;
}

/** Windows of a table, one a copy: copies × rows × columns × C. */
export function cropWindows({ height, width, cells: table }: Table, starts: Starts, window: Window): tf.Tensor4D {
  const [rows, columns] = [cells(starts, window, 0, height), cells(starts, window, 1, width)];
  const across = starts.edges[1].length;
  const [tall, wide] = [window.spans[0].length, window.spans[1].length];
  // The columns of each start first, for all rows of the map: the second, larger gather then copies whole runs of cells.
  const bands = new Int32Array(across * (height + 1) * wide);
  let at = 0;
  for (let j = 0; j < across; j++) {
    for (let y = 0; y <= height; y++) {
      for (let k = 0; k < wide; k++) bands[at++] = y * (width + 1) + columns[j * wide + k]!;
    }
  }
  const lines = new Int32Array(starts.copies.length * tall);
  at = 0;
  for (const [i, j] of starts.copies) {
    for (let k = 0; k < tall; k++) lines[at++] = j * (height + 1) + rows[i * tall + k]!;
  }
  const banded = gatherRows(table, bands, [across * (height + 1), wide]);
  return gatherRows(banded, lines, [starts.copies.length, tall]);
}

/** Calls `visit` with the windows' cells, copy by copy and row by row: its number, its copy, and its place in the map. */
function eachCell(
  [height, width]: readonly number[],
  starts: Starts,
  window: Window,
  visit: (index: number, copy: number, row: number, column: number) => void,
): void {
  const [rows, columns] = [cells(starts, window, 0, height!), cells(starts, window, 1, width!)];
  const [tall, wide] = [window.spans[0].length, window.spans[1].length];
  let index = 0;
  starts.copies.forEach(([i, j], copy) => {
    for (let r = 0; r < tall; r++) {
      for (let c = 0; c < wide; c++) visit(index++, copy, rows[i * tall + r]!, columns[j * wide + c]!);
    }
  });
}

/**
 * Zeros where a window sticks out of the map; `x` itself where none does.
 * @param huge whether infinities, or no numbers at all, may lie there.
 */
export function clearOutside(
  x: tf.Tensor4D,
  map: readonly number[],
  starts: Starts,
  window: Window,
  huge: boolean,
): tf.Tensor4D {
  const [height, width] = map as [number, number];
  const inside = new Float32Array(x.size / x.shape[3]);
  let outside = false;
  eachCell(map, starts, window, (index, _, row, column) => {
    if (row < height && column < width) inside[index] = 1;
    else outside = true;
  });
  if (!outside) return x;
  const mask = tf.tensor4d(inside, [...x.shape.slice(0, 3), 1] as [number, number, number, number]);
  return huge ? native('MulNoNan', {}, [x, mask]) : tf.mul(x, mask);
}

/** Whole maps: the clean one, with each copy's window in its place. */
export function spliceWindows(
  { height, width, cells: table }: Table,
  patches: tf.Tensor4D,
  starts: Starts,
  window: Window,
): tf.Tensor4D {
  const [copies] = patches.shape;
  const fromPatches = patches.size / patches.shape[3];
  const indices = new Int32Array(copies * height * width);
  for (let i = 0; i < indices.length; i++) {
    const cell = i % (height * width);
    indices[i] = fromPatches + Math.floor(cell / width) * (width + 1) + (cell % width);
  }
  eachCell([height, width], starts, window, (index, copy, row, column) => {
    if (row < height && column < width) indices[(copy * height + row) * width + column] = index;
  });
  const both = tf.concat([tf.reshape(patches, [-1, patches.shape[3]]), table], 0);
  return gatherRows(both, indices, [copies, height, width]);
}
