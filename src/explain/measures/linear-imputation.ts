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
  const system = equationsOf(missing, height, width);
  planes.forEach((plane, c) => {
    const { mean, range } = rangeOf(plane, missing);
    if (range > 0) {
      solve(system, plane, starts?.[c] ?? new Float32Array(plane.length).fill(mean), range * TOLERANCE);
    } else for (const pixel of system.pixels) plane[pixel] = mean;
  });
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
  /** Eight a pixel: places in `pixels`; their count where that neighbour is there or outside. */
  readonly beside: Int32Array;
  /** Eight a pixel: pixels of the picture that are there; −1 for others. */
  readonly anchors: Int32Array;
  /** Sum of the weights of the neighbours inside the picture. */
  readonly diagonal: Float64Array;
  /** Of the factorisation, inverted. */
  readonly pivots: Float64Array;
}

function equationsOf(missing: Uint8Array, height: number, width: number): Equations {
  const pixels = placesOf(missing);
  const count = pixels.length;
  const place = new Int32Array(missing.length);
  for (let i = 0; i < count; i++) place[pixels[i]!] = i;
  const beside = new Int32Array(8 * count).fill(count);
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
      else beside[8 * i + n] = place[neighbour]!;
    }
  }
  return { pixels, beside, anchors, diagonal, pivots: pivotsOf(beside, diagonal) };
}

function placesOf(missing: Uint8Array): Uint32Array {
  const places = new Uint32Array(missing.length);
  let count = 0;
  for (let i = 0; i < missing.length; i++) if (missing[i] !== 0) places[count++] = i;
  return places.slice(0, count);
}

/** Pivots of (D + L) D⁻¹ (D + Lᵀ), whose rows sum to nearly those of the system. */
function pivotsOf(beside: Int32Array, diagonal: Float64Array): Float64Array {
  const count = diagonal.length;
  const pivots = new Float64Array(count + 1);
  const later = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) {
    let pivot = diagonal[i]!;
    for (let n = 0; n < 4; n++) {
      const j = beside[8 * i + n]!;
      const weight = weights[n]!;
      pivot -= weight * pivots[j]! * ((1 - MODIFIED) * weight + MODIFIED * later[j]!);
    }
    pivots[i] = 1 / pivot;
    for (let n = 4; n < 8; n++) if (beside[8 * i + n] !== count) later[i]! += weights[n]!;
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

/** Conjugate gradients; vectors have one more place, always 0, for neighbours that are no unknowns. */
function solve(system: Equations, plane: Float32Array, start: Float32Array, tolerance: number): void {
  const { pixels, anchors } = system;
  const count = pixels.length;
  const vector = () => new Float64Array(count + 1);
  const [solution, residual, towards, image, better] = [vector(), vector(), vector(), vector(), vector()];
  for (let i = 0; i < count; i++) solution[i] = start[pixels[i]!]!;
  multiply(system, solution, image);
  for (let i = 0; i < count; i++) {
    let right = 0;
    for (let n = 0; n < 8; n++) {
      const anchor = anchors[8 * i + n]!;
      if (anchor >= 0) right += weights[n]! * plane[anchor]!;
    }
    residual[i] = right - image[i]!;
  }
  precondition(system, residual, better);
  towards.set(better);
  let energy = dot(residual, better);
  for (let round = 0; round < MOST && energy > tolerance * tolerance * count; round++) {
    multiply(system, towards, image);
    const step = energy / dot(towards, image);
    for (let i = 0; i < count; i++) {
      solution[i]! += step * towards[i]!;
      residual[i]! -= step * image[i]!;
    }
    precondition(system, residual, better);
    const next = dot(residual, better);
    const back = next / energy;
    for (let i = 0; i < count; i++) towards[i] = better[i]! + back * towards[i]!;
    energy = next;
  }
  for (let i = 0; i < count; i++) plane[pixels[i]!] = solution[i]!;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Written out: as a loop over the neighbours it takes twice as long. */
function multiply({ beside, diagonal }: Equations, from: Float64Array, to: Float64Array): void {
  for (let i = 0, n = 0; i < diagonal.length; i++, n += 8) {
    const across = from[beside[n]!]! + from[beside[n + 2]!]! + from[beside[n + 5]!]! + from[beside[n + 7]!]!;
    const near = from[beside[n + 1]!]! + from[beside[n + 3]!]! + from[beside[n + 4]!]! + from[beside[n + 6]!]!;
    to[i] = diagonal[i]! * from[i]! - across * (1 / 12) - near * (1 / 6);
  }
}

/** Forwards through the earlier neighbours, backwards through the later ones. */
function precondition({ beside, diagonal, pivots }: Equations, from: Float64Array, to: Float64Array): void {
  const count = diagonal.length;
  for (let i = 0, n = 0; i < count; i++, n += 8) {
    const across = to[beside[n]!]! + to[beside[n + 2]!]!;
    const near = to[beside[n + 1]!]! + to[beside[n + 3]!]!;
    to[i] = pivots[i]! * (from[i]! + across * (1 / 12) + near * (1 / 6));
  }
  for (let i = count - 1, n = 8 * i; i >= 0; i--, n -= 8) {
    const across = to[beside[n + 5]!]! + to[beside[n + 7]!]!;
    const near = to[beside[n + 4]!]! + to[beside[n + 6]!]!;
    to[i]! += pivots[i]! * (across * (1 / 12) + near * (1 / 6));
  }
}
