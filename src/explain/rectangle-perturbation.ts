import type { IncrementalSession } from './network/executors/incremental';
import { scheduleWindows } from './network/executors/window-schedule';
import type { Network } from './network/network';
import { memoryBudget } from './progress';
import { type Scoring, scoreCopies } from './scored-copies';

/** Copies of one input that differ from it in one rectangle each: every `tops` with every `lefts`. */
export interface RectanglePerturbations extends Scoring {
  /** First row and first column of the rectangles, in px. */
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
  /** Which of them to run, as indices row by row. Default: all. */
  readonly indices?: readonly number[];
  /** `[height, width]`, in px; what lies outside the input is left out. */
  readonly size: readonly [number, number];
  /** Of the same network, input and size, for one call or several; its caller closes it. */
  readonly session: IncrementalSession;
  /** Windows grow to at most this share of each axis of a map; below 1 an approximation. Default 1. */
  readonly growth?: number;
  /** `frozen`: gates of channels keep their clean values; an approximation. Default `exact`. */
  readonly gates?: 'exact' | 'frozen';
}

/**
 * Runs a network on copies of one input that differ in one rectangle each, batch by batch within the memory budget,
 * and computes of each copy only what its rectangle changes; a coarse grid of positions first. Resumable as `perturb`
 * is. Only for occluders: the masks of RISE and Score-CAM, and LIME's random halves, change nearly every pixel and leave
 * nothing to save.
 *
 * @returns scores of those rectangles, indices × width, in their order.
 * @throws AbortedError within one batch of the signal.
 */
export function perturbRectangles(
  network: Network,
  input: Float32Array,
  rectangles: RectanglePerturbations,
): Promise<Float32Array> {
  const { tops, lefts, size, session, growth = 1, gates = 'exact' } = rectangles;
  const memoryMB = memoryBudget(rectangles);
  const indices = rectangles.indices ?? Array.from({ length: tops.length * lefts.length }, (_, index) => index);
  const parts = ['rectangles', memoryMB, growth, gates, session.precision, rectangles.indices ?? null];
  return scoreCopies(network, input, indices.length, rectangles, parts, async (run) => {
    const { precision } = session;
    const batches = scheduleWindows(network, { tops, lefts, size }, indices, { memoryMB, growth, gates, precision });
    const order = new Map(indices.map((index, at) => [index, at]));
    for (const { rules, places } of batches) {
      if (places.every(({ index }) => run.isDone(order.get(index)!))) continue;
      await run.begin();
      const raw = session.run(places, rules);
      places.forEach(({ index }, i) => {
        run.take(order.get(index)!, raw.subarray(i * session.outputs, (i + 1) * session.outputs));
      });
      run.end(places.length);
    }
  });
}
