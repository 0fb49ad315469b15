import { z } from 'zod';
import type { NetworkInput } from '../image/preprocessing';
import { superpixels } from '../methods/superpixels';
import type { RunOptions } from '../progress';
import { streamOf } from '../random';
import { correlation } from '../statistics/correlation';
import type { MeasureCase, MeasuredMap } from './define-measure';
import { labelSums } from './label-means';
import { removalOptions, removedInput, type ScoreDrops, scoreDrops } from './score-drops';
import { spanOf } from './span';

/** What subsets are drawn of. */
const pieceKinds = ['pixels', 'grid', 'superpixels'] as const;
type PieceKind = (typeof pieceKinds)[number];

/** Options of the measures that remove random subsets; the defaults are those of the measure. */
export const subsetOptions = (subsets: number, pieces: PieceKind) => ({
  subsets: z
    .int()
    .min(3)
    .default(subsets)
    .meta({ description: 'random subsets, of each size where there are several' }),
  pieces: z.enum(pieceKinds).default(pieces).meta({ description: 'what subsets are drawn of' }),
  cells: z
    .int()
    .min(2)
    .default(9)
    .meta({ description: 'of a grid, along each axis; as many superpixels as such a grid has cells' }),
  ...removalOptions,
});
type SubsetOptions = z.output<z.ZodObject<ReturnType<typeof subsetOptions>>>;

/** The input cut into pieces: for each pixel the number of its piece, from 0. */
export interface Pieces {
  readonly labels: Int32Array;
  readonly count: number;
}

/** Cuts an input; a pixel belongs to the grid's cell that its middle lies in. */
export function cutPieces({ height, width, image }: NetworkInput, kind: PieceKind, cells: number): Pieces {
  if (kind === 'superpixels') return superpixels(image, { count: cells * cells });
  const area = height * width;
  if (kind === 'pixels') return { labels: Int32Array.from({ length: area }, (_, i) => i), count: area };
  const along = (at: number, length: number) => Math.floor(((at + 0.5) * cells) / length);
  const labels = Int32Array.from(
    { length: area },
    (_, i) => along(Math.floor(i / width), height) * cells + along(i % width, width),
  );
  return { labels, count: cells * cells };
}

/** How many of `count` pieces a share is: one at least, and not all. */
export const piecesIn = (share: number, count: number) => Math.max(1, Math.min(count - 1, Math.round(share * count)));

/** `size` of `count` pieces, each such subset as likely: the first steps of a Fisher–Yates shuffle. 1 where drawn. */
export function drawSize(random: () => number, count: number, size: number): Uint8Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  const subset = new Uint8Array(count);
  for (let i = 0; i < size; i++) {
    const j = i + Math.floor(random() * (count - i));
    [order[i], order[j]] = [order[j]!, order[i]!];
    subset[order[i]!] = 1;
  }
  return subset;
}

/** Each of `count` pieces with the probability `share`. 1 where drawn. */
export const drawEach = (random: () => number, count: number, share: number): Uint8Array =>
  Uint8Array.from({ length: count }, () => Number(random() < share));

/** What removing random subsets takes from the score. */
interface Removal extends ScoreDrops {
  /** For each map its sum over each subset; in float32, so that sums of the same numbers in another order are one. */
  readonly sums: readonly Float32Array[];
}

/**
 * Removes subsets of pieces, one forward pass each whatever the number of maps.
 * @param draw one subset, from its stream.
 * @throws AbortedError.
 */
export async function removeSubsets(
  measured: MeasureCase,
  maps: readonly MeasuredMap[],
  label: string,
  count: number,
  draw: (index: number, random: () => number, pieces: number) => Uint8Array,
  options: SubsetOptions,
  run: RunOptions,
): Promise<Removal> {
  const { input, network } = measured.look;
  const pieces = cutPieces(input, options.pieces, options.cells);
  const subset = (index: number) => draw(index, streamOf(measured.seed, index), pieces.count);
  const removed = removedInput(measured, options.fill);
  const channels = network.inputShape[2];
  const write = (index: number, into: Float32Array) => {
    const inside = subset(index);
    for (let i = 0; i < into.length; i++) {
      if (inside[pieces.labels[Math.floor(i / channels)]!] === 1) into[i] = removed[i]!;
    }
  };
  const drops = await scoreDrops(measured, { label, count, write, options }, run);
  const masses = maps.map(({ values }) => labelSums(values, pieces.labels, pieces.count));
  const sums = maps.map(() => new Float32Array(count));
  for (let index = 0; index < count; index++) {
    // Made again rather than kept: after an interruption most were never made.
    const inside = subset(index);
    masses.forEach((mass, map) => {
      sums[map]![index] = sumOver(inside, mass);
    });
  }
  return { ...drops, sums };
}

function sumOver(inside: Uint8Array, mass: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < inside.length; i++) if (inside[i] === 1) sum += mass[i]!;
  return sum;
}

/** A correlation of a map's sums with drops as an outcome; null with a note where one of them does not vary. */
export function correlationOutcome(
  sums: Float32Array,
  { drops, rounding }: ScoreDrops,
  correlate = correlation,
): { readonly value: number } | { readonly value: null; readonly notes: readonly [string] } {
  if (!(spanOf(drops) > rounding))
    return { value: null, notes: ['the score is the same whichever pixels are removed'] };
  if (!(spanOf(sums) > 0)) return { value: null, notes: ['the map has the same sum over every subset'] };
  return { value: correlate(sums, drops) };
}
