import { WhylightError } from '../explain/errors';
import { prepareInput } from '../explain/image/prepare';
import type { Network } from '../explain/network/network';
import { type RunOptions, withAmbient, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMean, estimateShare } from '../explain/statistics/estimate';
import { estimateLeastShare } from '../explain/statistics/least-share';
import { logitsOf } from '../explain/training/predict';
import { withRival } from '../scenes/counterfactuals';
import { mixSeeds } from '../scenes/random';
import { ownBackground, randomScene } from '../scenes/random-scene';
import { drawScene } from '../scenes/scene';
import { type AnimalKind, type BackgroundKind, backgroundKinds, isAnimal, type SceneSpec } from '../scenes/spec';
import { swapBackground } from '../scenes/study-scenes';
import { backgroundShare } from './background-share';
import { evaluationSeed } from './evaluation-seed';
import { rivalPairs } from './rival-scenes';

/** How many bodies are drawn, and which. */
export interface RelianceOptions extends RunOptions {
  /** Bodies of each pair; each is drawn as either of the two, on each of the six backgrounds. Default 100. */
  readonly bodies?: number;
  /** They are drawn from a stream that no training set of the same seed shares. Default 1. */
  readonly seed?: number;
  /** Side of the scenes in px. Default 128. */
  readonly size?: number;
}

/** Right answers on the scenes of one class on one background. */
export interface GroupAccuracy {
  readonly kind: AnimalKind;
  readonly background: BackgroundKind;
  readonly accuracy: Estimate;
}

/** What decides between two rivals: measured by drawing the same scene again with one thing changed. */
export interface Reliance {
  readonly network: string;
  /** The two that are told apart; scores are logit(second) − logit(first). */
  readonly pair: readonly [AnimalKind, AnimalKind];
  /** Mean change of the score when the first's markings become the second's, body and background kept. */
  readonly animal: Estimate;
  /** Mean change of the score when the first's own background becomes the second's, animal kept. */
  readonly background: Estimate;
  /** |background| / (|animal| + |background|): 0 where only the animal decides, 1 where only the background does. */
  readonly reliance: Estimate;
  /** Share of the animals on their own background whose answer changes when the rival's background replaces it. */
  readonly flips: Estimate;
  readonly groups: readonly GroupAccuracy[];
  /** The group with the fewest right answers; the interval is one for the least of all groups. */
  readonly worst: GroupAccuracy;
  /** All groups together. */
  readonly accuracy: Estimate;
}

/** The pictures of one body: as either kind on each background, in the order of `cellsOf`. */
export interface BodyPictures {
  readonly pair: readonly [AnimalKind, AnimalKind];
  /** H×W×3 bytes each. */
  readonly pictures: readonly Uint8Array[];
}

const cellsOf = (pair: readonly [AnimalKind, AnimalKind]) =>
  pair.flatMap((kind) => backgroundKinds.map((background) => ({ kind, background })));

/** One scene drawn as each of two rivals on each background. */
function specsOf(pair: readonly [AnimalKind, AnimalKind], seed: number, size: number): readonly SceneSpec[] {
  const first = randomScene({ seed, kinds: [pair[0]], width: size, height: size });
  const second = withRival(first, first.objects.findIndex(isAnimal));
  return [first, second].flatMap((spec) => backgroundKinds.map((background) => swapBackground(spec, background)));
}

/**
 * Draws what a network is judged by.
 * @throws WhylightError for a network that tells no two rivals apart, and for fewer than two bodies.
 */
export async function reliancePictures(
  network: Network,
  options: RelianceOptions = {},
): Promise<readonly BodyPictures[]> {
  const { bodies = 100, seed = 1, size = 128, onProgress, signal } = withAmbient(options);
  if (!Number.isInteger(bodies) || bodies < 2)
    throw new WhylightError(`bodies: ${bodies} (allowed: whole numbers from 2)`);
  const pairs = rivalPairs(network);
  const result: BodyPictures[] = [];
  for (const [p, pair] of pairs.entries()) {
    for (let i = 0; i < bodies; i++) {
      const specs = specsOf(pair, mixSeeds(evaluationSeed('interventions', seed), p, i), size);
      const pictures = specs.map((spec) => prepareInput(drawScene(spec).image, network.preprocessing).image.pixels);
      result.push({ pair, pictures });
      onProgress?.({ label: 'scenes drawn again', done: result.length, total: bodies * pairs.length });
      await yieldToEvents(signal);
    }
  }
  return result;
}

/**
 * Does the animal decide, or the background? Every body is drawn as either of two rivals on every background, and nothing
 * else changes; effects are means over bodies of differences of the score between two such pictures (a two-way design), in
 * logits. Intervals: Student's of the effects, BCa of their ratio (`backgroundShare`), Wilson's of shares; scenes are what is counted.
 *
 * @param bodies what `reliancePictures` drew for a network of the same input.
 * @returns one entry for each pair of rivals that the network tells apart.
 */
export async function reliance(
  network: Network,
  bodies: readonly BodyPictures[],
  { signal }: RunOptions = {},
): Promise<readonly Reliance[]> {
  const logits = await logitsOf(
    network,
    bodies.flatMap(({ pictures }) => pictures),
    signal,
  );
  const classes = network.classes.length;
  const row = (i: number) => logits.subarray(i * classes, (i + 1) * classes);
  const before = bodies.map((_, i) => bodies.slice(0, i).reduce((sum, { pictures }) => sum + pictures.length, 0));
  const scored = bodies.map(({ pair, pictures }, i) => ({ pair, rows: pictures.map((_, k) => row(before[i]! + k)) }));
  return rivalPairs(network).map((pair) =>
    relianceOf(
      network,
      pair,
      scored.filter((body) => body.pair[0] === pair[0]).map(({ rows }) => rows),
    ),
  );
}

function relianceOf(
  { name, classes }: Network,
  pair: readonly [AnimalKind, AnimalKind],
  bodies: readonly (readonly Float64Array[])[],
): Reliance {
  const cells = cellsOf(pair);
  const place = (kind: AnimalKind, background: BackgroundKind) =>
    cells.findIndex((cell) => cell.kind === kind && cell.background === background);
  const [first, second] = pair;
  const score = (row: Float64Array) => row[classes.indexOf(second)]! - row[classes.indexOf(first)]!;
  const answer = (row: Float64Array) => classes[row.indexOf(Math.max(...row))]!;
  const own = pair.map((kind) => ownBackground[kind]);
  const effects = bodies.map((rows) => {
    const at = (kind: AnimalKind, background: BackgroundKind) => score(rows[place(kind, background)]!);
    const mean = (of: (one: number) => number) => (of(0) + of(1)) / 2;
    return {
      animal: mean((i) => at(second, own[i]!) - at(first, own[i]!)),
      background: mean((i) => at(pair[i]!, own[1]!) - at(pair[i]!, own[0]!)),
    };
  });
  const flipped = bodies.map((rows) =>
    pair.map((kind, i) => {
      const [here, there] = [own[i]!, own[1 - i]!].map((background) => answer(rows[place(kind, background)]!));
      return here !== there;
    }),
  );
  const hits = cells.map(({ kind }, i) => bodies.filter((rows) => answer(rows[i]!) === kind).length);
  const least = estimateLeastShare(hits.map((right) => ({ hits: right, count: bodies.length })));
  const unbounded = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const;
  return {
    network: name,
    pair,
    animal: estimateMean(
      effects.map(({ animal }) => animal),
      unbounded,
    ),
    background: estimateMean(
      effects.map(({ background }) => background),
      unbounded,
    ),
    reliance: backgroundShare(effects),
    flips: estimateMean(
      flipped.map((both) => average(both.map(Number))),
      [0, 1],
    ),
    groups: cells.map((cell, i) => ({ ...cell, accuracy: estimateShare(hits[i]!, bodies.length) })),
    worst: { ...cells[least.group]!, accuracy: least.estimate },
    accuracy: estimateMean(
      bodies.map((rows) => average(cells.map(({ kind }, i) => Number(answer(rows[i]!) === kind)))),
      [0, 1],
    ),
  };
}

const average = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
