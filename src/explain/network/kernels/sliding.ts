/** `[top, bottom, left, right]` in px. */
export type Padding = readonly [number, number, number, number];
/** `[vertical, horizontal]`. */
export type Pair = readonly [number, number];

/** A window that slides over a map. */
export interface SlidingWindow {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  /** Default 1. */
  readonly dilation?: Pair;
  /** Whether a last window may reach beyond the padded map. Default false. */
  readonly ceil?: boolean;
}

/** Which cells of its input a cell of the output reads: `extent` of them, from `stride` · cell − `before` on. */
export interface Reach {
  readonly extent: Pair;
  readonly stride: Pair;
  readonly before: Pair;
}

/** Length of one axis after a sliding window, torch's rule (in ceil mode the last window starts inside the padded map). */
export function slidingLength(
  length: number,
  kernel: number,
  stride: number,
  before: number,
  after: number,
  { dilation = 1, ceil = false }: { dilation?: number; ceil?: boolean } = {},
): number {
  const room = length + before + after - dilation * (kernel - 1) - 1;
  if (!ceil) return Math.floor(room / stride) + 1;
  const windows = Math.ceil(room / stride) + 1;
  return (windows - 1) * stride >= length + before ? windows - 1 : windows;
}

/** Rows and columns of a map after a window slid over it. */
export function slidingSize([height, width]: readonly number[], window: SlidingWindow): Pair {
  const { kernel, stride, padding, dilation = [1, 1], ceil = false } = window;
  return [
    slidingLength(height!, kernel[0], stride[0], padding[0], padding[1], { dilation: dilation[0], ceil }),
    slidingLength(width!, kernel[1], stride[1], padding[2], padding[3], { dilation: dilation[1], ceil }),
  ];
}

/** What a sliding window's outputs read. */
export function reach({ kernel, stride, padding, dilation = [1, 1] }: SlidingWindow): Reach {
  const extent = (axis: 0 | 1) => (kernel[axis] - 1) * dilation[axis] + 1;
  return { extent: [extent(0), extent(1)], stride, before: [padding[0], padding[2]] };
}

/** In words: `3×3 max-pool, stride 2`. */
export function slidingTitle(what: string, { kernel, stride }: Pick<SlidingWindow, 'kernel' | 'stride'>): string {
  const step = stride[0] === stride[1] ? `${stride[0]}` : stride.join('×');
  return `${kernel.join('×')} ${what}${step === '1' ? '' : `, stride ${step}`}`;
}
