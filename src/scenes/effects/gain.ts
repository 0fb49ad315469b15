/** RGB bytes with each channel multiplied by its factor, rounded and cut off at 255. */
export function multiply(pixels: Uint8Array, gain: readonly [number, number, number]): Uint8Array {
  return pixels.map((value, i) => Math.min(255, Math.round(value * gain[i % 3]!)));
}
