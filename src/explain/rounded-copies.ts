import type { Network } from './network/network';
import type { Precision } from './network/operations/operation';
import { type Perturbations, perturb } from './perturbation';
import { roundingOf } from './quality';
import type { Quality } from './quality-names';
import { seededRandom, shuffled, streamOf } from './random';
import { columnOf } from './scored-copies';

/** Copies that are also computed in float32, so that a result can state its error. */
const CHECK = 24;

/** How often the errors of those are dealt out to all copies. */
const DRAWS = 2;

/** How much further a map may be off than those of errors dealt out are from it: no more in 95 % of the maps tried (bench/rounding.mjs). */
const FURTHER = 3;

/** What rounding did to the scores of some copies. */
interface RoundingCheck {
  /** Rounded less exact, checked × width. */
  readonly errors: Float32Array;
  readonly checked: number;
  readonly width: number;
  readonly seed: number;
}

/** Scores of copies, and what is known of their rounding. */
export interface RoundedScores {
  /** Count × width. */
  readonly scores: Float32Array;
  /** What convolutions that gain by it multiplied in. */
  readonly precision: Precision;
  /** Null where they are exact. */
  readonly check: RoundingCheck | null;
  /** Why they are exact although less was asked for. */
  readonly notes: readonly string[];
}

/**
 * `perturb` at a quality: where it is taken, in bfloat16, and of 24 copies in float32 too.
 * @param seed of the choice of those copies.
 */
export async function perturbAt(
  quality: Quality,
  network: Network,
  input: Float32Array,
  perturbations: Perturbations,
  seed = 0,
): Promise<RoundedScores> {
  const { precision, notes } = await roundingOf(quality);
  const scores = await perturb(network, input, { ...perturbations, precision });
  if (precision === 'float32') return { scores, precision, check: null, notes };
  const { count, width, label, key, write } = perturbations;
  const sample = shuffled(
    Array.from({ length: count }, (_, index) => index),
    seededRandom(seed),
  ).slice(0, CHECK);
  const exact = await perturb(network, input, {
    ...perturbations,
    label: `${label}, check`,
    key: [key, 'check'],
    count: sample.length,
    write: (at, into) => write(sample[at]!, into),
  });
  const errors = exact.map((value, i) => scores[sample[Math.floor(i / width)]! * width + (i % width)]! - value);
  return { scores, precision, check: { errors, checked: sample.length, width, seed }, notes };
}

/** Scores that might as well have come out: to each copy's the error of one of those that were checked. Of exact ones none. */
export function otherScores({ scores, check }: RoundedScores): Float32Array[] {
  if (check === null) return [];
  const { errors, checked, width, seed } = check;
  return Array.from({ length: DRAWS }, (_, draw) => {
    const random = streamOf(seed, draw);
    const others = scores.slice();
    for (let copy = 0; copy < scores.length / width; copy++) {
      const from = Math.floor(random() * checked);
      for (let i = 0; i < width; i++) others[copy * width + i]! += errors[from * width + i]!;
    }
    return others;
  });
}

/**
 * A note on what rounding did to a map.
 * @param column of the scores, from which the map was made.
 * @param maps what the same would have made of `otherScores`.
 */
export function roundingNotes(
  { check, notes }: RoundedScores,
  column: number,
  values: Float32Array,
  maps: readonly Float32Array[],
): readonly string[] {
  if (check === null) return notes;
  const away = columnOf(check.errors, check.width, column).map(Math.abs);
  const mean = away.reduce((sum, value) => sum + value, 0) / away.length;
  const most = away.reduce((a, b) => Math.max(a, b), 0);
  return [
    `multiplied in bfloat16: of ${check.checked} copies computed exactly too the score is off by ${small(mean)} on average ` +
      `and ${small(most)} at most, and the map by at most ${small(100 * FURTHER * distance(values, maps))} % of its range ` +
      '(a bound that held for 95 % of the maps tried)',
  ];
}

const small = (value: number) => (value === 0 ? '0' : value.toPrecision(2));

/** The largest difference of any map from the first, as a share of its range. */
function distance(values: Float32Array, maps: readonly Float32Array[]): number {
  let [lowest, highest, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  for (const map of maps) for (let i = 0; i < map.length; i++) most = Math.max(most, Math.abs(map[i]! - values[i]!));
  return highest > lowest ? most / (highest - lowest) : 0;
}
