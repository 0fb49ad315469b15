/** RGB bytes blurred by a Gaussian of `sigma` px, cut off at 3 sigma; the picture's edge is repeated beyond it. */
export function blur(pixels: Uint8Array, width: number, height: number, sigma: number): Uint8Array {
  if (sigma === 0) return pixels;
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const kernel = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)));
  const sum = kernel.reduce((a, b) => a + b, 0);
  const pass = (source: ArrayLike<number>, length: number, step: number, lines: number, lineStep: number) => {
    const result = new Float64Array(source.length);
    for (let line = 0; line < lines; line++) {
      for (let at = 0; at < length; at++) {
        const target = line * lineStep + at * step;
        for (let k = -radius; k <= radius; k++) {
          const from = line * lineStep + Math.max(0, Math.min(length - 1, at + k)) * step;
          const weight = kernel[k + radius]! / sum;
          for (let c = 0; c < 3; c++) result[target + c]! += weight * source[from + c]!;
        }
      }
    }
    return result;
  };
  const rows = pass(pixels, width, 3, height, 3 * width);
  return Uint8Array.from(pass(rows, height, 3 * width, width, 3), Math.round);
}
