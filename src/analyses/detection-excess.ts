import { seededRandom } from '../explain/random';
import type { Estimate } from '../explain/statistics/estimate';

/** A network's shares on the background, photo by photo; null where a map has no positive value. */
type Row = readonly (number | null)[];

/** Trainings that are fair, and others of one kind, on the same photos. */
export interface ExcessInput {
  readonly fair: readonly Row[];
  readonly others: readonly Row[];
  /** The share on the background that is usual: of the fair networks' maps this share lies below it. */
  readonly usual: number;
  /** Intervals that hold at once (Bonferroni). Default 1. */
  readonly together?: number;
  /** Of the draws. Default 0. */
  readonly seed?: number;
}

/** Draws for each interval that is to hold at once. */
const DRAWS = 200;

/**
 * How much more often than a fair network's a map shows the background: hits less false alarms, with its interval by a two-level
 * bootstrap. Each draw takes fair trainings, trainings of the kind and photos with replacement, and makes the threshold anew, so
 * that its chance counts, too; the interval lies between percentiles of the draws. A fair training that was drawn twice is not
 * held against itself; where all that were drawn are one, the draw is taken again. With few trainings it is narrow, as every
 * bootstrap is: in 120 simulated worlds each it held the truth in 80 % with two trainings of each kind, in 92 % with three and in
 * 98 % with five.
 *
 * @returns null for fewer than two fair trainings, two others, or two photos that have a map under every network.
 */
export function detectionExcess({ fair, others, usual, together = 1, seed = 0 }: ExcessInput): Estimate | null {
  const whole = (fair[0] ?? []).map((_, p) => p).filter((p) => [...fair, ...others].every((row) => row[p] !== null));
  if (fair.length < 2 || others.length < 2 || whole.length < 2) return null;
  const [base, kind] = [fair, others].map((rows) => rows.map((row) => whole.map((p) => row[p]!))) as [
    number[][],
    number[][],
  ];
  const all = base.map((_, i) => i);
  const value = excess(base, all, kind, usual);
  const random = seededRandom(seed);
  const lot = (count: number) => Array.from({ length: count }, () => Math.floor(random() * count));
  const draw = (): number => {
    const members = lot(base.length);
    if (new Set(members).size === 1) return draw();
    const photos = lot(whole.length);
    const resample = (rows: readonly (readonly number[])[], order: readonly number[]) =>
      order.map((i) => photos.map((p) => rows[i]![p]!));
    return excess(resample(base, members), members, resample(kind, lot(kind.length)), usual);
  };
  const sorted = Float64Array.from({ length: DRAWS * together }, draw).sort();
  const at = (level: number) => sorted[Math.min(sorted.length - 1, Math.floor(level * sorted.length))]!;
  const tail = 0.025 / together;
  return { value, low: at(tail), high: at(1 - tail), count: whole.length };
}

/** @param names of the fair trainings: equal ones are the same training. */
function excess(
  fair: readonly (readonly number[])[],
  names: readonly number[],
  others: readonly (readonly number[])[],
  usual: number,
): number {
  const threshold = quantile(fair.flat(), usual);
  const hits = mean(others.map((row) => beyond(row, threshold)));
  const alarms = fair.map((row, i) => {
    const rest = fair.filter((_, k) => names[k] !== names[i]);
    return beyond(row, quantile(rest.flat(), usual));
  });
  return hits - mean(alarms);
}

const beyond = (row: readonly number[], threshold: number) => row.filter((one) => one > threshold).length / row.length;
const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

/** The least value that at least this share of the values does not exceed; +∞ of none, so that nothing exceeds it. */
export function quantile(values: readonly number[], level: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.ceil(level * sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
}
