import { z } from 'zod';
import type { BestClasses, OcclusionGrid } from '../attribution';
import { WhylightError } from '../errors';
import { jointJournal } from '../journal';
import type { Look } from '../look';
import { type IncrementalSession, openIncremental } from '../network/executors/incremental';
import { hasGates } from '../network/executors/window-plan';
import { nodeShapes } from '../network/node-shapes';
import type { Precision } from '../network/operations/operation';
import { qualityOption, roundingOf } from '../quality';
import { perturbRectangles } from '../rectangle-perturbation';
import { columnOf, logitFunction } from '../scored-copies';
import { classScores, type ResolvedTarget } from '../target';
import { defineMethod, type MethodOptions, type MethodRun } from './define-method';
import { fillImage, occlusionFills } from './occluder-fill';
import {
  approximateScores,
  isExact,
  largestCoarse,
  recorded,
  type ScorePositions,
  validateApproximation,
} from './occlusion-approximate';
import { coarselyFilled, meanOverWindows } from './occlusion-map';
import type { Outcome } from './result';

const pixels = z.int().min(1);
const pair = z.union([pixels, z.tuple([pixels, pixels]).readonly()]);

const schema = z.strictObject({
  size: pair.default(16).meta({ description: 'occluder’s side, or [height, width]', unit: 'px of the input' }),
  stride: pair.optional().meta({
    description: 'step between positions, or [down, across]; default: half the size',
    unit: 'px of the input',
  }),
  fill: z
    .enum(occlusionFills)
    .default('black')
    .meta({
      description:
        'black: 0 in pixel space, as in the source paper; zero: 0 after preprocessing (the training data’s mean, Captum’s ' +
        'default); mean: the photo’s mean colour; blur: the photo blurred by the occluder’s size; noise: uniform noise',
    }),
  seed: z.int().default(0).meta({ description: 'of the noise, and of the positions that check an approximation' }),
  quality: qualityOption('besides, coarse 2 unless it is set (where there are positions enough)'),
  growth: z.number().gt(0).max(1).default(1).meta({
    description: 'what an occluder changes is followed over at most this share of each axis of a feature map; 1: exact',
  }),
  gates: z
    .enum(['exact', 'frozen'])
    .default('exact')
    .meta({
      description:
        'frozen: a vector that multiplies the channels of a map (squeeze and excitation) keeps its value of the photo without ' +
        'an occluder, so that changes are followed past it; exact: from the first such product on the whole network is run',
    }),
  coarse: z
    .int()
    .min(1)
    .default(1)
    .meta({
      description:
        'every how many-th position, along each axis, comes first; the rest is interpolated or refined; three along an ' +
        'axis are the fewest; 1: every one',
    }),
  refine: z.number().min(0).max(1).optional().meta({
    description:
      'with coarse: share of the rest that is computed too, where the coarse map changes most; default: 0.25',
  }),
  check: z.int().min(0).optional().meta({
    description:
      'positions of an approximation that are also computed exactly, so that the result can state its error; default: 24',
  }),
});

/** Options of occlusion sensitivity. */
export type OcclusionOptions = MethodOptions<typeof schema>;
/** How a map may be less than exact; by default it is exact. */
export type ApproximationOptions = Pick<
  OcclusionOptions,
  'quality' | 'growth' | 'gates' | 'coarse' | 'refine' | 'check'
>;
type Options = z.output<typeof schema>;

export const zeiler2014 = `@inproceedings{zeiler2014visualizing, author = {Zeiler, Matthew D. and Fergus, Rob},
  title = {Visualizing and Understanding Convolutional Networks}, booktitle = {ECCV}, year = {2014}, eprint = {1311.2901}}`;

export const occlusionMethod = defineMethod({
  name: 'occlusion',
  title: 'Occlusion sensitivity',
  unit: 'drop of the logit',
  bibtex: zeiler2014,
  formula: String.raw`O_c(i,j) = P\bigl(c \mid I \circ (1 - m_{ij})\bigr)`,
  where: '$m_{ij}$ is one inside the occluder at position $(i,j)$ and zero elsewhere',
  text: [
    String.raw`An occluder of $p \times q$ pixels moves over the image by a stride $s$ [@zeiler2014visualizing]. With $m_{ij}$ one inside its window and zero elsewhere, the map is the probability of the class as a function of the position:`,
    { formula: String.raw`O_c(i,j) = P\bigl(c \mid I \circ (1 - m_{ij})\bigr)` },
    'It falls where the evidence is covered, and rises where the evidence for a rival is. A patch overturns the decision where, with it in place, another class is the most probable one. No gradient is needed.',
  ],
  sentence: 'covers a part of the image at each of many positions and records the score that is left',
  use: 'to test what matters by covering it: no gradient, and one run serves every class',
  avoid: 'where what is covered stands in for nothing: the fill is itself a picture that the network answers to',
  cost: 'part of a forward pass for each position of the occluder',
  passes: (options, { inputShape: [height, width] }) => {
    const { tops, lefts } = windowsOf({ height, width }, options);
    return Math.ceil((0.4 * tops.length * lefts.length) / options.coarse ** 2);
  },
  needs: [],
  perTarget: 'nothing',
  schema,
  explain: async (look, targets, options, run) => {
    const { network, input } = look;
    const windows = windowsOf(input, options);
    const { size, tops, lefts } = windows;
    const isGated = hasGates(network.graph, nodeShapes(network.graph, network.inputShape));
    const { precision, notes } = await roundingOf(options.quality);
    const approximation = { ...drafted(options, [tops.length, lefts.length]), precision };
    // By what was asked for: on another processor the same is no mistake.
    const request = options.quality === 'exact' ? 'float32' : 'bfloat16';
    validateApproximation({ ...approximation, precision: request }, [tops.length, lefts.length], isGated);
    const change = {
      size,
      filling: fillImage(input, network.preprocessing, options.fill, Math.max(...size), options.seed),
      copies: tops.length * lefts.length,
    };
    const sessions = new Map<Precision, IncrementalSession>();
    const session = (inside: Precision) => {
      const open = sessions.get(inside) ?? openIncremental(network, input.values, change, inside);
      sessions.set(inside, open);
      return open;
    };
    const joint = run.journal ? jointJournal(run.journal) : null;
    const how = { windows, isGated, precision, session, notes, run: { ...run, journal: joint } };
    try {
      const outcomes = await occlude(look, targets, approximation, how);
      joint?.close();
      return outcomes;
    } finally {
      for (const open of sessions.values()) open.close();
    }
  },
});

/**
 * Occlusion sensitivity (Zeiler and Fergus 2014, arXiv:1311.2901): the target's score as an occluder slides over the
 * photo. Two views in one result: `grid` holds logit and probability at every position (the source paper's picture),
 * `values` the attribution, at each pixel the mean of y − y_occluded over the windows that cover it, the last window
 * of an axis clipped at the edge (Captum's definition). Signed, in logits, H×W of the input.
 * For 10×10 at stride 5 on 224 px that is 1,936 positions; of each only what the occluder can change is computed (all
 * where that is nearly all), exactly, unless `growth`, `gates` or `coarse` ask for less. A coarse grid of positions comes
 * first: `onProgress` can show it.
 *
 * @throws WhylightError for a size, stride, fill or approximation that cannot be; AbortedError when interrupted.
 */
export const occlusion: typeof occlusionMethod.run = occlusionMethod.run;

/** Of a draft, where nothing else was said, every second position comes first. */
function drafted(options: Options, positions: readonly [number, number]): Options {
  if (options.quality !== 'draft') return options;
  const { coarse } = options;
  return { ...options, coarse: coarse === 1 ? Math.min(2, largestCoarse(positions)) : coarse };
}

interface OccluderRun {
  readonly windows: Windows;
  readonly precision: Precision;
  /** Why it is float32 although less was asked for. */
  readonly notes: readonly string[];
  /** Whether the network has gates of channels. */
  readonly isGated: boolean;
  readonly session: (precision: Precision) => IncrementalSession;
  readonly run: MethodRun;
}

/** The maps of targets for which the same positions are run. */
async function occlude(
  { network, input }: Look,
  targets: readonly ResolvedTarget[],
  options: Options,
  { windows, isGated, precision, notes: why, session, run }: OccluderRun,
): Promise<Outcome[]> {
  const { size, stride, tops, lefts } = windows;
  const { fill, seed, growth, gates, coarse, refine = 0.25, check = 24 } = options;
  const approximation = { growth, gates, coarse, refine, check, precision };
  const exact = isExact(approximation);
  // Of each position: logit and probability of each target, then the best class and its probability.
  const width = 2 * targets.length + 2;
  const logits = targets.map(logitFunction);
  const score = (raw: Float32Array, into: Float32Array) => {
    const { probabilities } = classScores(network, raw);
    targets.forEach((target, i) => {
      into[2 * i] = logits[i]!(raw);
      into[2 * i + 1] = target.index === null ? 0 : (probabilities?.[target.index] ?? 0);
    });
    if (probabilities === null) return;
    let best = 0;
    for (let i = 1; i < probabilities.length; i++) if (probabilities[i]! > probabilities[best]!) best = i;
    into[width - 2] = best;
    into[width - 1] = probabilities[best]!;
  };
  const outcome = (
    i: number,
    scores: Float32Array,
    best: BestClasses | null,
    notes: readonly string[] = [],
  ): Outcome => {
    const grid: OcclusionGrid = {
      rows: tops.length,
      columns: lefts.length,
      tops,
      lefts,
      size,
      probabilities: targets[i]!.probability === null ? null : columnOf(scores, width, 2 * i + 1),
      logits: columnOf(scores, width, 2 * i),
      best,
    };
    return {
      values: meanOverWindows(grid, targets[i]!.logit, input.height, input.width),
      grid,
      signed: true,
      seed: fill === 'noise' || !exact ? seed : null,
      options: { size, stride, ...recorded(approximation, isGated) },
      notes,
    };
  };
  const bestOf = (scores: Float32Array, isComputed: (index: number) => boolean): BestClasses | null => {
    if (network.output === 'linear') return null;
    const at = (column: number) =>
      Array.from(columnOf(scores, width, column), (value, index) => (isComputed(index) ? value : null));
    const classes = at(width - 2);
    const labels = [...new Set(classes)].filter((index) => index !== null).sort((a, b) => a - b);
    return {
      classes,
      probabilities: at(width - 1),
      labels: Object.fromEntries(labels.map((index) => [index, network.classes[index]!])),
    };
  };
  const clean = targets.flatMap(({ logit, probability }) => [logit, probability ?? 0]);
  const preview = (table: Float32Array) => {
    const scores = coarselyFilled(table, [tops.length, lefts.length, width], [...clean, 0, 0]);
    const best = bestOf(table, (index) => !Number.isNaN(table[index * width]!));
    return run.finish(targets[0]!, outcome(0, scores, best));
  };
  const scored = (label: string, { precision = 'float32', ...how }: Partial<Parameters<ScorePositions>[1]>) =>
    perturbRectangles(network, input.values, {
      ...run,
      ...how,
      label,
      tops,
      lefts,
      size,
      session: session(precision),
      targets,
      width,
      score,
      ...(how.indices === undefined && { preview }),
    });
  if (exact) {
    const scores = await scored(run.label, {});
    const best = bestOf(scores, () => true);
    return targets.map((_, i) => outcome(i, scores, best, why));
  }
  const each = await approximateScores(
    { tops, lefts, width, targets: targets.length },
    { ...approximation, seed },
    scored,
  );
  return each.map(({ scores, computed, note }, i) => {
    const best = bestOf(scores, (index) => computed.has(index));
    return outcome(i, scores, best, [...why, note]);
  });
}

/** Windows of one size at every stride over an input, the last ones clipped at the edge. */
interface Windows {
  /** `[height, width]`, px. */
  readonly size: readonly [number, number];
  /** `[down, across]`, px. */
  readonly stride: readonly [number, number];
  readonly tops: readonly number[];
  readonly lefts: readonly number[];
}

type Pair = number | readonly [number, number];

/** @throws WhylightError for a size larger than the input. */
function windowsOf(
  { height, width }: { readonly height: number; readonly width: number },
  { size: extent, stride: step }: { readonly size: Pair; readonly stride?: Pair },
): Windows {
  const pair = (value: Pair) => (typeof value === 'number' ? ([value, value] as const) : value);
  const size = pair(extent);
  if (size[0] > height || size[1] > width) {
    const allowed = `whole numbers from 1 to the input's ${height}×${width}`;
    throw new WhylightError(`size: ${size.join('×')} (allowed: ${allowed})`);
  }
  const stride = pair(step ?? [Math.ceil(size[0] / 2), Math.ceil(size[1] / 2)]);
  return { size, stride, tops: positions(height, size[0], stride[0]), lefts: positions(width, size[1], stride[1]) };
}

/** First px of each window: ceil((length − size) / stride) + 1 of them, the last one clipped where it sticks out. */
export function positions(length: number, size: number, stride: number): number[] {
  return Array.from({ length: Math.ceil((length - size) / stride) + 1 }, (_, i) => i * stride).filter(
    (at) => at < length,
  );
}
