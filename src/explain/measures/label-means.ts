/**
 * Sums of an array's values by label.
 * @param labels of each value, from 0 to `count` − 1.
 */
export function labelSums(values: ArrayLike<number>, labels: ArrayLike<number>, count: number): Float64Array {
  const sums = new Float64Array(count);
  for (let i = 0; i < values.length; i++) sums[labels[i]!]! += values[i]!;
  return sums;
}

/** Their means; every label has a value. */
export function labelMeans(values: ArrayLike<number>, labels: ArrayLike<number>, count: number): Float64Array {
  const sizes = new Float64Array(count);
  for (let i = 0; i < labels.length; i++) sizes[labels[i]!]!++;
  return labelSums(values, labels, count).map((sum, label) => sum / sizes[label]!);
}
