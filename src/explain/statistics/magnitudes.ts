/** Bits of a number by which it is sorted into a bin: what is left of 31 in the lower half is sorted in a second pass. */
const LOW = 15;
const BINS = 1 << (31 - LOW);

/** Absolute values as whole numbers in the same order: NaN last, as where floats are sorted. */
function magnitudes(values: Float32Array): Uint32Array {
  const bits = new Uint32Array(values.slice().buffer);
  for (let i = 0; i < bits.length; i++) bits[i]! &= 0x7fffffff;
  return bits;
}

/** The bin of a histogram in which a rank lies, and how many values come before that bin. */
function binOf(counts: Uint32Array, rank: number): readonly [bin: number, before: number] {
  let before = 0;
  for (let bin = 0; ; bin++) {
    if (before + counts[bin]! > rank) return [bin, before];
    before += counts[bin]!;
  }
}

/**
 * The absolute value at a place of their ascending order, without sorting them.
 * @param rank from 0 to the number of values less 1
 */
export function magnitudeAt(values: Float32Array, rank: number): number {
  const bits = magnitudes(values);
  const high = new Uint32Array(BINS);
  for (let i = 0; i < bits.length; i++) high[bits[i]! >>> LOW]!++;
  const [bin, before] = binOf(high, rank);
  const low = new Uint32Array(1 << LOW);
  for (let i = 0; i < bits.length; i++) if (bits[i]! >>> LOW === bin) low[bits[i]! & ((1 << LOW) - 1)]!++;
  const [rest] = binOf(low, rank - before);
  return new Float32Array(Uint32Array.of(((bin << LOW) | rest) >>> 0).buffer)[0]!;
}

/** Beyond what a sum in another order may be off by. */
const SLACK = 1 + 1e-6;

/** How many of the largest values it takes, added up from the largest on, to reach a sum; all positive ones where they do not. */
export function countReaching(values: Float32Array, sum: number): number {
  const sorted = positiveFrom(values, binReaching(values, sum * SLACK)).sort();
  let [reached, count] = [0, 0];
  while (reached < sum && count < sorted.length) reached += sorted[sorted.length - ++count]!;
  return count;
}

/** The positive values of a bin and of those above it. */
function positiveFrom(values: Float32Array, floor: number): Float32Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const result = new Float32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (values[i]! > 0 && bits[i]! >>> LOW >= floor) result[count++] = values[i]!;
  }
  return result.subarray(0, count);
}

/** The highest bin from which on the positive values reach a sum; 0 where they do not. */
function binReaching(values: Float32Array, sum: number): number {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const masses = new Float64Array(BINS);
  for (let i = 0; i < values.length; i++) if (values[i]! > 0) masses[bits[i]! >>> LOW]! += values[i]!;
  let reached = 0;
  for (let bin = BINS - 1; bin > 0; bin--) {
    reached += masses[bin]!;
    if (reached >= sum) return bin;
  }
  return 0;
}
