import { openIncremental } from './network/executors/incremental';
import type { Network } from './network/network';
import { type Scoring, scoreCopies } from './scored-copies';

/** Copies of one input that differ from it in one rectangle each: every `tops` with every `lefts`. */
export interface RectanglePerturbations extends Scoring {
  /** First row and first column of the rectangles, in px. */
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
  /** `[height, width]`, in px; what lies outside the input is left out. */
  readonly size: readonly [number, number];
  /** What the rectangles show, H×W×C of the input. */
  readonly filling: Float32Array;
}

/**
 * Runs a network on copies of one input that differ in one rectangle each, batch by batch within the memory budget,
 * and computes of each copy only what its rectangle changes. Resumable as `perturb` is. Only for occluders: the masks of
 * RISE and Score-CAM, and LIME's random halves, change nearly every pixel and leave nothing to save.
 *
 * @returns count × width scores, counted along `lefts` first.
 * @throws AbortedError within one batch of the signal.
 */
export function perturbRectangles(
  network: Network,
  input: Float32Array,
  rectangles: RectanglePerturbations,
): Promise<Float32Array> {
  const { tops, lefts, size, filling, memoryMB = 512 } = rectangles;
  return scoreCopies(network, input, tops.length * lefts.length, rectangles, ['rectangles', memoryMB], async (run) => {
    const session = openIncremental(network, input, { size, filling, copies: tops.length * lefts.length });
    try {
      const most = session.capacity(memoryMB);
      for (const rows of aligned(tops, session.period)) {
        for (const columns of aligned(lefts, session.period)) {
          const across = Math.min(columns.length, most);
          for (const i of chunks(rows, Math.max(1, Math.floor(most / across)))) {
            for (const j of chunks(columns, across)) {
              if (run.isDone(i[0]! * lefts.length + j[0]!)) continue;
              await run.begin();
              const raw = session.run(
                i.map((row) => tops[row]!),
                j.map((column) => lefts[column]!),
              );
              for (const [a, row] of i.entries()) {
                for (const [b, column] of j.entries()) {
                  const at = (a * j.length + b) * session.outputs;
                  run.take(row * lefts.length + column, raw.subarray(at, at + session.outputs));
                }
              }
              run.end(i.length * j.length);
            }
          }
        }
      }
    } finally {
      session.close();
    }
  });
}

/**
 * Indices of edges in groups, by where in the period they lie, to a power of two near their distance: few groups, and
 * small windows.
 */
function aligned(edges: readonly number[], period: number): number[][] {
  const distance = edges.length > 1 ? edges[1]! - edges[0]! : period;
  const grain = Math.min(period, 2 ** Math.floor(Math.log2(distance)));
  const groups = new Map<number, number[]>();
  edges.forEach((edge, index) => {
    const group = Math.floor((edge % period) / grain);
    groups.set(group, [...(groups.get(group) ?? []), index]);
  });
  return [...groups.values()];
}

/** Parts of nearly equal length, at most `length`. */
function chunks<T>(all: readonly T[], length: number): T[][] {
  const count = Math.ceil(all.length / length);
  return Array.from({ length: count }, (_, i) =>
    all.slice(Math.floor((i * all.length) / count), Math.floor(((i + 1) * all.length) / count)),
  );
}
