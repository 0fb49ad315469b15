/**
 * Every how many-th position, along each axis, to time so that about `wanted` remain: an odd number, so that they stand
 * in all alignments to the network's strides as the whole map's do. At least 3 × 3 stay where the map has them.
 */
export function thinning(perAxis, wanted) {
  let step = 1;
  const left = (every) => Math.ceil(perAxis / every) ** 2;
  while (left(step) > wanted && left(step + 2) >= 9) step += 2;
  return step;
}

/** Captum's map of a grid of drops: at each pixel the mean over the windows that cover it, NaN where none does. */
export function mapOfDrops(drops, { tops, lefts, size, side }) {
  const sums = new Float64Array(side * side);
  const counts = new Uint32Array(side * side);
  tops.forEach((top, row) => {
    lefts.forEach((left, column) => {
      for (let y = top; y < Math.min(side, top + size); y++) {
        for (let x = left; x < Math.min(side, left + size); x++) {
          sums[y * side + x] += drops[row * lefts.length + column];
          counts[y * side + x]++;
        }
      }
    });
  });
  return Float32Array.from(sums, (sum, i) => sum / counts[i]);
}

/** The drops at the positions that two grids share, from each. */
export function sharedDrops(one, other) {
  /** @type {[number[], number[]]} */
  const pairs = [[], []];
  one.tops.forEach((top, row) => {
    one.lefts.forEach((left, column) => {
      const [r, c] = [other.tops.indexOf(top), other.lefts.indexOf(left)];
      if (r < 0 || c < 0) return;
      pairs[0].push(one.drops[row * one.lefts.length + column]);
      pairs[1].push(other.drops[r * other.lefts.length + c]);
    });
  });
  return pairs;
}

/** Seconds of the whole map, from those of two thinned ones, in a line: what a call costs once counts once. */
export function wholeSeconds(few, more, positions) {
  const each = Math.max(0, (more.seconds - few.seconds) / (more.positions - few.positions));
  return more.seconds + each * (positions - more.positions);
}
