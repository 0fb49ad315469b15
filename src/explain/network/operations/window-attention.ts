import { tf } from '../../engine';
import { WhylightError } from '../../errors';
import type { Pair } from '../kernels/sliding';
import { wholeMap } from './bases';
import type { OperationDescription } from './operation';

/**
 * Self-attention within windows of a map, by turns shifted ones (Liu et al. 2021, arXiv:2103.14030): of H×W×3C, queries, keys
 * and values one after another, heads side by side in each. Scores get a learned number for each head and each distance of two
 * cells. Windows that a shift leads round the map's edge attend within each of its sides.
 */
export interface WindowAttention {
  readonly kind: 'windowAttention';
  /** Divides C. */
  readonly heads: number;
  /** Rows and columns of a window: divide H and W. */
  readonly window: Pair;
  /** Rows and columns by which the map is rolled before, to the top and the left; less than a window. */
  readonly shift: Pair;
}

/** Added to scores of cells that only the roll has brought together, as the authors' code does. */
const APART = -100;

/** A map rolled by so many cells to the top (axis 1) and the left (axis 2). */
function rolled(map: tf.Tensor, shift: Pair): tf.Tensor {
  return shift.reduce((x: tf.Tensor, by, i) => {
    const axis = i + 1;
    const length = x.shape[axis]!;
    const cells = ((by % length) + length) % length;
    if (cells === 0) return x;
    const [first, rest] = tf.split(x, [cells, length - cells], axis);
    return tf.concat([rest!, first!], axis);
  }, map);
}

/** For each cell of a window and each it attends to, the row of the table of distances. */
function distances([rows, columns]: Pair): Int32Array {
  const count = rows * columns;
  return Int32Array.from({ length: count * count }, (_, at) => {
    const [from, to] = [Math.floor(at / count), at % count];
    const down = Math.floor(from / columns) - Math.floor(to / columns) + rows - 1;
    return down * (2 * columns - 1) + (from % columns) - (to % columns) + columns - 1;
  });
}

/** In which part of a rolled axis a cell lies: parts were apart before. */
function part(at: number, length: number, window: number, shift: number): number {
  if (shift === 0 || at < length - window) return 0;
  return at < length - shift ? 1 : 2;
}

/** `APART` for pairs of cells of a window that were apart, 0 for others: windows × cells × cells. */
function apart([height, width]: Pair, { window, shift }: WindowAttention): tf.Tensor3D {
  const [down, across] = [height / window[0], width / window[1]];
  const cells = window[0] * window[1];
  const values = new Float32Array(down * across * cells * cells);
  for (let place = 0; place < down * across; place++) {
    const [top, left] = [Math.floor(place / across) * window[0], (place % across) * window[1]];
    const parts = Array.from({ length: cells }, (_, cell) => {
      const row = part(top + Math.floor(cell / window[1]), height, window[0], shift[0]);
      return 3 * row + part(left + (cell % window[1]), width, window[1], shift[1]);
    });
    for (let i = 0; i < cells * cells; i++) {
      if (parts[Math.floor(i / cells)] !== parts[i % cells]) values[place * cells * cells + i] = APART;
    }
  }
  return tf.tensor3d(values, [down * across, cells, cells]);
}

const TABLE = 'relative_position_bias_table';

/** The learned number of each head for each two cells of a window: 1 × heads × cells × cells. */
function bias({ heads, window }: WindowAttention, table: tf.Tensor): tf.Tensor {
  const cells = window[0] * window[1];
  const rows = tf.gather(table, tf.tensor1d(distances(window), 'int32'));
  return tf.reshape(tf.transpose(rows, [1, 0]), [1, heads, cells, cells]);
}

export const windowAttention: OperationDescription<WindowAttention> = {
  ...wholeMap,
  kind: 'windowAttention',
  title: ({ heads, window, shift }) =>
    `self-attention in windows of ${window.join('×')}, ${heads} heads${shift.some((by) => by > 0) ? `, shift ${shift.join('×')}` : ''}`,
  shape: ({ heads, window, shift }, [map], name) => {
    const [height, width, tripled] = map as [number, number, number];
    if (!Number.isInteger(tripled / 3 / heads)) {
      throw new WhylightError(`${name} has ${heads} heads for ${tripled} channels (allowed: three times a multiple)`);
    }
    if (!Number.isInteger(height / window[0]) || !Number.isInteger(width / window[1])) {
      throw new WhylightError(
        `${name} cuts a map of ${height}×${width} into windows of ${window.join('×')} (allowed: windows that fill it)`,
      );
    }
    if (shift.some((by, axis) => !(Number.isInteger(by) && by >= 0 && by < window[axis]!))) {
      throw new WhylightError(
        `${name} shifts windows of ${window.join('×')} by ${shift.join('×')} (allowed: whole cells from 0, less than a window)`,
      );
    }
    return [height, width, tripled / 3];
  },
  weights: ({ heads, window }) => ({
    [TABLE]: { shape: [(2 * window[0] - 1) * (2 * window[1] - 1), heads], start: 'uniform', learned: true },
  }),
  forward: (operation, { inputs: [x], weight }) => {
    const { heads, window, shift } = operation;
    const [batch, height, width, tripled] = x!.shape as [number, number, number, number];
    const [down, across, cells, channels] = [height / window[0], width / window[1], window[0] * window[1], tripled / 3];
    const depth = channels / heads;
    const cut = tf.reshape(rolled(x!, shift), [batch, down, window[0], across, window[1], tripled]);
    const windows = tf.reshape(tf.transpose(cut, [0, 1, 3, 2, 4, 5]), [batch * down * across, cells, 3, heads, depth]);
    const [query, key, value] = tf.unstack(tf.transpose(windows, [2, 0, 3, 1, 4])) as [
      tf.Tensor4D,
      tf.Tensor4D,
      tf.Tensor4D,
    ];
    const products = tf.mul(tf.matMul(query, key, false, true), 1 / Math.sqrt(depth));
    let scores = tf.add(products, bias(operation, weight(TABLE)));
    if (shift.some((by) => by > 0)) {
      const mask = tf.reshape(apart([height, width], operation), [1, down * across, 1, cells, cells]);
      const each = tf.reshape(scores, [batch, down * across, heads, cells, cells]);
      scores = tf.reshape(tf.add(each, mask), scores.shape);
    }
    const attended = tf.transpose(tf.matMul(tf.softmax(scores), value), [0, 2, 1, 3]);
    const laid = tf.transpose(tf.reshape(attended, [batch, down, across, ...window, channels]), [0, 1, 3, 2, 4, 5]);
    return rolled(tf.reshape(laid, [batch, height, width, channels]), [-shift[0], -shift[1]]);
  },
};
