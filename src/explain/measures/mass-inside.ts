/**
 * The share of a map's positive values that lies where a mask of the same size is not 0.
 * @returns 0 to 1; null where the map has no positive value.
 */
export function massInside(values: Float32Array, mask: Uint8Array): number | null {
  let [inside, all] = [0, 0];
  values.forEach((value, i) => {
    const positive = Math.max(0, value);
    all += positive;
    if (mask[i] !== 0) inside += positive;
  });
  return all > 0 ? inside / all : null;
}
