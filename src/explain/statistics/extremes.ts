/** The least and the greatest of some values. */
export interface Extremes {
  readonly lowest: number;
  readonly highest: number;
}

/**
 * The least and the greatest of a list, NaN where one is: by an index, for callbacks and iterators keep every number they
 * pass on as an object.
 * @param start what both begin with. Default: no value, so that an empty list has ∞ and −∞.
 */
export function extremesOf(values: ArrayLike<number>, start?: number): Extremes {
  let lowest = start ?? Number.POSITIVE_INFINITY;
  let highest = start ?? Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return { lowest, highest };
}
