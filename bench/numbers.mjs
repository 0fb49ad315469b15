/** The middle value; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Largest minus smallest value. */
export function rangeOf(values) {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high - low;
}

/** Largest difference of two arrays; NaN where a value is none. */
export function largestDifference(got, wanted) {
  if (got.length !== wanted.length) throw new Error(`${got.length} values to compare with ${wanted.length}`);
  let difference = 0;
  for (let i = 0; i < got.length; i++) {
    const away = Math.abs(got[i] - wanted[i]);
    if (!(away <= difference)) difference = away;
  }
  return difference;
}

/** Largest difference of two arrays, as a share of the second's range. */
export function shareOfRange(got, wanted) {
  const range = rangeOf(wanted);
  return largestDifference(got, wanted) / (range > 0 ? range : 1);
}

/** A number as text, never rounded up to what is not reached; but what is below only by the computer's rounding counts. */
export const roundedDown = (value, digits) => (Math.floor(value * 10 ** digits + 1e-6) / 10 ** digits).toFixed(digits);
