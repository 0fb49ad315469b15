import { WhylightError } from '../errors';
import { wilsonInterval } from './classification';
import { normalQuantile } from './normal';

/** A measured value with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How many independent scenes or photos it was measured on. */
  readonly count: number;
}

/**
 * A share of independent cases with Wilson's 95 % interval, which stays within 0–1 and holds for few cases.
 * @param together how many intervals are to hold at once with 95 % (Bonferroni). Default 1.
 */
export function estimateShare(hits: number, count: number, together = 1): Estimate {
  if (count < 1) throw new WhylightError('a share of no cases has no value');
  const [low, high] = wilsonInterval(hits, count, together === 1 ? undefined : normalQuantile(1 - 0.025 / together));
  return { value: hits / count, low, high, count };
}

/** Of fewer values the spread is too uncertain for Student's interval. */
const FEWEST = 6;

/** Whether a mean's interval is Hoeffding's because so few values do not tell their spread. */
export const tooFewForSpread = ({ count }: Pick<Estimate, 'count'>): boolean => count < FEWEST;

/**
 * A mean of independent values with Student's 95 % interval, cut at the bounds. Values of one scene are not independent:
 * average them first. Two cases have another interval, which needs no spread: fewer than six values Hoeffding's (1963,
 * doi:10.1080/01621459.1963.10500830), and values that are all equal the one of "nothing went wrong" (Hanley and
 * Lippman-Hand 1983, doi:10.1001/jama.1983.03330370053031): more than the share 1 − 0.05^(1/n) of others would have shown.
 *
 * @param bounds least and largest value that there can be: 0 and 1 for shares, −1 and 1 for correlations; where they are
 *   infinite, the two cases have an infinite interval.
 * @throws WhylightError for no values, and for one outside the bounds.
 */
export function estimateMean(values: readonly number[], bounds: readonly [number, number]): Estimate {
  const count = values.length;
  if (count === 0) throw new WhylightError('a mean of no values has no value');
  const [least, largest] = bounds;
  // Sums of shares may leave the bounds by the computer's rounding.
  const slack = Number.isFinite(largest - least) ? 1e-6 * (largest - least) : 0;
  const outside = values.find((value) => !(value >= least - slack && value <= largest + slack));
  if (outside !== undefined)
    throw new WhylightError(`a value to average: ${outside} (allowed: ${least} to ${largest})`);
  const value = values.reduce((sum, one) => sum + one, 0) / count;
  const within = (below: number, above: number) => ({
    value,
    low: Math.max(least, value - below),
    high: Math.min(largest, value + above),
    count,
  });
  if (tooFewForSpread({ count })) {
    const spread = (largest - least) * Math.sqrt(Math.log(2 / 0.05) / (2 * count));
    return within(spread, spread);
  }
  if (allEqual(values, slack)) {
    const others = 1 - 0.05 ** (1 / count);
    return within(others * (value - least), others * (largest - value));
  }
  const variance = values.reduce((sum, one) => sum + (one - value) ** 2, 0) / (count - 1);
  const spread = studentQuantile(count - 1) * Math.sqrt(variance / count);
  return within(spread, spread);
}

const allEqual = (values: readonly number[], slack: number): boolean =>
  Math.max(...values) - Math.min(...values) <= slack;

/** A mean of shares between 0 and 1, as `estimateMean`. */
export const estimateMeanShare = (shares: readonly number[]): Estimate => estimateMean(shares, [0, 1]);

/**
 * The mean of a − b over cases that have both, shares between 0 and 1, as `estimateMean` of the differences. Where one of the
 * two is the same in every case and the other is not, their spread is that of the other alone, as if the one were known: the
 * interval is then the one that both means' make together (Newcombe's method 10, as `estimateDifference`).
 *
 * @throws WhylightError for lists of different lengths, and for no cases.
 */
export function estimateMeanDifference(a: readonly number[], b: readonly number[]): Estimate {
  const count = a.length;
  if (b.length !== count) throw new WhylightError(`${count} values cannot be paired with ${b.length}`);
  const difference = estimateMean(
    a.map((one, i) => one - b[i]!),
    [-1, 1],
  );
  const oneIsLevel = allEqual(a, 1e-6) !== allEqual(b, 1e-6);
  return oneIsLevel && !tooFewForSpread({ count })
    ? newcombe(estimateMeanShare(a), estimateMeanShare(b), 0, count)
    : difference;
}

/**
 * Quantile of Student's t, 97.5 % where no other is given: to 0.003 there from five degrees of freedom on (Abramowitz and
 * Stegun 1964, 26.7.5).
 */
export function studentQuantile(freedom: number, share = 0.975): number {
  const z = share === 0.975 ? 1.959963984540054 : normalQuantile(share);
  return (
    z +
    (z ** 3 + z) / (4 * freedom) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * freedom ** 3) +
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / (92160 * freedom ** 4)
  );
}

/**
 * How much more one mean or share is than another, measured on other cases: a − b with the 95 % interval that both
 * intervals make together (Newcombe 1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I, method 10).
 */
export function estimateDifference(a: Estimate, b: Estimate): Estimate {
  return newcombe(a, b, 0, a.count + b.count);
}

/**
 * The same for two yes-or-no answers on the same cases, which go together by their correlation φ (Newcombe 1998,
 * doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C, method 10).
 *
 * @throws WhylightError for lists of different lengths, and for no cases.
 */
export function estimatePairedDifference(a: readonly boolean[], b: readonly boolean[]): Estimate {
  const count = a.length;
  if (b.length !== count) throw new WhylightError(`${count} answers cannot be paired with ${b.length}`);
  const number = (of: (i: number) => boolean) => a.reduce((sum, _, i) => sum + Number(of(i)), 0);
  const [inA, inB] = [number((i) => a[i]!), number((i) => b[i]!)];
  const both = number((i) => a[i]! && b[i]!);
  const scale = Math.sqrt(inA * (count - inA) * inB * (count - inB));
  const together = both * (count - inA - inB + both) - (inA - both) * (inB - both);
  // A chance agreement of half a case is not taken for one.
  const corrected = together > 0 ? Math.max(0, together - count / 2) : together;
  const phi = scale === 0 ? 0 : corrected / scale;
  return newcombe(estimateShare(inA, count), estimateShare(inB, count), phi, count);
}

function newcombe(a: Estimate, b: Estimate, phi: number, count: number): Estimate {
  const value = a.value - b.value;
  const reach = (ofA: number, ofB: number) => Math.sqrt(Math.max(0, ofA ** 2 - 2 * phi * ofA * ofB + ofB ** 2));
  return {
    value,
    low: value - reach(a.value - a.low, b.high - b.value),
    high: value + reach(a.high - a.value, b.value - b.low),
    count,
  };
}
