import type { MeasureCase, MeasuredMap, MeasureOutcome } from './define-measure';
import { areaShare, type InputMask } from './input-mask';

/** Where the object is in the input. */
export interface PlacedObject extends InputMask {
  /** Pixels of it. */
  readonly count: number;
  /** Of the input's pixels. */
  readonly share: number;
}

/**
 * What a measure of place says of each map; null with a note where the input shows nothing of the object.
 * @param outcome of one map, row by row over the input.
 */
export function placeOutcomes(
  { look, mask }: MeasureCase,
  maps: readonly MeasuredMap[],
  outcome: (values: Float32Array, object: PlacedObject) => MeasureOutcome,
): MeasureOutcome[] {
  const { width, height } = look.input;
  const share = areaShare({ mask: mask!, width, height });
  const object: PlacedObject = { mask: mask!, width, height, count: Math.round(share * width * height), share };
  if (object.count === 0) return maps.map(() => ({ value: null, notes: ['the input shows nothing of the object'] }));
  return maps.map(({ values }) => outcome(values, object));
}

/** What is said of a map that nothing can be read from. */
export const nothingPositive: MeasureOutcome = { value: null, notes: ['the map has no positive value'] };

/**
 * How many of a map's `count` highest pixels are the object's. Of pixels that tie at the cut as many are taken as there is
 * room for, each equally likely: the mean over all orders.
 */
export function highestInside(values: Float32Array, mask: Uint8Array, count: number): number {
  const cut = values.slice().sort()[values.length - count]!;
  let [above, inside, ties, tiesInside] = [0, 0, 0, 0];
  values.forEach((value, i) => {
    const hit = Number(mask[i] !== 0);
    if (value > cut) {
      above++;
      inside += hit;
    } else if (value === cut) {
      ties++;
      tiesInside += hit;
    }
  });
  return inside + ((count - above) * tiesInside) / ties;
}
