import { BATCH_WORK, batchSize } from '../batch-size';
import type { Network } from '../network';
import { nodeShapes } from '../node-shapes';
import type { Precision } from '../operations/operation';
import { MANY } from './forward';
import { planCost } from './window-cost';
import { planWindows, type WindowRules } from './window-plan';

/** A copy's rectangle. */
export interface Place {
  /** What its caller knows it by. */
  readonly index: number;
  /** First row and column, in px. */
  readonly top: number;
  readonly left: number;
}

/** Copies are run whole, as any batch of images, most of them this many at once. */
export interface WholeCopies {
  readonly usual: number;
}

/** Rectangles that are run together, and how their windows are followed. */
export interface WindowBatch {
  readonly rules: WindowRules | WholeCopies;
  readonly places: readonly Place[];
}

/** Every rectangle that may be run: the positions of a grid, by row and column. */
export interface RectangleGrid {
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
  /** `[height, width]` in px. */
  readonly size: readonly [number, number];
}

/** Px. Copies begin at multiples of the period: a longer one lets windows reach deeper layers, but makes more groups. */
const PERIODS = [8, 16, 32, 64] as const;

/** Of its map, up to which a window is followed. */
const SHARES = [0.4, 0.55, 0.7, 0.85, 1] as const;

/** How many grid positions apart, along both axes, those of each stage are: a coarse picture first. */
export const STAGES = [4, 2, 1] as const;

/** Px. Places nearer than this in the period are always run together. */
const FINEST = 4;

/** Copies of one batch, at most. */
const MOST = 256;

/**
 * What a whole pass takes of its reckoned work where it is compiled, as windows cannot be. Measured on two cores: 0.53 (an
 * EfficientNet) to 0.95 (VGG-16).
 */
const COMPILED = 0.8;

/** Multiply-adds that compiling it is worth: 0.4 seconds. */
const COMPILING = 40e9;

/** Copies of such a batch, at least: smaller ones gain little. */
const LEAST = 8;

/**
 * Orders positions from coarse to fine, in batches of rectangles that lie alike in a period, for those have the smallest
 * windows together. Chooses for each stage the period, the share and how alike by what they cost; from shapes and places
 * alone, so that the same call gives the same bytes. Where windows would save next to nothing, as where a gate ends them
 * early, copies are run whole.
 *
 * @param indices the positions to run, as indices of the grid, row by row.
 * @param growth and `gates` as of `WindowRules`; `precision` as of the session that will run them.
 */
export function scheduleWindows(
  { graph, inputShape }: Pick<Network, 'graph' | 'inputShape'>,
  grid: RectangleGrid,
  indices: readonly number[],
  {
    memoryMB,
    growth = 1,
    gates,
    precision,
  }: { readonly memoryMB: number; readonly precision?: Precision } & Pick<WindowRules, 'growth' | 'gates'>,
): WindowBatch[] {
  const shapes = nodeShapes(graph, inputShape);
  const places = indices.map((index): Place => {
    const [row, column] = [Math.floor(index / grid.lefts.length), index % grid.lefts.length];
    return { index, top: grid.tops[row]!, left: grid.lefts[column]! };
  });
  const stageOf = ({ index }: Place) =>
    STAGES.findIndex(
      (step) => Math.floor(index / grid.lefts.length) % step === 0 && (index % grid.lefts.length) % step === 0,
    );
  const usual = Math.min(batchSize({ graph, inputShape }, memoryMB), Math.floor(indices.length / MANY));
  const none = { windows: new Map(), whole: new Set(graph.map(({ name }) => name)) };
  const wholeWork = usual < LEAST ? Number.POSITIVE_INFINITY : COMPILED * planCost(graph, shapes, none, precision).work;
  return STAGES.flatMap((_, stage) => {
    const some = places.filter((place) => stageOf(place) === stage);
    let best: { batches: WindowBatch[]; cost: number } = {
      batches: usual < LEAST ? [] : filled(some, usual).map((part) => ({ rules: { usual }, places: part })),
      cost: COMPILING + some.length * wholeWork,
    };
    for (const period of PERIODS) {
      for (let grain = period; grain >= FINEST; grain /= 2) {
        const groups = groupPlaces(some, period, grain);
        for (const share of growth < 1 ? [1] : SHARES) {
          const rules = { period, share, growth, gates };
          const plan = planWindows(graph, shapes, widest(grid, groups, period), rules);
          const { work, batchWork, bytes } = planCost(graph, shapes, plan, precision);
          const most = Math.max(1, Math.floor(Math.min(MOST, (memoryMB * 1e6) / (2 * bytes), BATCH_WORK / work)));
          const parts = groups.flatMap((group) => evenly(group, most));
          const cost = some.length * work + parts.length * batchWork;
          if (cost < best.cost) best = { batches: parts.map((part) => ({ rules, places: part })), cost };
        }
      }
    }
    return best.batches;
  });
}

/** The change that holds that of every copy of a group, where they differ most. */
function widest({ size }: RectangleGrid, groups: readonly (readonly Place[])[], period: number) {
  const spread = (edge: (place: Place) => number) => {
    let most = 0;
    for (const group of groups) {
      let [least, last] = [period, 0];
      for (const place of group) {
        least = Math.min(least, edge(place) % period);
        last = Math.max(last, edge(place) % period);
      }
      most = Math.max(most, last - least);
    }
    return most;
  };
  return [
    { start: 0, length: size[0] + spread(({ top }) => top) },
    { start: 0, length: size[1] + spread(({ left }) => left) },
  ] as const;
}

/** Places in groups, by where in the period they lie, to `grain` px. */
function groupPlaces(places: readonly Place[], period: number, grain: number): Place[][] {
  const groups = new Map<number, Place[]>();
  for (const place of places) {
    const [down, across] = [place.top, place.left].map((edge) => Math.floor((edge % period) / grain));
    const key = down! * period + across!;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [place]);
    else group.push(place);
  }
  return [...groups.values()];
}

/** Parts of this length, and the rest. */
function filled<T>(all: readonly T[], length: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / length) }, (_, i) => all.slice(i * length, (i + 1) * length));
}

/** Parts of nearly equal length, at most `length`. */
function evenly<T>(all: readonly T[], length: number): T[][] {
  const count = Math.ceil(all.length / length);
  return Array.from({ length: count }, (_, i) =>
    all.slice(Math.floor((i * all.length) / count), Math.floor(((i + 1) * all.length) / count)),
  );
}
