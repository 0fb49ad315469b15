import { WhylightError } from '../errors';
import type { Precision } from '../network/operations/operation';
import { seededRandom, shuffled } from '../random';
import { rankCorrelation } from '../statistics/rank-correlation';

/** How an occlusion map may be less than exact (the options of occlusion say what each does). */
interface Approximation {
  readonly growth: number;
  readonly gates: 'exact' | 'frozen';
  readonly coarse: number;
  readonly refine: number;
  readonly check: number;
  /** What convolutions that gain by it multiply the change in. */
  readonly precision: Precision;
}

/** Whether such options ask for the exact map. */
export const isExact = (options: Pick<Approximation, 'growth' | 'gates' | 'coarse' | 'precision'>): boolean =>
  computesExactly(options) && options.coarse === 1;

/** Whether what is computed of a position is exact. */
const computesExactly = ({ growth, gates, precision }: Pick<Approximation, 'growth' | 'gates' | 'precision'>) =>
  growth === 1 && gates === 'exact' && precision === 'float32';

/** The options as a result records them: null for what took no part. */
export function recorded(options: Approximation, isGated: boolean) {
  const { growth, gates, coarse, refine, check, precision } = options;
  return {
    precision,
    growth,
    gates: isGated ? gates : null,
    coarse,
    refine: coarse === 1 ? null : refine,
    check: isExact(options) ? null : check,
  };
}

/** Scores of some positions of a grid, indices × width; column 2i is the logit of target i. */
export type ScorePositions = (
  label: string,
  how: { readonly indices: readonly number[] } & Pick<Approximation, 'growth' | 'gates' | 'precision'>,
) => Promise<Float32Array>;

/**
 * An occlusion grid without running every position exactly (Nakandala et al. 2019, doi:10.1145/3299869.3319874, have
 * both ways): windows that stop growing, and a coarse grid refined where it matters, bilinear between its positions; beside
 * them, gates of channels that keep their clean values.
 *
 * @returns for each target scores, rows × columns × width, of which its own columns count; the positions that were run for
 * it, not interpolated; and a sentence with the error on positions that were computed exactly too.
 */
export async function approximateScores(
  grid: {
    readonly tops: readonly number[];
    readonly lefts: readonly number[];
    readonly width: number;
    readonly targets: number;
  },
  options: Approximation & { readonly seed: number },
  score: ScorePositions,
): Promise<readonly ApproximateScores[]> {
  const { tops, lefts, width } = grid;
  const { growth, gates, coarse, refine, check, precision, seed } = options;
  const all = Array.from({ length: tops.length * lefts.length }, (_, index) => index);
  const rows = lattice(tops.length, coarse);
  const columns = lattice(lefts.length, coarse);
  const first = rows.flatMap((row) => columns.map((column) => row * lefts.length + column));
  const coarseScores = await score('occlusion', { indices: first, growth, gates, precision });
  const between = interpolated(coarseScores, grid, rows, columns);
  const sample = shuffled(all, seededRandom(seed)).slice(0, check);
  const shared = new Set(first);
  const rest = all.filter((index) => !shared.has(index));
  // What is run for several targets is run once; where to refine depends on the target.
  const runs = new Map<string, Promise<Float32Array>>();
  const run: ScorePositions = (label, how) => {
    const key = [label, how.indices].join();
    const before = runs.get(key) ?? score(label, how);
    runs.set(key, before);
    return before;
  };
  async function put(into: Float32Array, label: string, how: Parameters<ScorePositions>[1]): Promise<void> {
    if (how.indices.length === 0) return;
    const table = await run(label, how);
    how.indices.forEach((index, i) => {
      into.set(table.subarray(i * width, (i + 1) * width), index * width);
    });
  }
  const of = (table: Float32Array, at: readonly number[], column: number) =>
    at.map((index) => table[index * width + column]!);
  const results: ApproximateScores[] = [];
  for (let i = 0; i < grid.targets; i++) {
    const column = 2 * i;
    const scores = between.scores.slice();
    const spread = between.spread(column);
    const finer = rest.toSorted((a, b) => spread[b]! - spread[a]! || a - b).slice(0, Math.round(refine * rest.length));
    await put(scores, 'occlusion, finer', { indices: finer, growth, gates, precision });
    const computed = new Set([...first, ...finer]);
    if (sample.length === 0) {
      results.push({ scores, computed, note: 'approximate; its error was not checked' });
      continue;
    }
    // Where nothing is frozen what was computed is exact already.
    const missing = computesExactly(options) ? sample.filter((index) => !computed.has(index)) : sample;
    const exact = scores.slice();
    await put(exact, 'occlusion, check', { indices: missing, growth: 1, gates: 'exact', precision: 'float32' });
    const note = errorSentence(
      of(scores, sample, column),
      of(exact, sample, column),
      of(scores, all, column),
      boundOf(options),
    );
    results.push({ scores, computed, note });
  }
  return results;
}

/** What an approximation says of one target. */
interface ApproximateScores {
  readonly scores: Float32Array;
  readonly computed: ReadonlySet<number>;
  readonly note: string;
}

/** Along an axis of fewer positions nothing lies between the first and the last. */
const BETWEEN = 3;

/**
 * The largest `coarse` that leaves three positions along each axis that has as many; 1 where none has.
 * @public The bench takes it from the compiled library.
 */
export function largestCoarse(positions: readonly number[]): number {
  const limits = positions.filter((count) => count >= BETWEEN).map((count) => Math.floor((count - 1) / 2));
  return limits.length === 0 ? 1 : Math.min(...limits);
}

/**
 * @param positions of the occluder along each axis.
 * @param isGated whether the network has gates of channels.
 * @throws WhylightError for options that do not fit the grid, and for those that would do nothing.
 */
export function validateApproximation(
  {
    growth,
    gates,
    coarse,
    refine,
    check,
    precision,
  }: Pick<Approximation, 'growth' | 'gates' | 'coarse' | 'precision'> & {
    readonly refine?: number;
    readonly check?: number;
  },
  positions: readonly [number, number],
  isGated: boolean,
): void {
  const wrong = (what: string, value: number | string, allowed: string) =>
    new WhylightError(`${what}: ${value} (allowed: ${allowed})`);
  const largest = largestCoarse(positions);
  if (coarse > largest) {
    const why = `for ${positions.join('×')} positions, of which three along an axis come first`;
    throw wrong('coarse', coarse, largest === 1 ? `1 ${why}` : `1 to ${largest} ${why}`);
  }
  if (refine !== undefined && coarse === 1) throw wrong('refine', refine, 'only with coarse above 1');
  if (gates === 'frozen' && !isGated)
    throw wrong('gates', gates, 'exact, for in this network no vector multiplies a map');
  if (check !== undefined && isExact({ growth, gates, coarse, precision })) {
    throw wrong('check', check, 'only with a quality below exact, growth below 1, frozen gates or coarse above 1');
  }
}

/** Every `step`-th of `length` indices, and the last. */
const lattice = (length: number, step: number): number[] =>
  Array.from({ length }, (_, i) => i).filter((i) => i % step === 0 || i === length - 1);

/**
 * Bilinear between the positions of a coarse lattice; and at each position how far apart the coarse ones around it are in a
 * column.
 */
function interpolated(
  coarseScores: Float32Array,
  { tops, lefts, width }: Pick<Parameters<typeof approximateScores>[0], 'tops' | 'lefts' | 'width'>,
  rows: readonly number[],
  columns: readonly number[],
): { scores: Float32Array; spread: (column: number) => Float32Array } {
  const scores = new Float32Array(tops.length * lefts.length * width);
  const cornersOf: (readonly number[])[] = [];
  const around = (at: number, all: readonly number[], edges: readonly number[]) => {
    const low = Math.max(
      0,
      all.findLastIndex((each) => each <= at && each < all.at(-1)!),
    );
    const high = Math.min(all.length - 1, low + 1);
    const [from, to] = [edges[all[low]!]!, edges[all[high]!]!];
    return { low, high, weight: to === from ? 0 : (edges[at]! - from) / (to - from) };
  };
  for (const row of tops.keys()) {
    const down = around(row, rows, tops);
    for (const column of lefts.keys()) {
      const across = around(column, columns, lefts);
      const corners = [down.low, down.high].flatMap((r) =>
        [across.low, across.high].map((c) => (r * columns.length + c) * width),
      ) as [number, number, number, number];
      const at = row * lefts.length + column;
      for (let i = 0; i < width; i++) {
        const [a, b, c, d] = corners.map((corner) => coarseScores[corner + i]!) as [number, number, number, number];
        const [above, below] = [a + across.weight * (b - a), c + across.weight * (d - c)];
        scores[at * width + i] = above + down.weight * (below - above);
      }
      cornersOf.push(corners);
    }
  }
  const spread = (column: number) =>
    Float32Array.from(cornersOf, (corners) => {
      const values = corners.map((corner) => coarseScores[corner + column]!);
      return Math.max(...values) - Math.min(...values);
    });
  return { scores, spread };
}

/**
 * How many times as far as the worst position that was checked any other one may be off: no further in 95 % of the maps
 * tried (bench/rounding.mjs). Null: not tried.
 */
const boundOf = ({ growth, gates, coarse }: Approximation): number | null =>
  growth === 1 && gates === 'exact' && coarse === 1 ? 4 : null;

/**
 * How far an approximation is from the exact scores where both are known, as a share of the map's range.
 * @param bound as of `boundOf`.
 */
function errorSentence(
  got: readonly number[],
  exact: readonly number[],
  all: readonly number[],
  bound: number | null,
): string {
  // No spreading: a stride of 1 px makes more positions than a call takes arguments.
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const range = most(all) + most(all.map((value) => -value));
  const away = got.map((value, i) => Math.abs(value - exact[i]!));
  const percent = (value: number) => (range === 0 ? '0' : ((100 * value) / range).toPrecision(2));
  const mean = away.reduce((sum, value) => sum + value, 0) / away.length;
  const ranks = got.length > 2 ? `, rank correlation ${rankCorrelation(got, exact).toFixed(3)}` : '';
  return (
    `approximate: on ${got.length} positions computed exactly too it is off by ${percent(mean)} % of the map's range on ` +
    `average and ${percent(most(away))} % at most${ranks}` +
    (bound === null
      ? ''
      : `; anywhere by at most ${percent(bound * most(away))} % (a bound that held for 95 % of the maps tried)`)
  );
}
