import { WhylightError } from '../errors';
import { seededRandom } from '../random';

/** The place of one of several competitors. */
export interface RankChance {
  /** 1 is the best; of equal means the mean place. */
  readonly rank: number;
  /** Places between which it lies in 95 % of the draws. */
  readonly low: number;
  readonly high: number;
  /** Share of the draws in which it has each place, the first first; equal means share their places. */
  readonly chances: readonly number[];
}

/** How ranks are drawn by lot. */
export interface RankOptions {
  readonly better: 'higher' | 'lower';
  /** Default 1000. */
  readonly draws?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * How sure a ranking is: the competitors' means over networks × photos are ranked anew in draws with replacement, of
 * photos and, where there are several, of networks, crossed: each draw takes the same ones for all competitors.
 *
 * @param values by competitor, network and photo; the same photos for all.
 * @throws WhylightError for lists of different lengths, and for none.
 */
export function rankChances(
  values: readonly (readonly (readonly number[])[])[],
  { better, draws = 1000, seed = 0 }: RankOptions,
): RankChance[] {
  const [networks, photos] = [values[0]?.length ?? 0, values[0]?.[0]?.length ?? 0];
  if (networks === 0 || photos === 0) throw new WhylightError('nothing to rank');
  if (values.some((rows) => rows.length !== networks || rows.some((row) => row.length !== photos)))
    throw new WhylightError(`competitors were not all measured on the same ${networks} networks and ${photos} photos`);
  const sign = better === 'higher' ? -1 : 1;
  const random = seededRandom(seed);
  const lot = (count: number) => {
    const times = new Float64Array(count);
    for (let i = 0; i < count; i++) times[Math.floor(random() * count)]! += 1;
    return times;
  };
  const placesOf = (ofNetwork: Float64Array, ofPhoto: Float64Array) =>
    places(values.map((rows) => sign * weightedMean(rows, ofNetwork, ofPhoto)));
  const one = (count: number) => new Float64Array(count).fill(1);
  const whole = placesOf(one(networks), one(photos));
  const lots = Array.from({ length: draws }, () => placesOf(networks > 1 ? lot(networks) : one(1), lot(photos)));
  return values.map((_, k): RankChance => {
    const chances = new Array<number>(values.length).fill(0);
    for (const draw of lots) {
      const { first, last } = draw[k]!;
      for (let place = first; place <= last; place++) chances[place - 1]! += 1 / (last - first + 1) / draws;
    }
    const sorted = lots.map((draw) => (draw[k]!.first + draw[k]!.last) / 2).sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(draws - 1, Math.floor(share * draws))]!;
    return { rank: (whole[k]!.first + whole[k]!.last) / 2, low: at(0.025), high: at(0.975), chances };
  });
}

function weightedMean(rows: readonly (readonly number[])[], ofNetwork: Float64Array, ofPhoto: Float64Array): number {
  let [sum, weight] = [0, 0];
  rows.forEach((row, n) => {
    if (ofNetwork[n] === 0) return;
    row.forEach((value, p) => {
      const times = ofNetwork[n]! * ofPhoto[p]!;
      sum += times * value;
      weight += times;
    });
  });
  return sum / weight;
}

/** First and last place of each, the least first. Means that differ by rounding alone are equal. */
function places(means: readonly number[]): { readonly first: number; readonly last: number }[] {
  const slack = 1e-12 * Math.max(...means.map(Math.abs));
  return means.map((mean) => {
    const before = means.filter((other) => other < mean - slack).length;
    const equal = means.filter((other) => Math.abs(other - mean) <= slack).length;
    return { first: before + 1, last: before + equal };
  });
}
