/** Largest value less the smallest. */
export function spanOf(values: ArrayLike<number>): number {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < values.length; i++) {
    lowest = Math.min(lowest, values[i]!);
    highest = Math.max(highest, values[i]!);
  }
  return highest - lowest;
}

/** Values from 0 at the lowest to 1 at the highest; null where all are equal. */
export function fromNoneToAll(values: Float32Array): Float64Array | null {
  const span = spanOf(values);
  if (span === 0) return null;
  const lowest = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  return Float64Array.from(values, (value) => (value - lowest) / span);
}
