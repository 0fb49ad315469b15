import { WhylightError } from '../errors';
import { correlation } from '../statistics/correlation';
import { ranks } from '../statistics/rank-correlation';
import type { MeasuredMap } from './define-measure';

type AgreementMap = Pick<MeasuredMap, 'name' | 'values' | 'signed'>;

/** How far several maps of one photo say the same. Matrices are in the maps' order, and symmetric. */
export interface Agreement {
  readonly names: readonly string[];
  /** Spearman's rank correlation of the positive parts; null where one of the two has the same value everywhere. */
  readonly correlations: readonly (readonly (number | null)[])[];
  /**
   * Intersection over union of the highest pixels: of those that tie at the cut each counts by the share of them that
   * there is room for. Null where one of the two has no positive value.
   */
  readonly overlaps: readonly (readonly (number | null)[])[];
  /** How many pixels are the highest, as a share of all. */
  readonly top: number;
  /**
   * What both are in the mean of maps whose pixels are shuffled. Smooth maps scatter more about it than rough ones, for
   * their pixels are not as many independent values.
   */
  readonly chance: { readonly correlation: 0; readonly overlap: number };
  /** What the numbers do not tell, in sentences. */
  readonly notes: readonly string[];
}

/**
 * How far maps of one photo and target agree, pair by pair.
 *
 * Maps with a sign and maps without are compared by what they have in common: max(0, v), what speaks for the target. A
 * map without a sign has in it what speaks against as well, which the notes say.
 *
 * @param top share of the pixels that are the highest. Default 0.1.
 * @throws WhylightError for maps of different sizes, and a share that is not above 0 and below 1.
 */
export function mapAgreement(maps: readonly AgreementMap[], top = 0.1): Agreement {
  if (!(top > 0 && top < 1)) throw new WhylightError(`top: ${top} (allowed: above 0, below 1)`);
  const size = maps[0]?.values.length ?? 0;
  const wrong = maps.find(({ values }) => values.length !== size);
  if (wrong !== undefined) {
    throw new WhylightError(
      `the map by ${wrong.name} has ${wrong.values.length} values, the one by ${maps[0]!.name} ${size}`,
    );
  }
  const count = Math.max(1, Math.round(top * size));
  const positive = maps.map(({ values }) => values.map((value) => Math.max(0, value)));
  const places = positive.map((values) => (values.every((value) => value === values[0]) ? null : ranks(values)));
  const highest = positive.map((values) => (values.some((value) => value > 0) ? highestPixels(values, count) : null));
  return {
    names: maps.map(({ name }) => name),
    correlations: pairs(places, correlation),
    overlaps: pairs(highest, overlap),
    top,
    chance: { correlation: 0, overlap: size === 0 ? 0 : overlapByChance(size, count) },
    notes: notesOn(maps, positive),
  };
}

/** A symmetric matrix of what two are to one another; null where one of them is. */
function pairs<T>(all: readonly (T | null)[], value: (a: T, b: T) => number): (number | null)[][] {
  return all.map((a, i) =>
    all.map((b, j) => {
      if (a === null || b === null) return null;
      if (i === j) return 1;
      return i < j ? value(a, b) : value(b, a);
    }),
  );
}

/** 1 for the pixels above the cut, for those at it the share that there is room for, and else 0. */
function highestPixels(values: Float32Array, count: number): Float64Array {
  const cut = values.slice().sort()[values.length - count]!;
  let [above, ties] = [0, 0];
  for (const value of values) {
    if (value > cut) above++;
    else if (value === cut) ties++;
  }
  const share = (count - above) / ties;
  return Float64Array.from(values, (value) => (value > cut ? 1 : value === cut ? share : 0));
}

function overlap(a: Float64Array, b: Float64Array): number {
  let [both, either] = [0, 0];
  a.forEach((one, i) => {
    both += Math.min(one, b[i]!);
    either += Math.max(one, b[i]!);
  });
  return both / either;
}

/** The mean intersection over union of two random sets of `count` of `size` pixels: their intersection is hypergeometric. */
function overlapByChance(size: number, count: number): number {
  const least = Math.max(0, 2 * count - size);
  // Weights by their ratio, from the likeliest on both ways, so that none overflows.
  const likeliest = Math.min(count, Math.max(least, Math.floor((count + 1) ** 2 / (size + 2))));
  const ratio = (i: number) => (count - i) ** 2 / ((i + 1) * (size - 2 * count + i + 1));
  let [sum, total] = [0, 0];
  const take = (i: number, weight: number) => {
    total += weight;
    sum += (weight * i) / (2 * count - i);
  };
  for (let i = likeliest, weight = 1; i <= count && weight > 0; weight *= ratio(i), i++) take(i, weight);
  for (let i = likeliest - 1, weight = 1; i >= least && weight > 0; i--) {
    weight /= ratio(i);
    take(i, weight);
  }
  return sum / total;
}

function notesOn(maps: readonly AgreementMap[], positive: readonly Float32Array[]): string[] {
  const empty = maps.filter((_, i) => !positive[i]!.some((value) => value > 0));
  const notes = empty.map(({ name }) => `the map by ${name} has no positive value`);
  const [signed, unsigned] = [maps.filter((map) => map.signed), maps.filter((map) => !map.signed)];
  if (signed.length === 0 || unsigned.length === 0) return notes;
  const names = (some: readonly AgreementMap[]) => some.map(({ name }) => name).join(', ');
  return [
    ...notes,
    `of ${names(signed)} what speaks against the target is left out; in ${names(unsigned)}, without a sign, it counts as much as what speaks for it`,
  ];
}
