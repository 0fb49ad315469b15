import type { Attribution } from '../explain/attribution';
import { withLook } from '../explain/look';
import { areaShare, hits, type InputMask, pointingTolerance, reachOf } from '../explain/measures/input-mask';
import { localPeaks } from '../explain/measures/peaks';
import { camMethod } from '../explain/methods/cam';
import type { Network } from '../explain/network/network';
import { type RunOptions, yieldToEvents } from '../explain/progress';
import { type Estimate, estimateMeanDifference, estimateMeanShare } from '../explain/statistics/estimate';
import { groupMeans } from '../explain/statistics/group-means';
import { knownAnimals, type RivalScene, rivalScenes, type SceneSample } from './rival-scenes';
import { type MapOptions, maskInInput } from './scene-input';

/** How often the peaks of some maps hit, and how often what knows nothing would. Every share is a mean over scenes. */
export interface PointingShares {
  /** Share of maps whose peak is on the own animal, and on the other one. */
  readonly own: Estimate;
  readonly other: Estimate;
  /** Share of the cases in which the picture's centre would have hit. */
  readonly centre: Estimate;
  /** Chance that a point placed at random over the picture would: the share of the picture that counts as a hit. */
  readonly point: Estimate;
  /** How much more often the peak hits its own animal than the other, scene by scene: 0 for a map that is the same for both classes. */
  readonly beyondOther: Estimate;
  /** How much more often it hits than the centre, and than the point at random. */
  readonly gain: Estimate;
  readonly beyondPoint: Estimate;
}

/** Cases in which the two classes' scores are uneven by a ratio in a range. */
export interface PointingBin {
  /** `rival over 10 times`. */
  readonly label: string;
  readonly cases: number;
  /** Null where no case falls in the range. */
  readonly shares: PointingShares | null;
}

/** Where the class activation maps of two animals in one picture point, of two maps a scene. */
export interface CamPointing extends PointingShares {
  /** The maps of each class alone: one a scene. */
  readonly classes: readonly (PointingShares & { readonly label: string })[];
  /** By the ratio of the two classes' probabilities: how uneven the scores may be. */
  readonly bins: readonly PointingBin[];
  /** Px by which a peak may miss the animal. */
  readonly tolerance: number;
  readonly cases: readonly PointingCase[];
}

/** One class's map of one scene. */
export interface PointingCase {
  readonly scene: string;
  readonly target: string;
  readonly probability: number;
  /** Of the other animal's class. */
  readonly rivalProbability: number;
  readonly own: boolean;
  readonly other: boolean;
  readonly centre: boolean;
  /** Share of the picture from which a point would hit. */
  readonly point: number;
}

/** Scores are uneven where one of the two classes is so many times as probable as the other. */
export const UNEVEN = 10;

const ranges = [
  [`rival over ${UNEVEN} times`, 0, 1 / UNEVEN],
  [`rival 1 to ${UNEVEN} times`, 1 / UNEVEN, 1],
  [`target 1 to ${UNEVEN} times`, 1, UNEVEN],
  [`target over ${UNEVEN} times`, UNEVEN, Number.POSITIVE_INFINITY],
] as const;

/** How many times as probable as its rival a class is. */
const ratioOf = ({ probability, rivalProbability }: PointingCase) => probability / rivalProbability;

/** Do the class activation maps of two animals in one picture each point at their own? */
export async function camPointing(
  network: Network,
  sample: SceneSample,
  { signal, onProgress, ...options }: MapOptions = {},
): Promise<CamPointing> {
  const cases: PointingCase[] = [];
  let done = 0;
  for (const rivals of rivalScenes(network, sample)) {
    await yieldToEvents(signal);
    cases.push(...(await pointingCases(network, rivals, options)));
    onProgress?.({ label: 'maps of two animals', done: ++done, total: sample.scenes });
  }
  const tolerance = pointingTolerance(network.inputShape[1]);
  return { ...pointingOf(cases, knownAnimals(network)), tolerance, cases };
}

/** How often what knows nothing hits, on the scenes of `camPointing`. */
export type PointingChance = Pick<PointingShares, 'centre' | 'point'> & Pick<CamPointing, 'tolerance'>;

/** What `camPointing` says of the centre and of a point at random, for which no map is needed. */
export async function pointingChance(
  network: Network,
  sample: SceneSample,
  { signal, onProgress }: RunOptions = {},
): Promise<PointingChance> {
  const tolerance = pointingTolerance(network.inputShape[1]);
  const cases: Pick<PointingCase, 'scene' | 'centre' | 'point'>[] = [];
  let done = 0;
  for (const { scene, kinds } of rivalScenes(network, sample)) {
    await yieldToEvents(signal);
    for (const kind of kinds) {
      cases.push({ scene: scene.image.source, ...chanceOf(maskInInput(network, scene, [kind]), tolerance) });
    }
    onProgress?.({ label: 'scenes of two animals', done: ++done, total: sample.scenes });
  }
  const share = (value: (one: (typeof cases)[number]) => number) =>
    estimateMeanShare(groupMeans(cases, ({ scene }) => scene, value));
  return { centre: share(({ centre }) => Number(centre)), point: share(({ point }) => point), tolerance };
}

const chanceOf = (mask: InputMask, tolerance: number): Pick<PointingCase, 'centre' | 'point'> => ({
  centre: hits(mask, (mask.width - 1) / 2, (mask.height - 1) / 2, tolerance),
  point: areaShare(reachOf(mask, tolerance)),
});

/** Where the maps of both classes of one scene point. */
export async function pointingCases(
  network: Network,
  { scene, kinds }: RivalScene,
  { explain }: Pick<MapOptions, 'explain'> = {},
): Promise<PointingCase[]> {
  const tolerance = pointingTolerance(network.inputShape[1]);
  const masks = kinds.map((kind) => maskInInput(network, scene, [kind]));
  const maps = await (explain === undefined
    ? withLook(network, scene.image, (look) => camMethod.explain(look, kinds))
    : mapsBy(explain, network, scene, kinds));
  return kinds.map((target, i) => {
    const map = maps[i]!;
    const peak = localPeaks(map)[0];
    const at = (mask: number, x: number, y: number) => hits(masks[mask]!, x, y, tolerance);
    return {
      scene: scene.image.source,
      target,
      probability: map.target.probability!,
      rivalProbability: maps[1 - i]!.target.probability!,
      own: peak !== undefined && at(i, peak.x, peak.y),
      other: peak !== undefined && at(1 - i, peak.x, peak.y),
      ...chanceOf(masks[i]!, tolerance),
    };
  });
}

async function mapsBy(
  explain: NonNullable<MapOptions['explain']>,
  network: Network,
  { image }: RivalScene['scene'],
  kinds: RivalScene['kinds'],
): Promise<Attribution[]> {
  const maps: Attribution[] = [];
  for (const target of kinds) maps.push(await explain(network, image, { target }));
  return maps;
}

/** The shares of measured cases: in all, class by class and by the ratio of the scores. */
export function pointingOf(
  cases: readonly PointingCase[],
  labels: readonly string[],
): Omit<CamPointing, 'tolerance' | 'cases'> {
  return {
    ...pointingShares(cases),
    classes: byClass(cases, labels),
    bins: ranges.map(([label, from, to]) => {
      const inside = cases.filter((one) => ratioOf(one) >= from && ratioOf(one) < to);
      return { label, cases: inside.length, shares: inside.length === 0 ? null : pointingShares(inside) };
    }),
  };
}

/** The shares of each class that has a case. */
export const byClass = (cases: readonly PointingCase[], labels: readonly string[]) =>
  labels.flatMap((label) => {
    const own = cases.filter(({ target }) => target === label);
    return own.length === 0 ? [] : [{ label, ...pointingShares(own) }];
  });

/** The two maps of a scene are not independent: their mean counts once. Throws WhylightError for no cases. */
export function pointingShares(cases: readonly PointingCase[]): PointingShares {
  const shares = (value: (one: PointingCase) => number) => groupMeans(cases, ({ scene }) => scene, value);
  const own = shares((one) => Number(one.own));
  const other = shares((one) => Number(one.other));
  const centre = shares((one) => Number(one.centre));
  const point = shares((one) => one.point);
  return {
    own: estimateMeanShare(own),
    other: estimateMeanShare(other),
    centre: estimateMeanShare(centre),
    point: estimateMeanShare(point),
    beyondOther: estimateMeanDifference(own, other),
    gain: estimateMeanDifference(own, centre),
    beyondPoint: estimateMeanDifference(own, point),
  };
}
