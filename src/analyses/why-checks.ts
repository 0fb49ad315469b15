import type { Attribution } from '../explain/attribution';
import { type Cells, cellArea, cellMask, cellMeans, fifths, moved, rankCells } from '../explain/cells';
import { decisionMargin } from '../explain/decision-margin';
import { WhylightError } from '../explain/errors';
import type { MethodCall } from '../explain/explain-all';
import { type Look, look as lookAt } from '../explain/look';
import { targetQuestion } from '../explain/measures/remake';
import type { Network } from '../explain/network/network';
import { randomParameters } from '../explain/network/random-parameters';
import { perturb } from '../explain/perturbation';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { seededRandom } from '../explain/random';
import { estimateMean } from '../explain/statistics/estimate';
import { rankCorrelation } from '../explain/statistics/rank-correlation';
import { type ResolvedTarget, targetLogit } from '../explain/target';

/** What covering the places that a map ranks first takes from a score, against the same shapes at other places. */
export interface Deletion {
  /** Shares of the input that are covered, one after another. */
  readonly shares: readonly number[];
  /** Score uncovered. */
  readonly before: number;
  /** Score at each share, with the map's best cells covered, and its mean. */
  readonly own: readonly number[];
  readonly mean: number;
  /** The same shapes, moved as a whole: how many places, and the scores' mean, least and largest at each share. */
  readonly places: number;
  readonly others: readonly number[];
  readonly lowest: readonly number[];
  readonly highest: readonly number[];
  readonly othersMean: number;
  /** The least and the largest of the places' own means over the shares. */
  readonly othersLeast: number;
  readonly othersLargest: number;
  /**
   * Mean over the places of what they leave more than the map's own, with its 95 % interval as if they were independent;
   * null where it has no end. They overlap and are of one photo: it tells how they scatter, and tests nothing.
   */
  readonly difference: { readonly value: number; readonly low: number | null; readonly high: number | null };
  /** Places at which covering takes at least as much. */
  readonly atLeast: number;
  /** (1 + atLeast) / (1 + places): exact, were the map's place drawn by lot. */
  readonly p: number;
}

/** A target's score for coverings: its lead over the best other class in logits; what is no class has its own score. */
function leadOf(network: Network, raw: Float32Array, target: ResolvedTarget): (raw: Float32Array) => number {
  const undecided = target.index === null || network.output === 'linear' || network.classes.length < 2;
  if (undecided) return target.score ?? ((outputs) => targetLogit(target, outputs));
  return decisionMargin(network, raw, targetQuestion(target));
}

/** What decides a deletion beside the maps. */
interface DeletionPlan {
  readonly cells: Cells;
  /** H×W×C: what a covered pixel shows. */
  readonly filling: Float32Array;
  /** Shares to cover, about: whole cells are. */
  readonly shares: readonly number[];
  readonly seed: number;
}

/**
 * Covers the cells that each map ranks first, and the same shapes moved over the input by whole fifths of its sides (what
 * leaves it comes in on its other side), and compares the scores. Nearer places would cover much of the same.
 */
export async function deletions(
  { network, input, outputs }: Look,
  target: ResolvedTarget,
  maps: readonly Attribution[],
  { cells, filling, shares, seed }: DeletionPlan,
  run: RunOptions,
): Promise<Deletion[]> {
  const random = seededRandom(seed);
  const all = cells.rows * cells.columns;
  const counts = [...new Set(shares.map((share) => Math.max(1, Math.round(share * all))))];
  const lead = leadOf(network, outputs, target);
  const moves = fifths(input.height, input.width);
  const shapes = maps.map((map) => {
    const order = rankCells(cellMeans(map.values, cells), random);
    return counts.map((count) => ({
      mask: cellMask(cells, order.slice(0, count)),
      area: cellArea(cells, order.slice(0, count)),
    }));
  });
  const coverings = shapes.flatMap((own) => moves.flatMap((move) => own.map(({ mask }) => ({ mask, move }))));
  const channels = input.values.length / (input.height * input.width);
  const scores = await perturb(network, input.values, {
    ...run,
    // A fill is no part of a journal's key.
    journal: null,
    count: coverings.length,
    write: (index, into) => {
      const { mask, move } = coverings[index]!;
      moved(mask, input, move).forEach((inside, at) => {
        if (inside !== 0) into.set(filling.subarray(at * channels, (at + 1) * channels), at * channels);
      });
    },
    targets: [target],
    width: 1,
    score: (raw, into) => {
      into[0] = lead(raw);
    },
    label: 'covering what the maps rank first',
    key: seed,
  });
  const each = coverings.length / maps.length;
  return maps.map((_, at) => {
    const own = Array.from(scores.subarray(at * each, (at + 1) * each));
    const areas = shapes[at]!.map(({ area }) => area);
    return deletionOf(own, areas, lead(outputs));
  });
}

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param scores of the map's own place first, each place at all shares. */
function deletionOf(scores: readonly number[], shares: readonly number[], before: number): Deletion {
  const count = shares.length;
  const rows = Array.from({ length: scores.length / count }, (_, i) => scores.slice(i * count, (i + 1) * count));
  const [own, ...others] = rows as [number[], ...number[][]];
  const mean = meanOf(own);
  const means = others.map(meanOf);
  const atShare = (of: (values: readonly number[]) => number) => shares.map((_, i) => of(others.map((one) => one[i]!)));
  // What differs by rounding alone is equal, and counts against the map.
  const slack = 1e-5 * Math.max(1, Math.abs(mean));
  const atLeast = means.filter((one) => one <= mean + slack).length;
  const unbounded = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  const { value, low, high } =
    means.length === 0
      ? { value: 0, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
      : estimateMean(
          means.map((one) => one - mean),
          unbounded,
        );
  const end = (one: number) => (Number.isFinite(one) ? one : null);
  return {
    shares,
    before,
    own,
    mean,
    places: others.length,
    others: atShare(meanOf),
    lowest: atShare((values) => Math.min(...values)),
    highest: atShare((values) => Math.max(...values)),
    othersMean: means.length === 0 ? mean : meanOf(means),
    othersLeast: means.length === 0 ? mean : Math.min(...means),
    othersLargest: means.length === 0 ? mean : Math.max(...means),
    difference: { value, low: end(low), high: end(high) },
    atLeast,
    p: (1 + atLeast) / (1 + others.length),
  };
}

const isFlat = (values: ArrayLike<number>) => Array.prototype.every.call(values, (value) => value === values[0]);

/** Rank correlation of two maps over cells; null where one of them is the same everywhere. */
export function alikeness(a: Float32Array, b: Float32Array, cells: Cells): number | null {
  const [one, other] = [cellMeans(a, cells), cellMeans(b, cells)];
  return isFlat(one) || isFlat(other) ? null : rankCorrelation(one, other);
}

/** How much alike two maps rank the cells. */
export interface PlaceAgreement {
  /** Rank correlation over the cells; null where one map is the same everywhere. */
  readonly correlation: number | null;
  /** Other places to which the second map is moved. */
  readonly places: number;
  /** Of these those at which they correlate at least as much. */
  readonly atLeast: number | null;
  /** (1 + atLeast) / (1 + places). */
  readonly p: number | null;
}

/** The rank correlation of two maps, among those of the first with the second moved by whole fifths of its sides. */
export function placeAgreement(a: Float32Array, b: Float32Array, cells: Cells): PlaceAgreement {
  const moves = fifths(cells.height, cells.width);
  const correlation = alikeness(a, b, cells);
  if (correlation === null) return { correlation, places: moves.length - 1, atLeast: null, p: null };
  const others = moves.slice(1).map((move) => alikeness(a, moved(b, cells, move), cells) ?? -1);
  const atLeast = others.filter((one) => one >= correlation - 1e-9).length;
  return { correlation, places: others.length, atLeast, p: (1 + atLeast) / (1 + others.length) };
}

/**
 * The maps of the same photo by networks of the same form whose weights are drawn anew, as before any training: method by
 * method, one for each draw; null where a drawn network gives no finite number.
 */
export async function redrawnMaps(
  at: Look,
  target: ResolvedTarget,
  calls: readonly MethodCall[],
  { draws, seed }: { readonly draws: number; readonly seed: number },
  run: RunOptions,
): Promise<(Float32Array | null)[][]> {
  const { network, photo, input } = at;
  const maps: (Float32Array | null)[][] = calls.map(() => []);
  const { onProgress, ...quiet } = run;
  for (let draw = 0; draw < draws; draw++) {
    onProgress?.({ label: 'maps of untrained networks', done: draw, total: draws });
    const parameters = randomParameters(network.graph, network.inputShape, seed + draw);
    const drawing = lookAt({ ...network, parameters, weightsSha256: `drawn anew, seed ${seed + draw}` }, photo, input);
    try {
      for (const [i, { method, options }] of calls.entries()) {
        maps[i]!.push(
          await mapOrNull(() =>
            method.explain(drawing, [targetQuestion(target)], { ...options, ...quiet, journal: null }),
          ),
        );
        await yieldToEvents(run.signal);
      }
    } finally {
      drawing.close();
    }
  }
  return maps;
}

async function mapOrNull(make: () => Promise<readonly Attribution[]>): Promise<Float32Array | null> {
  try {
    return (await make())[0]!.values;
  } catch (error) {
    if (error instanceof WhylightError && error.message.startsWith('the network answers')) return null;
    throw error;
  }
}
