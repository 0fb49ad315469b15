import type { Padding } from '../graph';

/**
 * TensorFlow's SAME padding for windows one after another: as many cells as make the output the input's size over the
 * stride, rounded up; an odd row goes to the bottom, an odd column to the right. It depends on the map's size, so it
 * follows it.
 */
export class SamePadding {
  #size: readonly [number, number];

  /** @param size height and width of the map that the first window reads */
  constructor(size: readonly [number, number]) {
    this.#size = size;
  }

  /** Padding of the next window. */
  next(kernel: number, stride: number): Padding {
    const [rows, columns] = this.#size.map((length) =>
      Math.max(0, (Math.ceil(length / stride) - 1) * stride + kernel - length),
    ) as [number, number];
    const [height, width] = this.#size;
    this.#size = [Math.ceil(height / stride), Math.ceil(width / stride)];
    return [rows >> 1, rows - (rows >> 1), columns >> 1, columns - (columns >> 1)];
  }
}
