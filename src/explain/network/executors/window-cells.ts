import { tf } from '../../engine';
import { padMap } from '../kernels/pad-map';
import type { Padding, Reach } from '../kernels/sliding';

/** Cells of one axis, counted from where the period of its copy begins; they may stick out of the map. */
export interface Span {
  readonly start: number;
  readonly length: number;
}

/** Rows and columns. */
export type Spans = readonly [Span, Span];

const both = (along: (axis: 0 | 1) => Span): Spans => [along(0), along(1)];

/** Outputs of a sliding operation that a change can reach: lo = ⌈(a + p − K + 1)/s⌉ to hi = ⌊(b + p)/s⌋, not clipped to the map. */
export function reachedSpans(spans: Spans, { extent, stride, before }: Reach): Spans {
  return both((axis) => {
    const { start, length } = spans[axis];
    const first = Math.ceil((start + before[axis] - extent[axis] + 1) / stride[axis]);
    const last = Math.floor((start + length - 1 + before[axis]) / stride[axis]);
    return { start: first, length: last - first + 1 };
  });
}

/** Input cells that a sliding operation reads for the given outputs. */
export function readSpans(spans: Spans, { extent, stride, before }: Reach): Spans {
  return both((axis) => ({
    start: spans[axis].start * stride[axis] - before[axis],
    length: (spans[axis].length - 1) * stride[axis] + extent[axis],
  }));
}

/** The cells from the first of all to the last. */
export function hull(all: readonly Spans[]): Spans {
  return both((axis) => {
    const start = Math.min(...all.map((spans) => spans[axis].start));
    return { start, length: Math.max(...all.map((spans) => spans[axis].start + spans[axis].length)) - start };
  });
}

/** The middle of a window that would grow beyond a share of its map; below 1 an approximation. */
export function frozenSpans(spans: Spans, shape: readonly number[], growth: number): Spans {
  return both((axis) => {
    const { start, length } = spans[axis];
    const most = growth < 1 ? Math.ceil(growth * shape[axis]!) : length;
    return length <= most ? spans[axis] : { start: start + ((length - most) >> 1), length: most };
  });
}

/** A change on other cells: what of it lies there, and the zeros to put around it. */
export function moveCells(x: tf.Tensor4D, from: Spans, to: Spans): { inner: tf.Tensor4D; padding: Padding } {
  const gaps = ([0, 1] as const).map((axis) => {
    const before = from[axis].start - to[axis].start;
    return [before, to[axis].length - from[axis].length - before] as const;
  });
  const padding = gaps.flat().map((gap) => Math.max(0, gap)) as unknown as Padding;
  if (gaps.flat().every((gap) => gap >= 0)) return { inner: x, padding };
  const [rows, columns] = gaps.map(([before, after], axis) => ({
    begin: Math.max(0, -before),
    count: from[axis as 0 | 1].length + Math.min(0, before) + Math.min(0, after),
  }));
  const inner = tf.slice(x, [0, rows!.begin, columns!.begin, 0], [-1, rows!.count, columns!.count, -1]);
  return { inner, padding };
}

/** A change on other cells, zeros around it. */
export function placeCells(x: tf.Tensor4D, from: Spans, to: Spans): tf.Tensor4D {
  const { inner, padding } = moveCells(x, from, to);
  return padMap(inner, padding, 0);
}
