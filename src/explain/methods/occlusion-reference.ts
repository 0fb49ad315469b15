import type { Look } from '../look';
import { forward } from '../network/executors/forward';
import { type ResolvedTarget, targetLogit } from '../target';

/**
 * Occlusion sensitivity word by word: cover a window, run the whole network, and give each pixel the mean drop of the
 * target's logit over the windows that cover it. `occlusion` gives the same numbers in a fraction of the time; this one is
 * to be read, and to check it by.
 *
 * @param windows `[height, width]` of the window and `[down, across]` of its steps, in px.
 * @param filling what covers, H×W×channels of the normalised input.
 * @returns the logit at each position, row by row, and the map, H×W.
 */
export function occlusionReference(
  { network, input: { values: clean, height, width } }: Look,
  target: ResolvedTarget,
  { size, stride }: { readonly size: readonly [number, number]; readonly stride: readonly [number, number] },
  filling: Float32Array,
): { readonly logits: readonly number[]; readonly values: Float32Array } {
  const depth = clean.length / (height * width);
  const logits: number[] = [];
  const [drops, windows] = [new Float64Array(height * width), new Uint32Array(height * width)];
  for (const top of positions(height, size[0], stride[0])) {
    for (const left of positions(width, size[1], stride[1])) {
      const pixels = pixelsOf([top, Math.min(height, top + size[0])], [left, Math.min(width, left + size[1])], width);
      const covered = clean.slice();
      for (const pixel of pixels) covered.set(filling.subarray(depth * pixel, depth * (pixel + 1)), depth * pixel);
      const logit = targetLogit(target, forward(network, covered));
      logits.push(logit);
      for (const pixel of pixels) {
        drops[pixel]! += target.logit - logit;
        windows[pixel]!++;
      }
    }
  }
  return { logits, values: Float32Array.from(drops, (drop, pixel) => drop / Math.max(1, windows[pixel]!)) };
}

/** Where windows begin along an axis: the last one reaches its end, or is cut off there. */
function positions(length: number, size: number, step: number): number[] {
  const starts: number[] = [];
  for (let start = 0; start < length && start - step < length - size; start += step) starts.push(start);
  return starts;
}

/** The pixels of a window, from the first row and column up to the second ones. */
function pixelsOf(rows: readonly [number, number], columns: readonly [number, number], width: number): number[] {
  const pixels: number[] = [];
  for (let y = rows[0]; y < rows[1]; y++) for (let x = columns[0]; x < columns[1]; x++) pixels.push(y * width + x);
  return pixels;
}
