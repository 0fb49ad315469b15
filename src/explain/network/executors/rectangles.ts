import { tf } from '../../engine';
import { numbersIn } from '../operations/operation';
import type { Span, Spans } from './window-cells';
import type { Starts } from './window-crops';

/** What is changed of the clean input: a rectangle of one size, which shows another picture. */
export interface RectangleChange {
  /** `[height, width]` in px; what lies outside the input is left out. */
  readonly size: readonly [number, number];
  /** What the rectangles show, H×W×C of the input. */
  readonly filling: Float32Array;
  /** How many copies will be run in all, about. */
  readonly copies: number;
}

/** A rectangle's first row and column, in px. */
export interface Corner {
  readonly top: number;
  readonly left: number;
}

/** Where the copies' periods begin. */
export function periodStarts(places: readonly Corner[], period: number): Starts {
  const begin = (edge: number) => edge - (edge % period);
  const rows = [...new Set(places.map(({ top }) => begin(top)))];
  const columns = [...new Set(places.map(({ left }) => begin(left)))];
  return {
    edges: [rows, columns],
    copies: places.map(({ top, left }) => [rows.indexOf(begin(top)), columns.indexOf(begin(left))]),
  };
}

/** Px from where the periods begin that hold the rectangle of every copy. */
export function changedSpans(places: readonly Corner[], size: RectangleChange['size'], period: number): Spans {
  const along = (axis: 0 | 1): Span => {
    const offsets = places.map(({ top, left }) => (axis === 0 ? top : left) % period);
    const start = Math.min(...offsets);
    return { start, length: size[axis] + Math.max(...offsets) - start };
  };
  return [along(0), along(1)];
}

/** The input with each rectangle in it: copies × H × W × C. */
export function changedCopies(
  values: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  places: readonly Corner[],
  { size, filling }: RectangleChange,
): Float32Array {
  const result = new Float32Array(places.length * values.length);
  places.forEach(({ top, left }, copy) => {
    result.set(values, copy * values.length);
    const right = Math.min(width, left + size[1]);
    for (let y = top; y < Math.min(height, top + size[0]); y++) {
      const [from, to] = [(y * width + left) * channels, (y * width + right) * channels];
      result.set(filling.subarray(from, to), copy * values.length + from);
    }
  });
  return result;
}

/** filling − input in each rectangle, 0 around it: copies × the spans × C. */
export function inputChange(
  values: Float32Array,
  [height, width, channels]: readonly [number, number, number],
  places: readonly Corner[],
  { size, filling }: RectangleChange,
  [down, across]: Spans,
  period: number,
): tf.Tensor4D {
  const shape: [number, number, number, number] = [places.length, down.length, across.length, channels];
  const result = new Float32Array(numbersIn(shape));
  places.forEach(({ top, left }, copy) => {
    const base = copy * down.length * across.length;
    for (let y = top; y < Math.min(height, top + size[0]); y++) {
      const row = y - top + (top % period) - down.start;
      for (let x = left; x < Math.min(width, left + size[1]); x++) {
        const column = x - left + (left % period) - across.start;
        const to = (base + row * across.length + column) * channels;
        const from = (y * width + x) * channels;
        for (let c = 0; c < channels; c++) result[to + c] = filling[from + c]! - values[from + c]!;
      }
    }
  });
  return tf.tensor4d(result, shape);
}
