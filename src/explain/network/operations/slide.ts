import type { SlidingWindow } from '../kernels/sliding';
import type { Shape } from './operation';

/** Every cell of the output with every cell of the input that its window reads; `tap` counts through the kernel. */
export function slide(
  window: SlidingWindow,
  input: Shape,
  output: Shape,
  visit: (to: number, from: number, tap: number) => void,
) {
  const [height, width] = input as [number, number, number];
  const [rows, columns] = output as [number, number, number];
  const [tall, wide] = window.kernel;
  const [down, across] = window.dilation ?? [1, 1];
  for (let cell = 0; cell < rows * columns; cell++) {
    const top = Math.floor(cell / columns) * window.stride[0] - window.padding[0];
    const left = (cell % columns) * window.stride[1] - window.padding[2];
    for (let tap = 0; tap < tall * wide; tap++) {
      const y = top + Math.floor(tap / wide) * down;
      const x = left + (tap % wide) * across;
      if (y >= 0 && y < height && x >= 0 && x < width) visit(cell, y * width + x, tap);
    }
  }
}
