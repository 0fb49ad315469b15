import { upsampleBilinear } from '../upsample';

/** Eight neighbours in reading order: the earlier four, then the later four. */
const rows = [-1, -1, -1, 0, 0, 1, 1, 1] as const;
const columns = [-1, 0, 1, -1, 1, -1, 0, 1] as const;
/** 1/6 beside, 1/12 across a corner. */
const weights = Float64Array.from(rows, (row, n) => (row === 0 || columns[n] === 0 ? 1 / 6 : 1 / 12));

/** How much of the fill-in that the factorisation leaves out goes to its diagonal. */
const MODIFIED = 0.99;
/** Root mean energy of the error a pixel, as a share of the range of what is there. */
const TOLERANCE = 3e-7;
/** Far more than any hole takes: 40 are usual. */
const MOST = 2000;
/** Px of an axis from which on a half-size picture is solved first, for a start. */
const COARSE = 16;

/**
 * Fills missing pixels so that each is the weighted mean of its eight neighbours, 1/6 for those beside and 1/12 for those
 * across a corner, missing ones too; at the edge of those that are inside (the linear imputation of ROAD, Rong et al. 2022,
 * arXiv:2202.00449, without its noise). Solved by conjugate gradients behind a modified incomplete factorisation, from a
 * half-size solution, to about 1e-4 of the values’ range. Where no pixel is left, nothing says what is missing: `values` stays.
 *
 * @param values H×W×C; changed in place.
 * @param missing H×W; not 0 where a pixel is missing.
 */
export function imputeLinearly(
  values: Float32Array,
  missing: Uint8Array,
  [height, width]: readonly [number, number],
): void {
  const channels = values.length / missing.length;
  const planes = Array.from({ length: channels }, (_, channel) =>
    Float32Array.from(missing, (_, i) => values[i * channels + channel]!),
  );
  if (missing.every((gone) => gone !== 0) || missing.every((gone) => gone === 0)) return;
  imputePlanes(planes, missing, height, width);
  for (let i = 0; i < missing.length; i++) {
    if (missing[i] !== 0) for (let c = 0; c < channels; c++) values[i * channels + c] = planes[c]![i]!;
  }
}

/** At least one pixel is there. */
function imputePlanes(planes: readonly Float32Array[], missing: Uint8Array, height: number, width: number): void {
  const starts = Math.min(height, width) < COARSE ? null : coarseSolution(planes, missing, height, width);
  const ranges = planes.map((plane) => rangeOf(plane, missing));
  solve(
    equationsOf(missing, height, width, planes.length),
    planes,
    starts ?? planes.map((plane, c) => new Float32Array(plane.length).fill(ranges[c]!.mean)),
    // Of one colour all is known but for rounding.
    ranges.map(({ mean, range }) => Math.max(range * TOLERANCE, Math.abs(mean) * 1e-9)),
  );
}

/** The same of the picture at half its size, at its size again: right but for detail. */
function coarseSolution(
  planes: readonly Float32Array[],
  missing: Uint8Array,
  height: number,
  width: number,
): Float32Array[] {
  const [down, across] = [Math.ceil(height / 2), Math.ceil(width / 2)];
  const counts = new Uint8Array(down * across);
  const halves = planes.map(() => new Float32Array(down * across));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = y * width + x;
      if (missing[from] !== 0) continue;
      const to = (y >> 1) * across + (x >> 1);
      counts[to]!++;
      for (let c = 0; c < planes.length; c++) halves[c]![to]! += planes[c]![from]!;
    }
  }
  for (const half of halves) for (let i = 0; i < half.length; i++) half[i]! /= Math.max(1, counts[i]!);
  const gone = counts.map((count) => Number(count === 0));
  if (gone.includes(1)) imputePlanes(halves, gone, down, across);
  return halves.map((half) => upsampleBilinear(half, down, across, height, width));
}

/** The missing pixels’ equations: what each is, times its sum of weights, is the weighted sum of its neighbours. */
interface Equations {
  /** Pixels, in reading order. */
  readonly pixels: Uint32Array;
  /** Eight a pixel: its neighbours’ first channel in vectors; the place that is 0 where that one is there or outside. */
  readonly beside: Int32Array;
  /** Eight a pixel: pixels of the picture that are there; −1 for others. */
  readonly anchors: Int32Array;
  /** Sum of the weights of the neighbours inside the picture. */
  readonly diagonal: Float64Array;
  /** Of the factorisation, inverted. */
  readonly pivots: Float64Array;
}

function equationsOf(missing: Uint8Array, height: number, width: number, channels: number): Equations {
  const pixels = placesOf(missing);
  const count = pixels.length;
  const place = new Int32Array(missing.length);
  for (let i = 0; i < count; i++) place[pixels[i]!] = i;
  const beside = new Int32Array(8 * count).fill(count * channels);
  const anchors = new Int32Array(8 * count).fill(-1);
  const diagonal = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const y = Math.floor(pixels[i]! / width);
    const x = pixels[i]! - y * width;
    for (let n = 0; n < 8; n++) {
      const row = y + rows[n]!;
      const column = x + columns[n]!;
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const neighbour = row * width + column;
      diagonal[i]! += weights[n]!;
      if (missing[neighbour] === 0) anchors[8 * i + n] = neighbour;
      else beside[8 * i + n] = place[neighbour]! * channels;
    }
  }
  return { pixels, beside, anchors, diagonal, pivots: pivotsOf(beside, diagonal, channels) };
}

function placesOf(missing: Uint8Array): Uint32Array {
  const places = new Uint32Array(missing.length);
  let count = 0;
  for (let i = 0; i < missing.length; i++) if (missing[i] !== 0) places[count++] = i;
  return places.slice(0, count);
}

/** Pivots of (D + L) D⁻¹ (D + Lᵀ), whose rows sum to nearly those of the system. */
function pivotsOf(beside: Int32Array, diagonal: Float64Array, channels: number): Float64Array {
  const count = diagonal.length;
  const pivots = new Float64Array(count + 1);
  const later = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) {
    let pivot = diagonal[i]!;
    for (let n = 0; n < 4; n++) {
      const j = beside[8 * i + n]! / channels;
      const weight = weights[n]!;
      pivot -= weight * pivots[j]! * ((1 - MODIFIED) * weight + MODIFIED * later[j]!);
    }
    pivots[i] = 1 / pivot;
    for (let n = 4; n < 8; n++) if (beside[8 * i + n] !== count * channels) later[i]! += weights[n]!;
  }
  return pivots;
}

function rangeOf(plane: Float32Array, missing: Uint8Array): { mean: number; range: number } {
  let [sum, count, least, largest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < plane.length; i++) {
    if (missing[i] !== 0) continue;
    const value = plane[i]!;
    sum += value;
    count++;
    if (value < least) least = value;
    if (value > largest) largest = value;
  }
  return { mean: sum / count, range: largest - least };
}

/** One vector of unknowns for each channel, side by side, and one place more, always 0, for neighbours that are no unknowns. */
type Vectors = Float64Array;

/**
 * Conjugate gradients, all channels in one sweep: a pixel waits for the one before it, a channel for no other.
 * @param tolerances of each channel.
 */
function solve(
  system: Equations,
  planes: readonly Float32Array[],
  starts: readonly Float32Array[],
  tolerances: readonly number[],
): void {
  const { pixels } = system;
  const [count, channels] = [pixels.length, planes.length];
  const vectors = (): Vectors => new Float64Array((count + 1) * channels);
  const [solution, image, better] = [vectors(), vectors(), vectors()];
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) solution[i * channels + c] = starts[c]![pixels[i]!]!;
  }
  multiply(system, channels, solution, image);
  const residual = rightSides(system, planes).map((right, i) => right - image[i]!);
  precondition(system, channels, residual, better);
  const towards = better.slice();
  const energies = dots(residual, better, channels);
  const isDone = () => energies.every((energy, c) => energy <= tolerances[c]! ** 2 * count);
  for (let round = 0; round < MOST && !isDone(); round++) {
    multiply(system, channels, towards, image);
    const steps = dots(towards, image, channels).map((curvature, c) => (curvature > 0 ? energies[c]! / curvature : 0));
    addTimes(solution, towards, steps, channels);
    addTimes(
      residual,
      image,
      steps.map((step) => -step),
      channels,
    );
    precondition(system, channels, residual, better);
    const next = dots(residual, better, channels);
    const backs = next.map((energy, c) => (energies[c]! > 0 ? energy / energies[c]! : 0));
    addTimes(better, towards, backs, channels, towards);
    energies.set(next);
  }
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < channels; c++) planes[c]![pixels[i]!] = solution[i * channels + c]!;
  }
}

/** What the pixels that are there give to each equation. */
function rightSides({ pixels, anchors }: Equations, planes: readonly Float32Array[]): Vectors {
  const channels = planes.length;
  const result = new Float64Array((pixels.length + 1) * channels);
  for (let n = 0; n < anchors.length; n++) {
    const anchor = anchors[n]!;
    if (anchor < 0) continue;
    const to = (n >> 3) * channels;
    for (let c = 0; c < channels; c++) result[to + c]! += weights[n & 7]! * planes[c]![anchor]!;
  }
  return result;
}

/** sum + factor · vector, of each channel. */
function addTimes(sum: Vectors, vector: Vectors, factors: Float64Array, channels: number, to = sum): void {
  for (let c = 0; c < channels; c++) {
    const factor = factors[c]!;
    for (let i = c; i < sum.length; i += channels) to[i] = sum[i]! + factor * vector[i]!;
  }
}

function dots(a: Vectors, b: Vectors, channels: number): Float64Array {
  return Float64Array.from({ length: channels }, (_, c) => {
    let sum = 0;
    for (let i = c; i < a.length; i += channels) sum += a[i]! * b[i]!;
    return sum;
  });
}

function multiply({ beside, diagonal }: Equations, channels: number, from: Vectors, to: Vectors): void {
  for (let i = 0, n = 0; i < diagonal.length; i++, n += 8) {
    for (let c = 0; c < channels; c++) {
      const earlier =
        2 * (from[beside[n + 1]! + c]! + from[beside[n + 3]! + c]!) + from[beside[n]! + c]! + from[beside[n + 2]! + c]!;
      const later =
        2 * (from[beside[n + 4]! + c]! + from[beside[n + 6]! + c]!) +
        from[beside[n + 5]! + c]! +
        from[beside[n + 7]! + c]!;
      const at = i * channels + c;
      to[at] = diagonal[i]! * from[at]! - (earlier + later) * (1 / 12);
    }
  }
}

/** Forwards through the earlier neighbours, backwards through the later ones. */
function precondition({ beside, diagonal, pivots }: Equations, channels: number, from: Vectors, to: Vectors): void {
  const count = diagonal.length;
  for (let i = 0, n = 0; i < count; i++, n += 8) {
    for (let c = 0; c < channels; c++) {
      const earlier =
        2 * (to[beside[n + 1]! + c]! + to[beside[n + 3]! + c]!) + to[beside[n]! + c]! + to[beside[n + 2]! + c]!;
      to[i * channels + c] = pivots[i]! * (from[i * channels + c]! + earlier * (1 / 12));
    }
  }
  for (let i = count - 1, n = 8 * i; i >= 0; i--, n -= 8) {
    for (let c = 0; c < channels; c++) {
      const later =
        2 * (to[beside[n + 4]! + c]! + to[beside[n + 6]! + c]!) + to[beside[n + 5]! + c]! + to[beside[n + 7]! + c]!;
      to[i * channels + c]! += pivots[i]! * later * (1 / 12);
    }
  }
}
