/** Of the earlier neighbours in reading order; the later ones are their mirror. Row, column, weight: 1/6 beside, 1/12 across a corner. */
const earlier = [
  [-1, -1, 1 / 12],
  [-1, 0, 1 / 6],
  [-1, 1, 1 / 12],
  [0, -1, 1 / 6],
] as const;
/** Eight neighbours: the earlier four, then the later four. */
const neighbours = [
  ...earlier,
  ...earlier.toReversed().map(([row, column, weight]) => [-row, -column, weight] as const),
];
const weights = Float64Array.from(neighbours, ([, , weight]) => weight);

/** How much of the fill-in that the factorisation leaves out goes to its diagonal. */
const MODIFIED = 0.97;
/** Of the error’s energy a pixel, as a share of the range of what is there. */
const TOLERANCE = 1e-6;
/** Far more than any hole takes: 30 are usual. */
const MOST = 2000;

/** The missing pixels’ equations: what each is, times its sum of weights, is the weighted sum of its neighbours. */
interface Equations {
  /** Pixels, in reading order. */
  readonly pixels: Uint32Array;
  /** Eight a pixel: places in `pixels`; their count where that neighbour is there or outside. */
  readonly beside: Int32Array;
  /** Sum of the weights of the neighbours inside the picture. */
  readonly diagonal: Float64Array;
  /** Of the factorisation, inverted. */
  readonly pivots: Float64Array;
}

/**
 * Fills missing pixels so that each is the weighted mean of its eight neighbours, 1/6 for those beside and 1/12 for those
 * across a corner, missing ones too; at the edge of those that are there (the linear imputation of ROAD, Rong et al. 2022,
 * arXiv:2202.00449, without its noise). Solved by conjugate gradients behind a modified incomplete factorisation, to 1e-4 of
 * the values’ range. Where no pixel is left nothing says what is missing: `values` stays as it is.
 *
 * @param values H×W×C; changed in place.
 * @param missing H×W; not 0 where a pixel is missing.
 */
export function imputeLinearly(
  values: Float32Array,
  missing: Uint8Array,
  [height, width]: readonly [number, number],
): void {
  const system = equationsOf(missing, height, width);
  const count = system.pixels.length;
  if (count === 0 || count === height * width) return;
  const channels = values.length / missing.length;
  for (let channel = 0; channel < channels; channel++) {
    const { right, mean, range } = boundary(system, values, missing, [height, width], channel);
    const solution = range === 0 ? right.fill(mean) : solve(system, right, mean, range * TOLERANCE);
    system.pixels.forEach((pixel, i) => {
      values[pixel * channels + channel] = solution[i]!;
    });
  }
}

function equationsOf(missing: Uint8Array, height: number, width: number): Equations {
  const pixels = Uint32Array.from([...missing.keys()].filter((pixel) => missing[pixel] !== 0));
  const count = pixels.length;
  const place = new Int32Array(missing.length).fill(count);
  pixels.forEach((pixel, i) => {
    place[pixel] = i;
  });
  const beside = new Int32Array(8 * count).fill(count);
  const diagonal = new Float64Array(count);
  pixels.forEach((pixel, i) => {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    for (let n = 0; n < 8; n++) {
      const [row, column] = [y + neighbours[n]![0], x + neighbours[n]![1]];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      diagonal[i]! += weights[n]!;
      beside[8 * i + n] = place[row * width + column]!;
    }
  });
  return { pixels, beside, diagonal, pivots: factorised(beside, diagonal) };
}

/** Pivots of (D + L) D⁻¹ (D + Lᵀ), whose rows sum to nearly those of the system. */
function factorised(beside: Int32Array, diagonal: Float64Array): Float64Array {
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

/** What the pixels that are there give to each equation, their mean and range. */
function boundary(
  { pixels }: Equations,
  values: Float32Array,
  missing: Uint8Array,
  [height, width]: readonly [number, number],
  channel: number,
) {
  const channels = values.length / missing.length;
  let [sum, count, least, largest] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  missing.forEach((gone, pixel) => {
    if (gone !== 0) return;
    const value = values[pixel * channels + channel]!;
    sum += value;
    count++;
    least = Math.min(least, value);
    largest = Math.max(largest, value);
  });
  const right = Float64Array.from(pixels, (pixel) => {
    const [y, x] = [Math.floor(pixel / width), pixel % width];
    let total = 0;
    for (let n = 0; n < 8; n++) {
      const [row, column] = [y + neighbours[n]![0], x + neighbours[n]![1]];
      if (row < 0 || row >= height || column < 0 || column >= width) continue;
      const from = row * width + column;
      if (missing[from] === 0) total += weights[n]! * values[from * channels + channel]!;
    }
    return total;
  });
  return { right, mean: sum / count, range: largest - least };
}

/** Conjugate gradients from a constant; vectors have one more place, always 0, for neighbours that are no unknowns. */
function solve(system: Equations, right: Float64Array, start: number, tolerance: number): Float64Array {
  const count = right.length;
  const solution = new Float64Array(count + 1).fill(start, 0, count);
  const [residual, towards, image, better] = [0, 1, 2, 3].map(() => new Float64Array(count + 1)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  multiply(system, solution, image);
  for (let i = 0; i < count; i++) residual[i] = right[i]! - image[i]!;
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
    for (let i = 0; i < count; i++) towards[i] = better[i]! + (next / energy) * towards[i]!;
    energy = next;
  }
  return solution;
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
    to[i] = diagonal[i]! * from[i]! - across / 12 - near / 6;
  }
}

/** M⁻¹: forwards through the earlier neighbours, backwards through the later ones. */
function precondition({ beside, diagonal, pivots }: Equations, from: Float64Array, to: Float64Array): void {
  const count = diagonal.length;
  for (let i = 0, n = 0; i < count; i++, n += 8) {
    const across = to[beside[n]!]! + to[beside[n + 2]!]!;
    const near = to[beside[n + 1]!]! + to[beside[n + 3]!]!;
    to[i] = pivots[i]! * (from[i]! + across / 12 + near / 6);
  }
  for (let i = count - 1, n = 8 * i; i >= 0; i--, n -= 8) {
    const across = to[beside[n + 5]!]! + to[beside[n + 7]!]!;
    const near = to[beside[n + 4]!]! + to[beside[n + 6]!]!;
    to[i]! += pivots[i]! * (across / 12 + near / 6);
  }
}
