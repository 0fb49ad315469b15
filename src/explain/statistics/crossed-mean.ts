import { WhylightError } from '../errors';
import { type Estimate, studentQuantile } from './estimate';

/**
 * The mean of values that were measured on the same scenes after several trainings, for other scenes and other trainings:
 * both are random, and crossed (rows × columns). The variance is that of the trainings' means over their number plus that
 * of the scenes' means over theirs; the residual counts in both, so the interval is a little wide rather than narrow.
 * Student's quantile at Satterthwaite's degrees of freedom (1946, doi:10.2307/3002019). `together` intervals hold at once
 * with 95 % (Bonferroni).
 *
 * @param rows trainings × scenes.
 * @param bounds least and largest value that there can be: the interval is cut there.
 * @throws WhylightError for fewer than two trainings or scenes, and for rows of different lengths.
 */
export function crossedMean(
  rows: readonly (readonly number[])[],
  bounds: readonly [number, number],
  together = 1,
): Estimate {
  const [trainings, scenes] = [rows.length, rows[0]?.length ?? 0];
  if (trainings < 2 || scenes < 2)
    throw new WhylightError(`a mean over ${trainings} trainings and ${scenes} scenes (allowed: from two of each)`);
  const uneven = rows.find((row) => row.length !== scenes);
  if (uneven) throw new WhylightError(`trainings measured on ${scenes} and on ${uneven.length} scenes`);
  const byTraining = rows.map(average);
  const byScene = rows[0]!.map((_, i) => average(rows.map((row) => row[i]!)));
  const value = average(byTraining);
  const parts = [
    { variance: variance(byTraining) / trainings, freedom: trainings - 1 },
    { variance: variance(byScene) / scenes, freedom: scenes - 1 },
  ];
  const total = parts.reduce((sum, part) => sum + part.variance, 0);
  if (total === 0) return { value, low: value, high: value, count: scenes };
  const freedom = total ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.freedom, 0);
  const reach = studentQuantile(freedom, 1 - 0.025 / together) * Math.sqrt(total);
  return { value, low: Math.max(bounds[0], value - reach), high: Math.min(bounds[1], value + reach), count: scenes };
}

const average = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;

function variance(values: readonly number[]): number {
  const mean = average(values);
  return values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1);
}
