import { WhylightError } from '../errors';
import { seededRandom } from '../random';
import { wilsonInterval } from './classification';

/** A measured value with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** How many scenes, photos or objects it was measured on. */
  readonly count: number;
}

/** A share with Wilson's 95 % interval, which stays within 0–1 and holds for few cases. */
export function estimateShare(hits: number, count: number): Estimate {
  if (count < 1) throw new WhylightError('a share of no cases has no value');
  const [low, high] = wilsonInterval(hits, count);
  return { value: hits / count, low, high, count };
}

/** Of fewer values even the way from the least to the largest holds the middle in less than 95 % of the samples. */
const FEWEST = 6;

/** Whether a mean's interval is Hoeffding's because resampling of so few values shows too little spread. */
export const tooFewToResample = ({ count }: Pick<Estimate, 'count'>): boolean => count < FEWEST;

/**
 * A mean with the 2.5 and 97.5 percentiles of the means of 2,000 resamples, drawn by the seed. Of fewer than six values
 * the interval is Hoeffding's (1963, doi:10.1080/01621459.1963.10500830), which holds for any values within the bounds.
 *
 * @param bounds least and largest value that there can be: 0 and 1 for shares, −1 and 1 for correlations.
 * @throws WhylightError for no values, and for one outside the bounds.
 */
export function estimateMean(values: readonly number[], bounds: readonly [number, number], seed = 1): Estimate {
  const count = values.length;
  if (count === 0) throw new WhylightError('a mean of no values has no value');
  const [least, largest] = bounds;
  // Sums of shares may leave the bounds by the computer's rounding.
  const slack = 1e-6 * (largest - least);
  const outside = values.find((value) => !(value >= least - slack && value <= largest + slack));
  if (outside !== undefined)
    throw new WhylightError(`a value to average: ${outside} (allowed: ${least} to ${largest})`);
  const mean = (pick: (i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += pick(i);
    return sum / count;
  };
  const value = mean((i) => values[i]!);
  if (tooFewToResample({ count })) {
    const spread = (largest - least) * Math.sqrt(Math.log(2 / 0.05) / (2 * count));
    return { value, low: Math.max(least, value - spread), high: Math.min(largest, value + spread), count };
  }
  const random = seededRandom(seed);
  const resampled = Float64Array.from({ length: 2000 }, () => mean(() => values[Math.floor(random() * count)]!)).sort();
  return { value, low: resampled[49]!, high: resampled[1950]!, count };
}

/**
 * A mean of shares between 0 and 1, as `estimateMean`; where all of them are 0, or all 1, resampling shows no spread,
 * and the interval is Wilson's for as many cases.
 */
export function estimateMeanShare(shares: readonly number[], seed = 1): Estimate {
  const [first] = shares;
  const extreme = (first === 0 || first === 1) && shares.every((share) => share === first);
  return extreme ? estimateShare(first * shares.length, shares.length) : estimateMean(shares, [0, 1], seed);
}

/**
 * How much more one share is than another, measured on other cases: a − b with the 95 % interval that both intervals
 * make together (Newcombe 1998, method 10). For shares of the same cases take the mean of the differences.
 */
export function estimateDifference(a: Estimate, b: Estimate): Estimate {
  const value = a.value - b.value;
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
    count: Math.min(a.count, b.count),
  };
}
