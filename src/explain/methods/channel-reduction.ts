/** Per pixel, the largest value of `of` over the channels. */
export function channelMaximum(
  values: ArrayLike<number>,
  channels: number,
  of: (value: number) => number = Math.abs,
): Float32Array {
  const result = new Float32Array(values.length / channels);
  for (let i = 0; i < values.length; i++) {
    const at = Math.floor(i / channels);
    const value = of(values[i]!);
    if (i % channels === 0 || value > result[at]!) result[at] = value;
  }
  return result;
}

/** Per pixel, the sum over the channels. */
export function channelSum(values: ArrayLike<number>, channels: number): Float32Array {
  const result = new Float32Array(values.length / channels);
  for (let i = 0; i < values.length; i++) result[Math.floor(i / channels)]! += values[i]!;
  return result;
}
