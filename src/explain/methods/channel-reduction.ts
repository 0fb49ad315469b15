/** Per pixel, the largest value of `of` over the channels. */
export function channelMaximum(
  values: ArrayLike<number>,
  channels: number,
  of: (value: number) => number = Math.abs,
): Float32Array {
  const result = new Float32Array(values.length / channels);
  for (let pixel = 0, at = 0; pixel < result.length; pixel++) {
    let most = of(values[at++]!);
    for (let channel = 1; channel < channels; channel++) most = Math.max(most, of(values[at++]!));
    result[pixel] = most;
  }
  return result;
}

/** Per pixel, the sum over the channels. */
export function channelSum(values: ArrayLike<number>, channels: number): Float32Array {
  const result = new Float32Array(values.length / channels);
  for (let i = 0; i < values.length; i++) result[Math.floor(i / channels)]! += values[i]!;
  return result;
}
