import { type IncrementalSession, openIncremental, type RectangleChange } from './network/executors/incremental';
import { scheduleWindows } from './network/executors/window-schedule';
import type { Network } from './network/network';
import { type Scoring, scoreCopies } from './scored-copies';

/** An input with all that its copies need, for several calls of `perturbRectangles`; opened at first use. */
export interface RectangleSession {
  readonly change: RectangleChange;
  readonly open: () => IncrementalSession;
  readonly close: () => void;
}

/**
 * Prepares a session of copies that show `change.filling` in a rectangle; `close` frees it.
 * @param input H×W×C.
 */
export function rectangleSession(network: Network, input: Float32Array, change: RectangleChange): RectangleSession {
  let session: IncrementalSession | null = null;
  return {
    change,
    open: () => {
      session ??= openIncremental(network, input, change);
      return session;
    },
    close: () => session?.close(),
  };
}

/** Copies of one input that differ from it in one rectangle each: every `tops` with every `lefts`. */
export interface RectanglePerturbations extends Scoring {
  /** First row and first column of the rectangles, in px. */
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
  /** Which of them to run, as indices row by row. Default: all. */
  readonly chosen?: readonly number[];
  /** Of the same network and input; its caller closes it. */
  readonly session: RectangleSession;
  /** Windows grow to at most this share of each axis of a map; below 1 an approximation. Default 1. */
  readonly growth?: number;
}

/**
 * Runs a network on copies of one input that differ in one rectangle each, batch by batch within the memory budget,
 * and computes of each copy only what its rectangle changes; a coarse grid of positions first. Resumable as `perturb`
 * is. Only for occluders: the masks of RISE and Score-CAM, and LIME's random halves, change nearly every pixel and leave
 * nothing to save.
 *
 * @returns scores of the chosen ones, chosen × width, in their order.
 * @throws AbortedError within one batch of the signal.
 */
export function perturbRectangles(
  network: Network,
  input: Float32Array,
  rectangles: RectanglePerturbations,
): Promise<Float32Array> {
  const { tops, lefts, session, growth = 1, memoryMB = 512 } = rectangles;
  const chosen = rectangles.chosen ?? Array.from({ length: tops.length * lefts.length }, (_, index) => index);
  const parts = ['rectangles', memoryMB, growth, rectangles.chosen ?? null];
  return scoreCopies(network, input, chosen.length, rectangles, parts, async (run) => {
    const grid = { tops, lefts, size: session.change.size };
    const batches = scheduleWindows(network, grid, chosen, { memoryMB, growth });
    const order = new Map(chosen.map((index, at) => [index, at]));
    const { run: runBatch, outputs } = session.open();
    for (const { rules, places } of batches) {
      if (places.every(({ index }) => run.isDone(order.get(index)!))) continue;
      await run.begin();
      const raw = runBatch(places, rules);
      places.forEach(({ index }, i) => {
        run.take(order.get(index)!, raw.subarray(i * outputs, (i + 1) * outputs));
      });
      run.end(places.length);
    }
  });
}
