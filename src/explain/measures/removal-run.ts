import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Look } from '../look';
import { perturb } from '../perturbation';
import type { RunOptions } from '../progress';
import { seededRandom, shuffled } from '../random';
import { probabilitiesOf } from '../scored-copies';
import type { ResolvedTarget } from '../target';
import type { MeasureCase } from './define-measure';
import { fillWords, openRemoval, type Removal, type RemovalFill, removalFills, roadWords } from './fill-removed';
import { removalCounts, removalOrder } from './removal-order';

/** Options of the measures that remove pixels step by step. */
export const removalSchema = (fill: RemovalFill) =>
  z.strictObject({
    step: z
      .union([z.number().gt(0).lt(1), z.int().min(1)])
      .default(0.02)
      .meta({ description: 'pixels that a step removes: a share of all below 1, from 1 on their number' }),
    fill: z
      .enum(removalFills)
      .default(fill)
      .meta({ description: `what stands where pixels were removed. ${fillWords}; ${roadWords}` }),
  });

/** The target’s score on the photo itself: its probability, or its logit where it has none. */
export const cleanScore = ({ index, probability, logit }: ResolvedTarget): number =>
  index === null ? logit : (probability ?? logit);

/** Whether scores are probabilities. */
export const isProbable = ({ index, probability }: ResolvedTarget): boolean => index !== null && probability !== null;

/** What a fill makes of the photo, whatever the map. */
export interface FillEffect {
  readonly photo: number;
  /** Mean with a random half of the photo removed. */
  readonly half: number;
  /** With all of it removed. */
  readonly fill: number;
}

/** A curve of scores over the share of pixels that are removed, from 0 to 1. */
export interface RemovalCurve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** A photo whose pixels are removed: what all its maps share is computed when it is opened. */
export interface RemovalRun {
  readonly effect: FillEffect;
  /** Scores as a map’s pixels go, the highest first, and the lowest first. */
  readonly curve: (values: Float32Array, first: 'highest' | 'lowest') => Promise<RemovalCurve>;
}

/** Cells along each axis of the random halves, and how many halves. */
const CELLS = 8;
const HALVES = 4;

/**
 * Opens a photo for removal. Runs a pass with every pixel removed, and four with a random half of 8×8 cells removed.
 * @param name of the measure, for progress.
 * @throws AbortedError when interrupted.
 */
export async function openRemovalRun(
  { look, target, seed }: MeasureCase,
  name: string,
  { step, fill }: { readonly step: number; readonly fill: RemovalFill },
  run: RunOptions,
): Promise<RemovalRun> {
  const { input, network } = look;
  const removal = openRemoval(input, network.preprocessing, fill, seed);
  const pixels = input.height * input.width;
  const effect = await fillEffect(look, target, removal, { name, fill, seed, run });
  const counts = removalCounts(pixels, step);
  const x = counts.map((count) => count / pixels);
  const curve: RemovalRun['curve'] = async (values, first) => {
    const order = removalOrder(values, seed);
    if (first === 'lowest') order.reverse();
    const between = counts.slice(1, -1);
    const scores = await scored(look, target, removal, {
      ...run,
      label: name,
      key: ['removal', fill, seed, counts.length, digest(order)],
      count: between.length,
      recurs: true,
      removed: (index, into) => {
        for (let i = 0; i < between[index]!; i++) into[order[i]!] = 1;
      },
    });
    return { x, y: [effect.photo, ...scores, effect.fill] };
  };
  return { effect, curve };
}

/** Copies of a photo without some of its pixels. */
interface Removed extends RunOptions {
  readonly label: string;
  /** All that decides which pixels, and what stands there. */
  readonly key: unknown;
  readonly count: number;
  /** As many come for every map. Default: not. */
  readonly recurs?: boolean;
  /** Marks what a copy lacks; H×W, 0 at first. */
  readonly removed: (index: number, into: Uint8Array) => void;
}

/** Their scores. A map’s copies are run by themselves, so that other maps change no rounding. */
export async function scored(
  { input, network }: Look,
  target: ResolvedTarget,
  removal: Removal,
  { removed, ...copies }: Removed,
): Promise<Float32Array> {
  if (copies.count === 0) return new Float32Array(0);
  return perturb(network, input.values, {
    ...copies,
    ...probabilitiesOf(network, [target]),
    write: (index, into) => {
      const gone = new Uint8Array(input.height * input.width);
      removed(index, gone);
      removal(into, gone);
    },
  });
}

async function fillEffect(
  look: Look,
  target: ResolvedTarget,
  removal: Removal,
  { name, fill, seed, run }: { name: string; fill: RemovalFill; seed: number; run: RunOptions },
): Promise<FillEffect> {
  const { height, width } = look.input;
  const random = seededRandom(seed);
  const cells = Array.from({ length: CELLS * CELLS }, (_, i) => i);
  const halves = Array.from({ length: HALVES }, () => new Set(shuffled(cells, random).slice(0, cells.length / 2)));
  const scores = await scored(look, target, removal, {
    ...run,
    label: name,
    key: ['fill effect', fill, seed],
    count: 1 + HALVES,
    removed: (index, into) => {
      for (let i = 0; i < into.length; i++) {
        const [y, x] = [Math.floor(i / width), i % width];
        const cell = Math.floor((y * CELLS) / height) * CELLS + Math.floor((x * CELLS) / width);
        into[i] = Number(index === 0 || halves[index - 1]!.has(cell));
      }
    },
  });
  const half = scores.subarray(1).reduce((sum, score) => sum + score, 0) / HALVES;
  return { photo: cleanScore(target), half, fill: scores[0]! };
}

/** What a journal tells two maps’ orders apart by. */
export function digest({ buffer, byteOffset, byteLength }: Uint32Array | Float32Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

/**
 * How far a fill takes the network from what it knows, as far as one score tells: what is left of it with a random half
 * of the photo removed. (Ours. It is not the R-OMS score of Blücher et al. 2024, which has the same purpose.)
 */
export function effectNote({ photo, half, fill }: FillEffect, target: ResolvedTarget): string {
  const score = isProbable(target) ? 'probability' : 'score';
  const digits = (value: number) => value.toPrecision(2);
  return (
    `the fill alone: with a random half of the photo removed the ${score} is ${digits(half)} ` +
    `(mean of ${HALVES} draws), with all of it ${digits(fill)}, of ${digits(photo)}`
  );
}
