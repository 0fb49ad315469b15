import { areaShare, boxesOf, hits, type InputMask, pointingTolerance, reachOf } from '../explain/measures/input-mask';
import { localPeaks } from '../explain/measures/peaks';
import { cam } from '../explain/methods/cam';
import type { Network } from '../explain/network/network';
import { yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMeanDifference, estimateMeanShare } from '../explain/statistics/estimate';
import { mixSeeds, Random } from '../scenes/random';
import { drawScene } from '../scenes/scene';
import type { AnimalKind, SceneSpec } from '../scenes/spec';
import { instancesScene, keepObjects } from '../scenes/study-scenes';
import { evaluationSeed } from './evaluation-seed';
import { knownAnimals, type SceneSample } from './rival-scenes';
import { type MapOptions, objectMasks } from './scene-input';

/** Shares that go with some peaks: those of a map, or as many placed at random. */
interface PeakShares<T> {
  /** Of the animals those with a peak on them. */
  readonly found: T;
  /** Of the peaks those on an animal. */
  readonly onAnimals: T;
}

/** One picture: the map's shares, and what as many peaks as it has would give if they were placed at random. */
export interface InstancesPicture extends PeakShares<number> {
  /** Which scene: the same animals are in the pictures of every number. */
  readonly scene: number;
  readonly kind: AnimalKind;
  readonly animals: number;
  readonly peaks: number;
  /** Evenly over the picture. */
  readonly points: PeakShares<number>;
  /** Evenly over the animals' bounding boxes. */
  readonly boxes: PeakShares<number>;
}

/** Pictures of one number of animals: means over scenes. */
export interface InstancesCount extends PeakShares<Estimate> {
  readonly animals: number;
  readonly points: PeakShares<Estimate>;
  readonly boxes: PeakShares<Estimate>;
  /** How many more of the animals have a peak than would if the peaks were placed at random over the boxes. */
  readonly beyondBoxes: Estimate;
  readonly pictures: readonly InstancesPicture[];
}

/** How much less is found of the most animals than of one, scene by scene. */
export interface InstancesMissed {
  readonly missed: Estimate;
  /** The same for as many peaks as the maps have, placed at random over the boxes. */
  readonly missedByBoxes: Estimate;
}

/** How many of several animals a class activation map finds. */
export interface CamInstances extends InstancesMissed {
  /** By the number of animals in the picture. */
  readonly counts: readonly InstancesCount[];
  /** Each kind of animal alone. */
  readonly classes: readonly (InstancesMissed & {
    readonly label: string;
    /** Share of single animals with a peak, and of the most. */
    readonly one: Estimate;
    readonly most: Estimate;
  })[];
  /** A peak is a local maximum of at least this share of the largest value. */
  readonly least: number;
  readonly tolerance: number;
}

/** The most animals in a picture. */
export const INSTANCES = 6;

/** Scenes, each with one to six of its animals. */
export const instancesPerNumber = (scenes: number) => Math.max(2, Math.round(scenes / 2));

/**
 * Scene i with a number of its animals, not drawn yet. There are six in it, in an order drawn by lot, and all but the first
 * few are left out: an animal has the same place and size however many others there are.
 */
export function instancesSpec(
  kind: AnimalKind,
  animals: number,
  { seed, set, size = 128 }: Omit<SceneSample, 'scenes'>,
  i: number,
): SceneSpec {
  const own = mixSeeds(evaluationSeed('instances', seed), i);
  const spec = instancesScene(kind, INSTANCES, { seed: own, set, width: size, height: size });
  const order = new Random(mixSeeds(own, 8)).shuffle(spec.objects.map((_, at) => at));
  const there = new Set(order.slice(0, animals));
  return { ...keepObjects(spec, (_, at) => there.has(at)), name: `${spec.name}-${animals}` };
}

/** Does the class activation map of a kind find each of several animals of that kind? Tested on one to six of the same ones. */
export async function camInstances(
  network: Network,
  sample: SceneSample,
  { signal, onProgress, least = 0.2, explain = cam }: MapOptions & { readonly least?: number } = {},
): Promise<CamInstances> {
  const kinds = knownAnimals(network);
  const tolerance = pointingTolerance(network.inputShape[1]);
  const pictures: InstancesPicture[] = [];
  const each = instancesPerNumber(sample.scenes);
  for (let i = 0; i < each; i++) {
    const kind = kinds[i % kinds.length]!;
    const own: InstancesPicture[] = [];
    for (let animals = 1; animals <= INSTANCES; animals++) {
      await yieldToEvents(signal);
      const scene = drawScene(instancesSpec(kind, animals, sample, i));
      const masks = objectMasks(network, scene, kind);
      const peaks = localPeaks(await explain(network, scene.image, { target: kind }), least);
      if (masks.length > 0) own.push({ scene: i, kind, animals, ...peakShares(masks, peaks, tolerance) });
      onProgress?.({ label: 'maps of several animals', done: i * INSTANCES + animals, total: INSTANCES * each });
    }
    // A scene counts where each of its pictures shows an animal.
    if (own.length === INSTANCES) pictures.push(...own);
  }
  return { ...instancesOf(pictures), least, tolerance };
}

/** The shares of measured pictures: by their number of animals, and how much less is found of the most, kind by kind too. */
export function instancesOf(pictures: readonly InstancesPicture[]): Omit<CamInstances, 'least' | 'tolerance'> {
  const numbers = [...new Set(pictures.map(({ animals }) => animals))].sort((a, b) => a - b);
  const kinds = [...new Set(pictures.map(({ kind }) => kind))];
  return {
    counts: numbers.map((animals) => countOf(animals, ofNumber(pictures, animals))),
    ...missedOf(pictures),
    classes: kinds.map((label) => {
      const own = pictures.filter(({ kind }) => kind === label);
      const [one, most] = [numbers[0]!, numbers.at(-1)!].map((animals) =>
        estimateMeanShare(ofNumber(own, animals).map(({ found: share }) => share)),
      );
      return { label, one: one!, most: most!, ...missedOf(own) };
    }),
  };
}

const ofNumber = (pictures: readonly InstancesPicture[], number: number) =>
  pictures.filter(({ animals }) => animals === number);

function countOf(animals: number, pictures: readonly InstancesPicture[]): InstancesCount {
  const shares = (of: (one: InstancesPicture) => PeakShares<number>): PeakShares<Estimate> => ({
    found: estimateMeanShare(pictures.map((one) => of(one).found)),
    onAnimals: estimateMeanShare(pictures.map((one) => of(one).onAnimals)),
  });
  return {
    animals,
    ...shares((one) => one),
    points: shares(({ points }) => points),
    boxes: shares(({ boxes }) => boxes),
    beyondBoxes: estimateMeanDifference(
      pictures.map(({ found: share }) => share),
      pictures.map(({ boxes }) => boxes.found),
    ),
    pictures,
  };
}

function missedOf(pictures: readonly InstancesPicture[]): InstancesMissed {
  const numbers = pictures.map(({ animals }) => animals);
  const [one, most] = [Math.min(...numbers), Math.max(...numbers)].map((number) => ofNumber(pictures, number));
  const less = (of: (one: InstancesPicture) => PeakShares<number>) =>
    estimateMeanDifference(
      one!.map((alone) => of(alone).found),
      one!.map(({ scene: own }) => of(most!.find(({ scene }) => scene === own)!).found),
    );
  return { missed: less((picture) => picture), missedByBoxes: less(({ boxes }) => boxes) };
}

/** What some peaks hit, and what as many would in the mean if each were placed by itself, evenly over an area. */
function peakShares(
  masks: readonly InputMask[],
  peaks: readonly { readonly x: number; readonly y: number }[],
  tolerance: number,
): Omit<InstancesPicture, 'scene' | 'kind' | 'animals'> {
  const matches = masks.filter((mask) => peaks.some(({ x, y }) => hits(mask, x, y, tolerance)));
  const inside = peaks.filter(({ x, y }) => masks.some((mask) => hits(mask, x, y, tolerance)));
  const reaches = masks.map((mask) => reachOf(mask, tolerance));
  const { width, height } = masks[0]!;
  const picture = { width, height, mask: new Uint8Array(width * height).fill(255) };
  const atRandom = (area: InputMask): PeakShares<number> => {
    const chances = reaches.map((reach) => shareWithin(area, (at) => reach.mask[at]! > 0));
    const missing = chances.map((chance) => (1 - chance) ** peaks.length);
    return {
      found: missing.reduce((sum, miss) => sum + 1 - miss, 0) / masks.length,
      onAnimals: peaks.length === 0 ? 0 : shareWithin(area, (at) => reaches.some(({ mask }) => mask[at]! > 0)),
    };
  };
  return {
    found: matches.length / masks.length,
    onAnimals: inside.length / Math.max(1, peaks.length),
    peaks: peaks.length,
    points: atRandom(picture),
    boxes: atRandom(boxesOf(masks)),
  };
}

/** Of an area's pixels the share for which something is so. */
function shareWithin(area: InputMask, inside: (at: number) => boolean): number {
  const both = area.mask.map((value, at) => (value > 0 && inside(at) ? 255 : 0));
  return areaShare({ ...area, mask: both }) / areaShare(area);
}
