import type { CropBox } from '../image/sample';
import { maskOnInput } from './input-mask';

/** A map over a network's input, and where that input lies in the photo. */
export interface PlacedMap {
  /** H×W, row by row. */
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  /** In photo px. */
  readonly crop: CropBox;
}

/**
 * Share of a map's positive mass Σ max(0, v) that lies outside an object's mask (one minus the energy-based pointing
 * game of Wang et al. 2020, arXiv:1910.01279), and the share of the input that is outside: what an even map would have.
 * A pixel of the input counts as inside where the mask is set at its middle.
 *
 * @param mask the photo's height × width, row by row; 0 is outside.
 * @returns `mass` null where the map has no positive value.
 * @throws WhylightError where mask and size disagree.
 */
export function massOutside(
  { values, height, width, crop }: PlacedMap,
  mask: Uint8Array,
  photo: { readonly width: number; readonly height: number },
): { readonly mass: number | null; readonly area: number } {
  const object = maskOnInput(mask, photo, { height, width, crop });
  let [total, outside, area] = [0, 0, 0];
  values.forEach((signed, i) => {
    const value = Math.max(0, signed);
    total += value;
    if (object.mask[i] !== 0) return;
    outside += value;
    area++;
  });
  return { mass: total > 0 ? outside / total : null, area: area / (height * width) };
}

/** A mask grown by `margin` px along both axes. */
export function grown(mask: Uint8Array, width: number, height: number, margin: number): Uint8Array {
  const across = new Uint8Array(mask.length);
  mask.forEach((value, i) => {
    if (value === 0) return;
    const x = i % width;
    across.fill(255, i - Math.min(margin, x), i + Math.min(margin, width - 1 - x) + 1);
  });
  const result = new Uint8Array(mask.length);
  for (let y = 0; y < height; y++) {
    const row = across.subarray(y * width, (y + 1) * width);
    for (let to = Math.max(0, y - margin); to <= Math.min(height - 1, y + margin); to++) {
      row.forEach((value, x) => {
        result[to * width + x]! |= value;
      });
    }
  }
  return result;
}
